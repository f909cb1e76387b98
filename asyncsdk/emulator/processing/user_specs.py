"""Parser of the JSON bodies that name users."""

from __future__ import annotations

import typing
from collections.abc import Mapping, Sequence
from typing import Any

from asyncsdk.emulator.http.json_reader import objects_in, text_in
from asyncsdk.emulator.http.responses import Refusal, gateway
from asyncsdk.models import NewUser

__all__ = ["emails_of", "users_of"]

_KNOWN = frozenset(
    {
        "userType",
        "email",
        "firstName",
        "lastName",
        "password",
        "title",
        "phoneNumber",
        "mobileNumber",
        "faxNumber",
        "timeZone",
        "sendEmailConfirmation",
    }
)


def users_of(body: Any) -> list[NewUser]:
    """Read an array of userspecs; what is missing is left empty, for each user is checked on its own."""
    return [
        NewUser(
            user_type=typing.cast("Any", text_in(spec, "userType")),
            email=text_in(spec, "email"),
            first_name=text_in(spec, "firstName"),
            last_name=text_in(spec, "lastName"),
            password=text_in(spec, "password"),
            title=text_in(spec, "title"),
            phone_number=text_in(spec, "phoneNumber"),
            mobile_number=text_in(spec, "mobileNumber"),
            fax_number=text_in(spec, "faxNumber"),
            time_zone=text_in(spec, "timeZone"),
            confirm=text_in(spec, "sendEmailConfirmation").casefold() in {"y", "yes"},
            privileges={name: value for name, value in spec.items() if name not in _KNOWN},
        )
        for spec in _objects(body)
    ]


def emails_of(body: Any) -> list[str]:
    """Read an array of objects that hold one address each."""
    return [text_in(spec, "email") for spec in _objects(body)]


def _objects(body: Any) -> Sequence[Mapping[str, Any]]:
    found = objects_in(body)
    if found is None:
        raise Refusal(gateway(400, "Bad Request", "Expected a JSON array of objects"))
    return found
