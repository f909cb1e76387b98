"""Help text from docstrings, without the line breaks of the source."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Final, TypeVar

__all__ = ["reflow_help"]

_ARGUMENT: Final = 4
"""Blanks before the name of an argument in a docstring; what is further in goes on with it."""

_Command = TypeVar("_Command", bound=Callable[..., int])


def reflow_help(command: _Command) -> _Command:
    """Join the lines of each paragraph of a docstring, so that help breaks them where the terminal ends."""
    lines: list[str] = []
    for line in inspect.cleandoc(command.__doc__ or "").splitlines():
        depth = len(line) - len(line.lstrip())
        goes_on = line and lines and lines[-1] not in {"", "Args:"} and depth != _ARGUMENT
        lines[-1:] = [f"{lines[-1]} {line.strip()}"] if goes_on else [*lines[-1:], line]
    command.__doc__ = "\n".join(lines)
    return command
