"""Repository of deliveries: each mail to each recipient, and how the recipient reacted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final, Literal, TypeAlias

from attrs import evolve, field, frozen

from asyncsdk.emulator.state.account_state import Repository
from asyncsdk.emulator.state.recipients import Recipient

__all__ = ["VERBS", "Delivery", "DeliveryRepository", "Reacted", "Reaction"]

Reaction: TypeAlias = Literal["OPENED", "CLICKED", "BOUNCED", "OPT_OUT", "SPAM"]
"""Reaction of a recipient, or of the recipient's mail server."""

VERBS: Final = ("SENT", "SUPPRESSED", "OPENED", "CLICKED", "BOUNCED", "OPT_OUT", "SPAM")
"""The kinds of rows in reports, in the documentation's order."""

_WORDS: Final = {
    "SENT": ("SENT", "Sent"),
    "SUPPRESSED": ("SUPPRESSED", "Suppressed"),
    "OPENED": ("OPEN", "Opened"),
    "CLICKED": ("CLICK", "Clickthrough"),
    "BOUNCED": ("BOUNCE", "Bounced"),
    "OPT_OUT": ("OPTOUT", "Opted Out"),
    "SPAM": ("SPAM", "Spam Complaint"),
}
"""The words for each kind of row; only those for a click are known, the others are guesses."""

_AGENT: Final = {"os": "OS X", "ip": "192.0.2.1", "browser": "Chrome"}

_REACTIONS: Final = (
    "SELECT list, record, email, name, detail, happened FROM happenings"
    " WHERE message = ? AND verb = ? ORDER BY number LIMIT ? OFFSET ?"
)
_SENDS: Final = (
    # Of these there may be very many; read so, they need not be sorted for each page.
    "SELECT list, record, email, name, detail, happened FROM deliveries"
    " WHERE message = ? AND CASE detail WHEN '' THEN 'SENT' ELSE 'SUPPRESSED' END = ?"
    " ORDER BY number LIMIT ? OFFSET ?"
)
_PAGE: Final = (
    "SELECT number, list, record, email, name, detail, happened, again FROM deliveries"
    " WHERE message = ? ORDER BY number LIMIT ? OFFSET ?"
)
_REACTIONS_TO_PAGE: Final = (
    "SELECT delivery, verb, detail, happened FROM reactions WHERE delivery IN"
    " (SELECT number FROM deliveries WHERE message = ? ORDER BY number LIMIT ? OFFSET ?) ORDER BY number"
)
_TEXT_TIME: Final = "%b %d %Y %I:%M %p %Z"


@frozen
class Reacted:
    """One thing that a recipient did with a mail."""

    verb: Reaction
    detail: str
    """The link that was clicked, or the kind of a bounce."""

    time: int


@frozen
class Delivery:
    """One mail to one recipient."""

    list_id: str
    record_id: str
    email: str
    name: str
    barred: str
    """Why it was held back; empty if it was sent."""

    time: int
    again: bool = field(converter=bool)
    reactions: Sequence[Reacted] = ()


class DeliveryRepository(Repository):
    """Every mail that went out or was held back, and what was done with it."""

    SCHEMA: ClassVar[str] = """
    CREATE TABLE IF NOT EXISTS deliveries (
        number INTEGER PRIMARY KEY, message INTEGER NOT NULL, list TEXT NOT NULL, record TEXT NOT NULL,
        email TEXT NOT NULL, name TEXT NOT NULL, detail TEXT NOT NULL, again INTEGER NOT NULL,
        happened INTEGER NOT NULL);
    CREATE INDEX IF NOT EXISTS deliveries_by_message ON deliveries (message);
    CREATE INDEX IF NOT EXISTS deliveries_by_record ON deliveries (message, record);
    CREATE TABLE IF NOT EXISTS reactions (
        number INTEGER PRIMARY KEY, delivery INTEGER NOT NULL, verb TEXT NOT NULL, detail TEXT NOT NULL,
        happened INTEGER NOT NULL);
    CREATE INDEX IF NOT EXISTS reactions_by_delivery ON reactions (delivery);
    CREATE VIEW IF NOT EXISTS happenings AS
        SELECT number, CASE detail WHEN '' THEN 'SENT' ELSE 'SUPPRESSED' END AS verb,
            message, list, record, email, name, detail, again, happened FROM deliveries
        UNION ALL
        SELECT reactions.number, verb, message, list, record, email, name, reactions.detail, again,
            reactions.happened FROM reactions JOIN deliveries ON deliveries.number = delivery;
    """

    def write(self, message: int, recipients: Iterable[Recipient], time: int, *, again: bool) -> None:
        """Note what was sent to whom, and to whom not."""
        self.store.run_many(
            "INSERT INTO deliveries (message, list, record, email, name, detail, again, happened)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                (message, each.list_id, each.record_id, each.email, each.name, each.barred, int(again), time)
                for each in recipients
            ),
        )

    def react(self, message: int, record_id: str, verb: Reaction, detail: str = "") -> str:
        """Note the reaction of a recipient to the last mail of a message; gives the address.

        Raises:
            LookupError: that record was not sent the message.
        """
        found = self.store.one(
            "SELECT number, email FROM deliveries WHERE message = ? AND record = ? AND detail = ''"
            " ORDER BY number DESC",
            message,
            record_id,
        )
        if found is None:
            raise LookupError(f"{record_id} was not sent that message.")
        self.store.run(
            "INSERT INTO reactions (delivery, verb, detail, happened) VALUES (?, ?, ?, ?)",
            found[0],
            verb,
            detail,
            self.platform.clock.milliseconds(),
        )
        return str(found[1])

    def totals(self, message: int) -> Mapping[str, int]:
        """How often everything happened, by ``VERBS``."""
        rows = self.store.all("SELECT verb, count(*) FROM happenings WHERE message = ? GROUP BY verb", message)
        return {**dict.fromkeys(VERBS, 0), **{str(verb): int(total) for verb, total in rows}}

    def count(self, message: int) -> int:
        """Number of mails of a message, of those that were held back, too."""
        found = self.store.one("SELECT count(*) FROM deliveries WHERE message = ?", message)
        return 0 if found is None else int(found[0])

    def page(self, message: int, offset: int, count: int) -> list[Delivery]:
        """Some mails of a message, in the order in which they were sent, with the reactions to them."""
        reactions: dict[int, list[Reacted]] = {}
        for number, *cells in self.store.all(_REACTIONS_TO_PAGE, message, count, offset):
            reactions.setdefault(number, []).append(Reacted(*cells))
        rows = self.store.all(_PAGE, message, count, offset)
        return [evolve(Delivery(*row[1:]), reactions=reactions.get(row[0], ())) for row in rows]

    def counts(self, message: int) -> Mapping[str, tuple[int, int]]:
        """By what happened: to how many records, and how often; also bounces by their kind."""
        rows = self.store.all(
            "SELECT verb, count(DISTINCT record), count(*) FROM happenings WHERE message = ? GROUP BY verb"
            " UNION ALL SELECT detail, count(DISTINCT record), count(*) FROM happenings"
            " WHERE message = ? AND verb = 'BOUNCED' GROUP BY detail"
            " UNION ALL SELECT 'AGAIN ' || verb, count(DISTINCT record), count(*) FROM happenings"
            " WHERE message = ? AND again GROUP BY verb",
            message,
            message,
            message,
        )
        return {str(verb): (int(unique), int(total)) for verb, unique, total in rows}

    def last(self, message: int, verb: Reaction) -> int | None:
        """When something happened last."""
        found = self.store.one("SELECT max(happened) FROM happenings WHERE message = ? AND verb = ?", message, verb)
        return None if found is None or found[0] is None else int(found[0])

    def total(self, message: int, verb: str) -> int:
        """Number of rows of a kind."""
        found = self.store.one("SELECT count(*) FROM happenings WHERE message = ? AND verb = ?", message, verb)
        return 0 if found is None else int(found[0])

    def rows(self, message: int, verb: str, offset: int, count: int) -> list[dict[str, Any]]:
        """Rows of a report, one for each event; the keys of all but clicks are guesses."""
        query = _SENDS if verb in {"SENT", "SUPPRESSED"} else _REACTIONS
        found = self.store.all(query, message, verb, count, offset)
        return [self._row(verb, *row) for row in found]

    def _row(
        self, verb: str, list_id: str, record_id: str, email: str, name: str, detail: str, happened: int
    ) -> dict[str, Any]:
        data, action = _WORDS[verb]
        seen = _AGENT if verb in {"OPENED", "CLICKED"} else {}
        when = self.platform.date_text(happened, _TEXT_TIME).replace(" 0", " ")
        row: dict[str, Any] = {"listid": list_id, "data": data, **seen, "name": name, "action": action}
        row |= {"when": when, "recid": record_id, "email": email, "ts": happened}
        return {**row, "linkURI": detail} if verb == "CLICKED" else row

    def days(self, period: str) -> Mapping[int, Counter[str]]:
        """Counts of a month in the account's time zone, by day; bounces also by their kind."""
        found: dict[int, Counter[str]] = {}
        for verb, detail, happened in self._happened():
            if self.platform.date_text(happened, "%y%m") == period:
                day = found.setdefault(int(self.platform.date_text(happened, "%d")), Counter())
                day.update([verb, detail] if verb == "BOUNCED" else [verb])
        return found

    def _happened(self) -> Iterator[tuple[str, str, int]]:
        for verb, detail, happened in self.store.all("SELECT verb, detail, happened FROM happenings"):
            yield str(verb), str(detail), int(happened)
