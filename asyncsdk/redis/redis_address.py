"""Redis address: where a Redis is, and as whom to connect, in an object whose repr hides it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import parse_qs, urlsplit

from attrs import field, frozen

from asyncsdk.errors import InvalidArgument

__all__ = ["RedisAddress"]

_LONGEST: Final = 2_000

_DATABASE: Final = re.compile(r"/?[0-9]{0,5}", re.ASCII)

_TLS_OPTIONS: Final = frozenset(
    {
        "ssl_ca_certs",
        "ssl_ca_path",
        "ssl_cert_reqs",
        "ssl_certfile",
        "ssl_check_hostname",
        "ssl_keyfile",
        "ssl_password",
    }
)
_OPTIONS: Final = {
    "redis": frozenset({"db"}),
    "rediss": frozenset({"db"}) | _TLS_OPTIONS,
    "unix": frozenset({"db", "password"}),
}
"""What may stand behind the ``?`` of an address: where to go, and how. How long to wait is not the address's."""


@frozen
class RedisAddress:
    """Address: ``redis://host:6379/0``, ``rediss://`` for TLS, ``unix:///path``; it may hold a password."""

    text: str = field(repr=False)

    def check(self) -> None:
        """Check that it can be used.

        Raises:
            InvalidArgument: it cannot. No part of it is shown, also not by a variable of the traceback.
        """
        if (why := _fault(self.text)) is not None:
            raise InvalidArgument(
                f"The address of Redis cannot be used: {why}. It is like redis://cache:6379/0, rediss://... with"
                " TLS, or unix:///path/to/socket; user:password and '@' may stand before the host. A password has"
                " %2F, %23, %3F, %40 and %25 for '/', '#', '?', '@' and '%'."
            )


def _fault(text: object) -> str | None:
    """What is wrong with an address; None if nothing is."""
    if not isinstance(text, str) or not text.isprintable() or " " in text or len(text) > _LONGEST:
        return "it is no line of text without blanks"
    try:
        parts = urlsplit(text)
        port, options = parts.port, parse_qs(parts.query, keep_blank_values=True)
    except ValueError:
        return "host and port cannot be told apart"
    if parts.scheme not in _OPTIONS:
        return "it begins with none of redis://, rediss:// and unix://"
    if parts.fragment:
        return "it holds a '#'"
    if parts.scheme == "unix":
        if not parts.path.strip("/") or parts.hostname:
            return "it names no path of a socket"
    elif not parts.hostname or port == 0:
        return "it names no host"
    elif _DATABASE.fullmatch(parts.path) is None:
        return "behind the host there may only be the number of a database"
    return _fault_of_options(parts.scheme, options)


def _fault_of_options(scheme: str, options: Mapping[str, Sequence[str]]) -> str | None:
    known = _OPTIONS[scheme]
    if not options.keys() <= known:
        return f"behind the '?' of {scheme}:// there may only be {', '.join(sorted(known))}"
    if any(_DATABASE.fullmatch(number) is None for number in options.get("db", ())):
        return "'db' is the number of a database"
    if not {*options.get("ssl_cert_reqs", ())} <= {"none", "optional", "required"}:
        return "'ssl_cert_reqs' is none, optional or required"
    return None
