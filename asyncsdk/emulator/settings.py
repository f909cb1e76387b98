"""What can be set about the emulated platform."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import define, field

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
    """The platform's rules and the account's data. Every one may be changed while the server runs."""

    client_id: str = "emulated-client"
    """The integration's id."""

    client_secret: str = field(default="emulated-secret", repr=False)
    """The integration's secret."""

    username: str = "john.doe@act-on.com"
    """The login of the user that the tokens act for."""

    password: str = field(default="emulated-password", repr=False)
    """That user's password."""

    account_id: int = 12345
    """The account's number."""

    account_name: str = "John Doe's Account"
    """The account's name."""

    user_name: str = "John Doe"
    """The user's name, which also shows in the origin of opt-outs."""

    time_zone: str = "US/Pacific"
    """The account's time zone, in which dates are written."""

    calls_per_second: int | None = 5
    """Calls in any second, as they arrive here; None for no limit."""

    calls_per_day: int | None = 30_000
    """Calls in a day, UTC; None for no limit. How Act-On counts a day is not published."""

    strict: bool = True
    """Whether a call that was refused for its rate counts as well."""

    logins_per_hour: int | None = 5
    """Password and code grants in any hour; None for no limit."""

    too_many_logins: Mapping[str, Any] = field(factory=_too_many_logins)
    """The body of the answer to one login too many; the true one is not published."""

    upload_bytes: int = 400_000_000
    """The longest file that is taken."""

    token_life: float = 3600.0
    """Seconds until an access token expires."""

    refresh_life: float = 30 * 86400.0
    """Seconds until a refresh token expires."""

    api_enabled: bool = True
    """Whether the account may use the API at all."""

    optin_enabled: bool = True
    """Whether opt-outs may be lifted; Act-On switches this on for each account."""

    aligned_merges: bool = False
    """Whether a merge is refused whose columns do not stand where the list's stand.

    Act-On's documentation asks for "a 1:1 column index" and does not say what happens otherwise; when this
    is off, columns are told apart by their headings.
    """

    job_pending: float = 0.5
    """Seconds that a job is pending."""

    job_running: float = 1.0
    """Seconds that it then runs."""

    job_life: float | None = None
    """Seconds until a job's id expires; None for never. The true number is not published."""

    categories: Sequence[Mapping[str, str]] = field(factory=_categories)
    """The subscription categories."""

    senders: Sequence[Mapping[str, str]] = field(factory=_senders)
    """The addresses that mail may be sent from; the shape of one is a guess."""
