"""Saving one contact: an UPSERT call, whose message says whether the record was created or updated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from asyncsdk.api import Contacts
from asyncsdk.models.clear import CLEAR, Clear
from asyncsdk.routing.route import route_of
from asyncsdk.transport.call_options import CallOptions
from asyncsdk.uploads.caller import UploadCaller, call_in_background

__all__ = ["save_record"]


async def save_record(
    caller: UploadCaller,
    list_id: str,
    email: str,
    cells: Mapping[str, str | Clear],
    options: CallOptions,
) -> Literal["created", "updated"]:
    """Save one contact; says whether it is a new record.

    Args:
        caller: makes the call.
        list_id: the list.
        email: the address by which the record is found.
        cells: what is written, by the list's headings; ``CLEAR`` erases.
        options: of the call; the lane is always that of background calls.

    Raises:
        ActOnError: it is not saved, or the outcome is unknown.
    """
    data = {heading: "" if cell is CLEAR else cell for heading, cell in cells.items()}
    arguments = {"list_id": list_id, "email": email, "data": data}
    saved = await call_in_background(caller, _UPSERT, arguments, options)
    return "created" if "insert" in saved.message.casefold() else "updated"


_UPSERT: Final = route_of(Contacts.upsert)
