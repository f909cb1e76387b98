"""Repository of messages: drafts, templates, sent and scheduled messages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, ClassVar, Final, Literal, TypeAlias

from attrs import asdict, frozen

from asyncsdk.emulator.http.responses import refusal
from asyncsdk.emulator.state.account_state import Repository
from asyncsdk.emulator.state.deliveries import DeliveryRepository, Reaction
from asyncsdk.emulator.state.recipients import Audience, recipients

__all__ = ["Content", "Launch", "MessageKind", "MessageRepository", "StoredMessage"]

MessageKind: TypeAlias = Literal["draft", "template", "sent"]

_LETTERS: Final = {"draft": "d", "template": "t", "sent": "s"}

_BY_ID: Final = "SELECT number, id, type, content, time FROM message_types WHERE id = ?"
_BY_TYPE: Final = (
    "SELECT number, id, type, content, time FROM message_types WHERE ? IS NULL OR type = ?"
    " ORDER BY number LIMIT ? OFFSET ?"
)
_NEWEST: Final = "SELECT number, id, type, content, time FROM message_types ORDER BY number DESC LIMIT ? OFFSET ?"
_HOW_MANY: Final = "SELECT count(*) FROM message_types WHERE ? IS NULL OR type = ?"


@frozen
class Content:
    """Content and delivery options of a message."""

    subject: str = ""
    title: str = ""
    html: str = ""
    text: str = ""
    folder: str = "Default Folder"
    sender_name: str = ""
    sender_email: str = ""
    header: str | None = None
    footer: str | None = None
    logo: str | None = None
    text_only: bool = False
    transactional: bool = False
    category: str | None = None
    """The name of its subscription category."""


@frozen
class StoredMessage:
    """One message."""

    number: int
    id: str
    type: str
    """Its type as the API tells it, such as ``DRAFT``."""

    content: Content
    time: int
    """When it was last changed; for what was sent, when it was to go out first."""


@frozen
class Launch:
    """One time that a message was or is to be sent."""

    due: int
    audience: Audience
    again: bool
    state: Literal["SCHEDULED", "SENT", "FAILED"]


class MessageRepository(Repository):
    """All messages of the account; what is due is sent when they are read."""

    SCHEMA: ClassVar[str] = """
    CREATE TABLE IF NOT EXISTS messages (
        number INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, kind TEXT NOT NULL, content TEXT NOT NULL,
        changed INTEGER NOT NULL, deleted INTEGER NOT NULL DEFAULT 0);
    CREATE TABLE IF NOT EXISTS launches (
        number INTEGER PRIMARY KEY, message INTEGER NOT NULL, due INTEGER NOT NULL, audience TEXT NOT NULL,
        again INTEGER NOT NULL, state TEXT NOT NULL);
    CREATE INDEX IF NOT EXISTS launches_by_message ON launches (message);
    CREATE VIEW IF NOT EXISTS message_types AS
        SELECT messages.number, id, content, CASE
            WHEN kind <> 'sent' THEN upper(kind)
            WHEN sum(state = 'SENT') > 0 THEN 'SENT'
            WHEN sum(state = 'SCHEDULED') > 0 THEN 'SCHEDULED'
            ELSE 'FAILED' END AS type, coalesce(min(due), changed) AS time
        FROM messages LEFT JOIN launches ON launches.message = messages.number
        WHERE NOT deleted GROUP BY messages.number;
    """

    def add(self, kind: MessageKind, content: Content, due: int | None = None) -> StoredMessage:
        """Write a message; its id is in hexadecimal, and what goes out bears the month in which it does."""
        made = self.store.one("SELECT count(*) FROM messages WHERE kind = ?", kind)
        number = 1 if made is None else int(made[0]) + 1
        month = "" if due is None else "-" + self.platform.date_text(due, "%y%m")
        message_id = f"{_LETTERS[kind]}-{number:04x}{month}"
        self.store.run(
            "INSERT INTO messages (id, kind, content, changed) VALUES (?, ?, ?, ?)",
            message_id,
            kind,
            json.dumps(asdict(content)),
            self.platform.clock.milliseconds(),
        )
        return self.require(message_id)

    def change(self, message: StoredMessage, content: Content) -> None:
        """Write a message anew."""
        self.store.run(
            "UPDATE messages SET content = ?, changed = ? WHERE number = ?",
            json.dumps(asdict(content)),
            self.platform.clock.milliseconds(),
            message.number,
        )

    def remove(self, message: StoredMessage) -> None:
        """Delete a message, and forget what was still to be sent of it; its number is not used again."""
        self.store.run("UPDATE messages SET deleted = 1 WHERE number = ?", message.number)
        self.store.run("DELETE FROM launches WHERE message = ? AND state = 'SCHEDULED'", message.number)

    def find(self, message_id: str) -> StoredMessage | None:
        """A message by its id; None if it does not exist, or was deleted."""
        self.catch_up()
        row = self.store.one(_BY_ID, message_id)
        return None if row is None else _message(row)

    def require(self, message_id: str, *, status: int = 400) -> StoredMessage:
        """A message by its id.

        Raises:
            Refusal: it does not exist, or was deleted.
        """
        found = self.find(message_id)
        if found is None:
            raise refusal(10030, "Invalid or deleted message", status=status)
        return found

    def page(self, message_type: str | None, offset: int, count: int) -> tuple[int, list[StoredMessage]]:
        """The number of messages of a type, and a page of them."""
        self.catch_up()
        total = self.store.one(_HOW_MANY, message_type, message_type)
        rows = self.store.all(_BY_TYPE, message_type, message_type, count, offset)
        return 0 if total is None else int(total[0]), [_message(row) for row in rows]

    def newest(self, offset: int, count: int) -> list[StoredMessage]:
        """A page of all messages, the one that was made last first."""
        self.catch_up()
        return [_message(row) for row in self.store.all(_NEWEST, count, offset)]

    def launch(self, message: StoredMessage, audience: Audience, due: int, *, again: bool = False) -> None:
        """Send a message as soon as a time has come, which may have passed already."""
        self.store.run(
            "INSERT INTO launches (message, due, audience, again, state) VALUES (?, ?, ?, ?, 'SCHEDULED')",
            message.number,
            due,
            json.dumps(asdict(audience)),
            int(again),
        )
        self.catch_up()

    def launches(self, message: StoredMessage) -> list[Launch]:
        """Each time that a message was or is to be sent."""
        rows = self.store.all(
            "SELECT due, audience, again, state FROM launches WHERE message = ? ORDER BY number", message.number
        )
        return [Launch(due, _audience(audience), bool(again), state) for due, audience, again, state in rows]

    def audiences(self, message: StoredMessage) -> list[Audience]:
        """Whom a message was or is to be sent to, each time."""
        return [launch.audience for launch in self.launches(message)]

    def catch_up(self) -> None:
        """Send what is due by now; who is on the lists is looked up only then."""
        due = self.store.all(
            "SELECT launches.number, messages.number, content, audience, due, again"
            " FROM launches JOIN messages ON messages.number = message"
            " WHERE state = 'SCHEDULED' AND due <= ? ORDER BY due, launches.number",
            self.platform.clock.milliseconds(),
        )
        deliveries = self.platform.repository(DeliveryRepository)
        for launch, number, content, audience, time, again in due:
            whom = _audience(audience)
            state = "SENT" if whom.exists(self.platform) else "FAILED"
            with self.store.batch():
                said = Content(**json.loads(content))
                reached = recipients(self.platform, whom, category=said.category, transactional=said.transactional)
                deliveries.write(number, reached, time, again=bool(again))
                self.store.run("UPDATE launches SET state = ? WHERE number = ?", state, launch)

    def open(self, message_id: str, record_id: str) -> None:
        """Note that a recipient opened a message."""
        self._react(message_id, record_id, "OPENED")

    def click(self, message_id: str, record_id: str, link: str) -> None:
        """Note that a recipient clicked a link in a message."""
        self._react(message_id, record_id, "CLICKED", link)

    def bounce(self, message_id: str, record_id: str, *, hard: bool = True) -> None:
        """Note a bounce; after a hard one, the address gets no mail any more."""
        title, email = self._react(message_id, record_id, "BOUNCED", "hard" if hard else "soft")
        if hard:
            self.platform.suppressions.add("hardbounce", email, title)

    def opt_out(self, message_id: str, record_id: str) -> None:
        """Note that a recipient opted out of all mail by a message."""
        title, email = self._react(message_id, record_id, "OPT_OUT")
        self.platform.suppressions.add("optout", email, title)

    def complain(self, message_id: str, record_id: str) -> None:
        """Note a spam complaint of a recipient."""
        title, email = self._react(message_id, record_id, "SPAM")
        self.platform.suppressions.add("spamcomplaint", email, title)

    def _react(self, message_id: str, record_id: str, verb: Reaction, detail: str = "") -> tuple[str, str]:
        """Note what a recipient did; gives the message's title and the address."""
        message = self.find(message_id)
        if message is None:
            raise LookupError(f"There is no message {message_id}.")
        email = self.platform.repository(DeliveryRepository).react(message.number, record_id, verb, detail)
        return message.content.title, email


def _message(row: Sequence[Any]) -> StoredMessage:
    number, message_id, message_type, content, time = row
    return StoredMessage(number, message_id, message_type, Content(**json.loads(content)), time)


def _audience(text: str) -> Audience:
    return Audience(**json.loads(text))
