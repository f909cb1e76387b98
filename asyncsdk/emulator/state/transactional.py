"""The mail that single events send."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

from attrs import frozen

from asyncsdk.emulator.state.account_state import AccountState, Book

__all__ = ["TransactionalMail", "TransactionalRepository"]


@frozen
class TransactionalMail:
    """One mail that was sent."""

    template: str
    recipient: str
    body: Mapping[str, Any]
    """The JSON that asked for it."""

    time: int


class TransactionalRepository(Book):
    """All of it.

    Attributes:
        entitled: whether the account has subscribed to transactional mail.
    """

    SCHEMA: ClassVar[str] = """
    CREATE TABLE IF NOT EXISTS transactional_mails (
        number INTEGER PRIMARY KEY, template TEXT NOT NULL, recipient TEXT NOT NULL, body TEXT NOT NULL,
        time INTEGER NOT NULL);
    """

    def __init__(self, platform: AccountState) -> None:
        super().__init__(platform)
        self.entitled = True

    def add(self, template: str, recipient: str, body: Mapping[str, Any]) -> None:
        """Note a mail as sent."""
        self.store.run(
            "INSERT INTO transactional_mails (template, recipient, body, time) VALUES (?, ?, ?, ?)",
            template,
            recipient,
            json.dumps(body),
            self.platform.clock.milliseconds(),
        )

    def all(self) -> list[TransactionalMail]:
        """Every mail that was sent, the earliest first."""
        rows = self.store.all("SELECT template, recipient, body, time FROM transactional_mails ORDER BY number")
        return [TransactionalMail(template, to, json.loads(body), time) for template, to, body, time in rows]
