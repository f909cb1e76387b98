"""Settings of the emulated platform and account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import define, field

from asyncsdk.emulator import validators

__all__ = ["Settings"]


def _categories() -> list[Mapping[str, str]]:
    return [
        {
            "id": "1",
            "name": "Newsletter",
            "description": "Our monthly newsletter",
            "headerid": "1",
            "headername": "Newsletter",
        },
        {
            "id": "2",
            "name": "Example",
            "description": "An example category",
            "headerid": "2",
            "headername": "Example",
        },
    ]


def _senders() -> list[Mapping[str, str]]:
    return [{"senderId": "434330", "senderName": "John Doe", "senderEmail": "john.doe@act-on.com"}]


def _too_many_logins() -> dict[str, Any]:
    return {"httpCode": "429", "httpMessage": "Too Many Requests", "moreInformation": "Rate Limit exceeded"}


@define(kw_only=True)
class Settings:
    """The platform's rules and the account's data. Every one may be changed while the server runs.

    A value that cannot be is an ``InvalidArgument``, also when it is set later.
    """

    client_id: str = field(default="emulated-client", validator=validators.text)
    """The integration's id."""

    client_secret: str = field(default="emulated-secret", repr=False, validator=validators.text)
    """The integration's secret."""

    username: str = field(default="john.doe@act-on.com", validator=validators.text)
    """The login of the user that the tokens act for."""

    password: str = field(default="emulated-password", repr=False, validator=validators.text)
    """That user's password."""

    account_id: int = field(default=12345, validator=validators.at_least(0))
    """The account's number."""

    account_name: str = field(default="John Doe's Account", validator=validators.text)
    """The account's name."""

    user_name: str = field(default="John Doe", validator=validators.text)
    """The user's name, which also shows in the origin of opt-outs."""

    time_zone: str = field(default="US/Pacific", validator=validators.time_zone)
    """The account's time zone, in which dates are written."""

    calls_per_second: int | None = field(default=5, validator=validators.at_least(0, optional=True))
    """Calls in any second, as they arrive here; None for no limit."""

    calls_per_day: int | None = field(default=30_000, validator=validators.at_least(0, optional=True))
    """Calls in a day, UTC; None for no limit. How Act-On counts a day is not published."""

    strict: bool = field(default=True, validator=validators.yes_or_no)
    """Whether a call that was refused for its rate counts as well."""

    logins_per_hour: int | None = field(default=5, validator=validators.at_least(0, optional=True))
    """Password and code grants in any hour; None for no limit."""

    too_many_logins: Mapping[str, Any] = field(factory=_too_many_logins)
    """The body of the answer to one login too many; the true one is not published."""

    upload_bytes: int = field(default=400_000_000, validator=validators.at_least(0))
    """The longest file that is taken."""

    token_life: float = field(default=3600.0, validator=validators.seconds())
    """Seconds until an access token expires."""

    refresh_life: float = field(default=30 * 86400.0, validator=validators.seconds())
    """Seconds until a refresh token expires."""

    api_enabled: bool = field(default=True, validator=validators.yes_or_no)
    """Whether the account may use the API at all."""

    optin_enabled: bool = field(default=True, validator=validators.yes_or_no)
    """Whether opt-outs may be lifted; Act-On switches this on for each account."""

    aligned_merges: bool = field(default=False, validator=validators.yes_or_no)
    """Whether a merge is refused whose columns do not stand where the list's stand.

    Act-On's documentation asks for "a 1:1 column index" and does not say what happens otherwise; when this
    is off, columns are identified by their headings.
    """

    job_pending: float = field(default=0.5, validator=validators.seconds())
    """Seconds that a job is pending."""

    job_running: float = field(default=1.0, validator=validators.seconds())
    """Seconds that it then runs."""

    job_life: float | None = field(default=None, validator=validators.seconds(optional=True))
    """Seconds until a job's id expires; None for never. The true number is not published."""

    categories: Sequence[Mapping[str, str]] = field(factory=_categories)
    """The subscription categories."""

    senders: Sequence[Mapping[str, str]] = field(factory=_senders)
    """The addresses that mail may be sent from; the shape of one is a guess."""
