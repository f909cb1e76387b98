"""Errors of webhook deliveries.

::

    ActOnError
    └── WebhookError
        ├── HeadersInvalid           not signed in this scheme: refuse it
        ├── SignatureInvalid         not by any of the secrets: refuse it
        ├── OutsideReplayWindow      genuine, but not of now: refuse it, and check the clock
        └── PayloadInvalid           genuine, but of a shape that this version does not know

No secret, signature, header value or part of a body appears in any message. A wrong call, such as a body that is
text, is ``InvalidArgument``: the fault is not the delivery's.
"""

from __future__ import annotations

from asyncsdk.errors import ActOnError

__all__ = ["HeadersInvalid", "OutsideReplayWindow", "PayloadInvalid", "SignatureInvalid", "WebhookError"]


class WebhookError(ActOnError):
    """Something is wrong with a delivery."""


class HeadersInvalid(WebhookError):
    """A header of the scheme is missing, comes twice or cannot be read."""


class SignatureInvalid(WebhookError):
    """No signature of the delivery was made with any of the secrets."""


class OutsideReplayWindow(WebhookError):
    """The signature is right, but was made too long ago, or in the future.

    Attributes:
        age: seconds since it was signed; negative if that is in the future.
    """

    def __init__(self, age: float, tolerance: float) -> None:
        self.age = age
        when = f"{age:.0f} s ago" if age >= 0 else f"{-age:.0f} s in the future"
        super().__init__(
            f"The delivery was signed {when}, and only {tolerance:g} s are allowed: "
            "it is a replay, or one of the two clocks is wrong."
        )


class PayloadInvalid(WebhookError):
    """The body is not JSON, or not what is published for events of its type.

    Attributes:
        problems: one line each, with the key: ``name: missing``.
    """

    def __init__(self, message: str, problems: tuple[str, ...] = ()) -> None:
        self.problems = problems
        super().__init__(message + "".join(f"\n  {problem}" for problem in problems))
