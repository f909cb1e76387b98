"""Links the names in the hand-written pages to the reference, which plain Markdown on a code host cannot do."""

from __future__ import annotations

import re
from os.path import relpath
from pathlib import Path
from typing import Final

from names import linkable_names

from asyncsdk import TABLE

__all__ = ["linked_names"]

_SKIPPED: Final = re.compile(r"^```.*?^```|\[[^\]\n]*\]\([^)\n]*\)|^#.*?$", re.DOTALL | re.MULTILINE)
"""Code blocks, links and headings stay as they are."""

_NAME: Final = re.compile(r"`(?:acton\.|asyncsdk\.)?([\w.]+)(?:\([^`]*\))?`")


def linked_names(text: str, path: str) -> str:
    """A page with each code span that is a public name, or an endpoint's, made a link."""
    done: list[str] = []
    end = 0
    for skipped in _SKIPPED.finditer(text):
        done += [_link(text[end : skipped.start()], path), skipped.group()]
        end = skipped.end()
    return "".join([*done, _link(text[end:], path)])


def _link(text: str, path: str) -> str:
    def target(span: re.Match[str]) -> str:
        name = span.group(1)
        if name in TABLE:
            page = f"reference/endpoints/{name.partition('.')[0]}.md"
            return f"[{span.group()}]({relpath(page, Path(path).parent)}#{name})"
        first, dot, rest = name.partition(".")
        full = linkable_names().get(first)
        return span.group() if full is None else f"[{span.group()}][{full}{dot}{rest}]"

    return _NAME.sub(target, text)
