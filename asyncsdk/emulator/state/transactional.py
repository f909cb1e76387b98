"""Repository of transactional mail."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from attrs import field, frozen

from asyncsdk.emulator.state.account_state import AccountState
from asyncsdk.emulator.state.repository import TableRepository

__all__ = ["TransactionalMail", "TransactionalRepository"]


@frozen
class TransactionalMail:
    """One mail that was sent. Its content is not kept, only what the call asked for."""

    number: int
    template: str
    recipient: str
    body: Mapping[str, Any] = field(converter=json.loads)
    """The JSON that asked for it."""

    time: int

    @property
    def id(self) -> str:
        """The emulator's own id of it; the API tells none."""
        return str(self.number)


class TransactionalRepository(TableRepository[TransactionalMail]):
    """Every mail that was sent, the earliest first.

    Attributes:
        entitled: whether the account has subscribed to transactional mail.
    """

    SCHEMA: ClassVar[str] = """
    CREATE TABLE IF NOT EXISTS transactional_mails (
        number INTEGER PRIMARY KEY, template TEXT NOT NULL, recipient TEXT NOT NULL, body TEXT NOT NULL,
        time INTEGER NOT NULL);
    CREATE INDEX IF NOT EXISTS transactional_mails_by_time ON transactional_mails (time); -- to count without bodies
    """

    TABLE: ClassVar[str] = "transactional_mails"
    COLUMNS: ClassVar[tuple[str, ...]] = ("number", "template", "recipient", "body", "time")
    item = TransactionalMail

    def __init__(self, platform: AccountState) -> None:
        super().__init__(platform)
        self.entitled = True

    def add(self, template: str, recipient: str, body: Mapping[str, Any]) -> None:
        """Note a mail as sent."""
        now = self.platform.clock.milliseconds()
        self.insert({"template": template, "recipient": recipient, "body": json.dumps(body), "time": now})

    def count(self) -> int:
        """Number of mails."""
        return int(self.store.all("SELECT count(*) FROM transactional_mails")[0][0])

    def newest(self, offset: int, count: int) -> list[TransactionalMail]:
        """A page of the mails, the last first."""
        rows = self.store.all(
            "SELECT number, template, recipient, body, time FROM transactional_mails"
            " ORDER BY number DESC LIMIT ? OFFSET ?",
            count,
            offset,
        )
        return [self.item(*row) for row in rows]
