"""State codec: an account's state as JSON, as a file and Redis keep it; the day's minutes are kept beside it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final, cast

from asyncsdk.limits.shared.account_state import (
    AccountState,
    DayCount,
    Hold,
    LoginRecord,
    Member,
    WaitingProcess,
)
from asyncsdk.limits.shared.turns import LANES

__all__ = ["LONGEST_NAME", "DamagedState", "decode_state", "encode_state", "entries_of"]

MOST: Final = 10_000
"""The most entries of each kind that are read."""

LONGEST_NAME: Final = 200
LARGEST: Final = 2.0**53

_SCALARS: Final = {
    "epoch": "text",
    "created": "number",
    "clock": "number",
    "margin": "number",
    "closed_until": "number",
    "shortest": "number",
    "samples": "whole",
    "order": "whole",
    "minute": "whole",
}
_THREE: Final = ("whole", "whole", "whole")
_HOLD: Final = ("text", "whole", "number", "number", "bool", "whole", "whole", "login")
_WAITING: Final = ("text", "whole", "whole", "whole", "number")
_MEMBER: Final = ("number", "whole", "number", "whole", "whole", "whole", "number", *["whole"] * len(LANES))
_LOGIN: Final = ("number", "text", "whole")
"""The kinds of the values in one row."""


class DamagedState(Exception):
    """What was kept cannot be a state."""


def encode_state(state: AccountState) -> bytes:
    """The state as JSON."""
    return _dumps(
        {
            **{name: getattr(state, name) for name in _SCALARS},
            "day": (state.day.first, state.day.none_before, state.day.made),
            "skipped": state.skipped,
            "holds": [
                (h.process, h.number, h.free_at, h.earliest, h.landed, h.count, h.minute, h.login)
                for h in state.holds
            ],
            "waiting": [(w.process, w.lane, w.order, w.count, w.due) for w in state.waiting],
            "members": {
                name: (m.seen, m.places, m.period, m.spare, m.number, m.serial, m.due, *m.waiting)
                for name, m in state.members.items()
            },
            "logins": [(each.time, each.process, each.number) for each in state.logins],
        }
    ).encode()


def decode_state(text: bytes, day: DayCount) -> AccountState:
    """Read a state.

    Args:
        text: its JSON.
        day: the count of the day's calls, which is kept beside it.

    Raises:
        DamagedState: it is none.
    """
    try:
        kept = cast("dict[str, Any]", _loads(text.decode()))
        return _state_from(kept, _Values(), day)
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise DamagedState from error


def _state_from(kept: dict[str, Any], values: _Values, day: DayCount) -> AccountState:
    scalars = {name: kept[name] for name in _SCALARS}
    holds = values.rows(kept["holds"], _HOLD)
    waiting = values.rows(kept["waiting"], _WAITING)
    members = dict(kept["members"] or {})
    logins = values.rows(kept["logins"], _LOGIN)
    values.rows([*members.values()], _MEMBER)
    values.rows([[*scalars.values()]], (*_SCALARS.values(),))
    values.rows([kept["day"], kept["skipped"]], _THREE)
    values.of["text"] += members
    values.check()
    day.first, day.none_before, day.made = kept["day"]
    state = AccountState(
        **scalars,
        skipped=kept["skipped"],
        holds=[Hold(*each) for each in holds],
        waiting=[WaitingProcess(*each) for each in waiting],
        members={name: _member(each) for name, each in members.items()},
        logins=[LoginRecord(*each) for each in logins],
        day=day,
    )
    if any(each.lane >= len(LANES) for each in state.waiting):
        raise ValueError
    if any(each.period <= 0 or each.places < 1 for each in state.members.values()):
        raise ValueError
    return state


def _member(kept: Sequence[Any]) -> Member:
    seen, places, period, spare, number, serial, due, *waiting = kept
    return Member(seen, places, period, spare, number, serial, due, waiting)


def entries_of(kept: Any) -> Sequence[Any]:
    """The entries of a list, as a script in Redis writes it: an empty one as an object.

    Raises:
        TypeError: it is none.
        ValueError: it has too many.
    """
    if not kept:
        return []
    if not isinstance(kept, list):
        raise TypeError
    entries = cast("Sequence[Any]", kept)
    if len(entries) > MOST:
        raise ValueError
    return entries


class _Values:
    """Values of a state by their kind: checked all at once, which costs a part of a check of each."""

    def __init__(self) -> None:
        self.of: dict[str, list[Any]] = {"text": [], "whole": [], "number": [], "bool": [], "login": []}

    def rows(self, kept: Any, kinds: Sequence[str]) -> Sequence[Sequence[Any]]:
        """Note the values of rows.

        Raises:
            TypeError: they are no rows.
            ValueError: there are too many, or one has too many or too few values.
        """
        rows = cast("Sequence[Sequence[Any]]", entries_of(kept))
        if not rows:
            return rows
        for kind, column in zip(kinds, zip(*rows, strict=True), strict=True):
            self.of[kind] += column
        return rows

    def check(self) -> None:
        """Check the kind and the range of each.

        Raises:
            TypeError: a value is of another kind.
            ValueError: a value is out of range.
        """
        for kind, types in _TYPES.items():
            if not types.issuperset(map(type, self.of[kind])):
                raise TypeError
        numbers = [*self.of["whole"], *self.of["number"], *(each for each in self.of["login"] if each is not None)]
        texts = self.of["text"]
        if not (min(self.of["whole"]) >= 0 and min(numbers) >= -LARGEST and max(numbers) <= LARGEST):
            raise ValueError
        if max(map(len, texts)) > LONGEST_NAME:
            raise ValueError


_TYPES: Final[dict[str, frozenset[object]]] = {
    "text": frozenset({str}),
    "whole": frozenset({int}),
    "number": frozenset({int, float}),
    "bool": frozenset({bool}),
    "login": frozenset({int, float, type(None)}),
}


def _no_number(name: str) -> float:
    """Refuse ``NaN`` and ``Infinity``, which are no JSON."""
    raise ValueError(name)


_dumps: Final = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
_loads: Final = json.JSONDecoder(parse_constant=_no_number).decode
