"""Models of ``transactional``: transactional mail."""

from __future__ import annotations

from attrs import field, frozen

from asyncsdk.models.fields import wire
from asyncsdk.redaction import masked_repr

__all__ = ["TransactionalReceipt"]


@frozen
class TransactionalReceipt:
    """The server's word that a mail was sent."""

    success: bool = False
    """True; a refusal raises ``APIError``."""

    message: str = field(default="", repr=masked_repr)
    """``Email Sent Successfully``."""

    suppressed_recipients: tuple[str, ...] = field(
        default=(), repr=masked_repr, metadata=wire("suppressedRecipients")
    )
    """The addresses that did not get it, because they get no mail."""
