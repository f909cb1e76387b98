"""Models of ``account``: the account, its users and senders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from attrs import field, frozen

from asyncsdk.http.messages import Json
from asyncsdk.models.fields import REST, nothing, wire, yes_no
from asyncsdk.redaction import masked_repr

__all__ = ["AccountInfo", "NewUser", "Sender", "UserOutcome", "UserType"]

UserType: TypeAlias = Literal["Marketing", "Sales"]
"""What a user may work with."""


@frozen
class AccountInfo:
    """The account that the token belongs to, and the user it acts as."""

    account_id: int
    """The number that ``{account_id}`` paths want."""

    cname: str | None = None
    """The host name of the account's pages."""

    user_name: str | None = field(default=None, repr=masked_repr)
    """The user's full name."""

    user_email: str | None = field(default=None, repr=masked_repr)
    """The user's address."""

    account_name: str | None = field(default=None, repr=masked_repr)
    """The account's name."""

    user_type: str | None = None
    """``Marketing`` or ``Sales``."""

    is_admin: bool | None = field(default=None, metadata=wire("isAdmin"))
    """Whether the user administers the account; older answers lack it."""

    login: str | None = field(default=None, repr=masked_repr)
    """The name that the user signs in with; older answers lack it."""

    time_zone: str | None = None
    """The account's time zone, such as ``US/Pacific``; older answers lack it."""


@frozen
class NewUser:
    """A user to create."""

    user_type: UserType = field(metadata=wire("userType"))
    """What the user may work with."""

    email: str = field(repr=masked_repr)
    """The address, which is also the login."""

    first_name: str = field(metadata=wire("firstName"))
    """The first name."""

    last_name: str = field(metadata=wire("lastName"))
    """The last name."""

    password: str = field(repr=False)
    """6 to 30 of ``a-z A-Z 0-9 ! @ # $ % ^ & * ? |``; must be changed at the first login."""

    title: str | None = None
    """The job title."""

    phone_number: str | None = field(default=None, metadata=wire("phoneNumber"))
    """The phone number."""

    mobile_number: str | None = field(default=None, metadata=wire("mobileNumber"))
    """The mobile number."""

    fax_number: str | None = field(default=None, metadata=wire("faxNumber"))
    """The fax number."""

    time_zone: str | None = field(default=None, metadata=wire("timeZone"))
    """The time zone, such as ``PT``."""

    confirm: bool = field(default=False, metadata=yes_no("sendEmailConfirmation"))
    """Whether the user is told by mail."""

    privileges: Mapping[str, Json] = field(factory=nothing, metadata=REST)
    """Further keys, such as ``marketingPrivileges``; their nesting is not published."""


@frozen
class UserOutcome:
    """What became of one user of a call that names several."""

    email: str = field(default="", repr=masked_repr)
    """The user's address."""

    status: str = ""
    """``ok`` or ``error``."""

    code: int | None = field(default=None, metadata=wire("errorCodeId"))
    """Act-On's error number, such as 10148."""

    error: str | None = field(default=None, metadata=wire("errorCode"))
    """The error's symbolic name, such as ``PUBLIC_USER_DOES_NOT_EXIST``."""

    message: str | None = field(default=None, repr=masked_repr, metadata=wire("errorMessage"))
    """The error in words."""

    privileges: Sequence[Json] = field(factory=tuple, repr=masked_repr, metadata=wire("privilegeResponses"))
    """One answer for each privilege asked for; its shape is not published."""

    confirmation: Json = field(default=None, repr=masked_repr, metadata=wire("confirmationEmailResponse"))
    """What became of the confirmation mail, if one was asked for."""


@frozen
class Sender:
    """A sender address of the account. Its shape is not published, so it stays as it came."""

    fields: Mapping[str, Json] = field(factory=nothing, repr=masked_repr, metadata=REST)
    """Everything that the server told."""
