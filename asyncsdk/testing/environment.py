"""Environment of tests: the variables by which ``Session.from_env`` finds an emulator."""

from __future__ import annotations

import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from asyncsdk.errors import InvalidArgument

if TYPE_CHECKING:
    from asyncsdk.emulator import Emulator

__all__ = ["environment"]

_PREFIX: Final = "ACTON_"


@contextmanager
def environment(server: Emulator, prefix: str = _PREFIX) -> Generator[Mapping[str, str]]:
    """Set the variables that ``Session.from_env`` reads, also in processes that are started meanwhile.

    ``BASE_URL``, ``CLIENT_ID``, ``CLIENT_SECRET``, ``USERNAME`` and ``PASSWORD``, each behind the prefix, lead to
    the emulator; all others with the prefix, such as ``ACTON_TOKEN_FILE``, are removed. At the end all are as
    before.

    Args:
        server: an emulator that runs.
        prefix: as for ``Session.from_env``, but not empty: all variables of the process would be removed.

    Gives the variables that are set.

    Raises:
        InvalidArgument: the prefix is empty.
    """
    if not prefix:
        raise InvalidArgument("prefix is a text such as ACTON_: without one, all variables would be removed.")
    told = {"BASE_URL": server.url, **{name.upper(): value for name, value in server.credentials.items()}}
    variables = {prefix + name: value for name, value in told.items()}
    before = {name: value for name, value in os.environ.items() if name.startswith(prefix)}
    _replace(prefix, variables)
    try:
        yield MappingProxyType(variables)
    finally:
        _replace(prefix, before)


def _replace(prefix: str, variables: Mapping[str, str]) -> None:
    """Let the environment have these variables with the prefix, and no other."""
    for name in [name for name in os.environ if name.startswith(prefix) and name not in variables]:
        del os.environ[name]
    os.environ.update(variables)
