"""Call line: one call in one line of text, for terminals; addresses and secrets are masked."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Final

from asyncsdk.emulator.server.call import Call
from asyncsdk.emulator.server.masking import mask_query_text, mask_text

__all__ = ["call_line"]

ROUTE_WIDTH: Final = 28
LONGEST_PATH: Final = 200


def call_line(call: Call) -> str:
    """When it arrived, its status, how long it took, its route, its method and path, and what was odd about it.

    The columns of all lines stand below each other. The time is that of the emulator's clock, in the machine's time
    zone. A call that has no status says ``cut`` instead, and ``...`` while it is open.
    """
    moment = time.strftime("%H:%M:%S", time.localtime(call.time))
    milliseconds = int(call.time % 1 * 1000)
    took = "" if call.seconds is None else f"{call.seconds:.3f} s"
    route = call.route or "-"
    line = (
        f"{moment}.{milliseconds:03}  {_outcome(call):>3}  {took:>9}  {route:<{ROUTE_WIDTH}}  "
        f"{call.method:<6} {_path(call)}"
    )
    notes = "; ".join(_notes(call))
    return f"{line}  [{notes}]" if notes else line


def _outcome(call: Call) -> str:
    if call.status is not None:
        return str(call.status)
    return "..." if call.state == "open" else "cut"


def _path(call: Call) -> str:
    """The path with its query, masked, of a bounded length and without characters that steer a terminal."""
    path = mask_text(call.path) + (f"?{mask_query_text(call.query_text)}" if call.query_text else "")
    shown = path if len(path) <= LONGEST_PATH else f"{path[:LONGEST_PATH]}..."
    return "".join(each if each.isprintable() else "?" for each in shown)


def _notes(call: Call) -> Iterator[str]:
    if call.refused:
        yield "over the limits"
    if call.state == "cut" and call.status is not None:
        yield "cut midway"
    if call.faults:
        yield f"fault: {', '.join(call.faults)}"
