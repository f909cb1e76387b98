"""The JSON bodies that name users."""

from __future__ import annotations

import typing
from collections.abc import Mapping, Sequence
from typing import Any

from asyncsdk.emulator.processing.upload_specs import objects_in
from asyncsdk.emulator.server.responses import Refusal, gateway
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
    """Read an array of userspecs; what is missing is left empty, for each user is judged by itself."""
    return [
        NewUser(
            user_type=typing.cast("Any", _text(spec, "userType")),
            email=_text(spec, "email"),
            first_name=_text(spec, "firstName"),
            last_name=_text(spec, "lastName"),
            password=_text(spec, "password"),
            title=_text(spec, "title"),
            phone_number=_text(spec, "phoneNumber"),
            mobile_number=_text(spec, "mobileNumber"),
            fax_number=_text(spec, "faxNumber"),
            time_zone=_text(spec, "timeZone"),
            confirm=_text(spec, "sendEmailConfirmation").casefold() in {"y", "yes"},
            privileges={name: value for name, value in spec.items() if name not in _KNOWN},
        )
        for spec in _objects(body)
    ]


def emails_of(body: Any) -> list[str]:
    """Read an array of objects that hold one address each."""
    return [_text(spec, "email") for spec in _objects(body)]


def _objects(body: Any) -> Sequence[Mapping[str, Any]]:
    found = objects_in(body)
    if found is None:
        raise Refusal(gateway(400, "Bad Request", "Expected a JSON array of objects"))
    return found


def _text(spec: Mapping[str, Any], name: str) -> str:
    value = spec.get(name, "")
    return value if isinstance(value, str) else ""
