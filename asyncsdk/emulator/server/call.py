"""Call: one entry of the request log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from attrs import define, field, fields

from asyncsdk.emulator.http.recorded_body import RecordedBody
from asyncsdk.emulator.server.masking import mask_query, mask_text

__all__ = ["Call", "CallState"]

CallState: TypeAlias = Literal["open", "answered", "cut"]
"""``cut``: the connection ended before the answer had been sent whole, whoever ended it."""


def _no_texts() -> Mapping[str, str]:
    return {}


def _no_arguments() -> Mapping[str, object]:
    return {}


def _masked_query(query: Mapping[str, str]) -> str:
    return repr(mask_query(query))


def _masked_path(path: str) -> str:
    return repr(mask_text(path))


@define
class Call:
    """One call, stamped before its body was read."""

    time: float
    """When it arrived, in seconds since 1970 by the emulator's clock."""

    method: str
    path: str = field(repr=_masked_path)
    """As it came, still percent-encoded, without the query."""

    query: Mapping[str, str] = field(repr=_masked_query)
    headers: Mapping[str, str] = field(repr=False)
    """The headers; the values of ``Authorization`` and of cookies are left out."""

    new_connection: bool
    """Whether it is the first on its connection."""

    route: str = ""
    """The route's name such as ``contacts.upsert``; ``token``, ``authorize``, or empty for an unknown path."""

    status: int | None = None
    """The answer's status; None while there is none, and where the connection was cut or left hanging."""

    number: int = field(default=0, repr=False)
    """1 for the first call that the emulator got, and so on; numbers are never used again."""

    aliases: tuple[str, ...] = field(default=(), repr=False)
    """The client's other methods that make such a call, such as ``lists.download_rows``."""

    token: str | None = field(default=None, repr=False)
    """The last 4 characters of the bearer token; None where there is none, or only a short one."""

    refused: bool = field(default=False, repr=False)
    """Whether it was over the limits, by the emulator's own count."""

    faults: tuple[str, ...] = field(default=(), repr=False)
    """The scripted faults that it met, by their names such as ``Slow``; those of its job and of its rows too."""

    state: CallState = field(default="open", repr=False)
    seconds: float | None = field(default=None, repr=False)
    """From its arrival to the end of the answer, by the event loop's clock; None while it is open."""

    carried_out: bool = field(default=False, repr=False)
    """Whether the emulator did what it asks for, even where the answer was then lost.

    It did not where limits, the token or a scripted answer refused it, nor where it answered 400 or more.
    """

    arguments: Mapping[str, object] | None = field(factory=_no_arguments, repr=False)
    """The arguments by the client's names; None where the log is too long to keep them. A file is a
    ``RecordedFile``; of a token call only ``grant_type`` is there."""

    body: RecordedBody | None = field(factory=RecordedBody, repr=False)
    """The request's body; None where the log no longer keeps it."""

    answer_headers: Mapping[str, str] = field(factory=_no_texts, repr=False)
    answer_body: RecordedBody | None = field(default=None, repr=False)
    """The answer's body; None while there is none, and where the log no longer keeps it."""

    query_text: str = field(default="", repr=False)
    """The query as it came."""

    @property
    def agent(self) -> str:
        """The client's name for itself (``User-Agent``); empty where it tells none."""
        return self.headers.get("User-Agent", "")

    def forget_bodies(self) -> None:
        """Keep the bodies no longer."""
        self.body = self.answer_body = None

    def forget_arguments(self) -> None:
        """Keep the arguments no longer."""
        self.arguments = None

    def __getstate__(self) -> dict[str, object]:
        return {each.name: getattr(self, each.name) for each in fields(Call)}

    def __setstate__(self, state: Mapping[str, object]) -> None:
        # Pickles of older versions lack what has come since.
        blank = Call(0.0, "", "", {}, {}, new_connection=False)
        for each in fields(Call):
            setattr(self, each.name, state.get(each.name, getattr(blank, each.name)))
