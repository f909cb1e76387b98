"""Nothing secret and nothing personal gets into a log."""

from __future__ import annotations

import base64
import pickle
import traceback
from collections.abc import Callable
from typing import Any

import pytest

from asyncsdk import ActOnError, InvalidArgument
from asyncsdk.webhooks import (
    HmacVerifier,
    OutsideReplayWindow,
    Payload,
    PayloadInvalid,
    SvixVerifier,
    WebhookError,
)
from tests.webhooks.signing import KEY, NOW, OTHER_KEY, secret, signature, signed

BODY = b'{"note": "between you and me", "email": "ada@example.com", "name": ["between you and me"]}'


def told(error: BaseException) -> str:
    """All that a logger or an error tracker may show of an error, its causes included."""
    shown = "".join(traceback.format_exception(error)) + repr(error) + repr(vars(error))
    seen: BaseException | None = error.__context__
    while seen is not None:
        shown += repr(seen) + repr(getattr(seen, "doc", "")) + repr(getattr(seen, "object", ""))
        seen = seen.__context__
    return shown


def refused(do: Callable[[], object]) -> ActOnError:
    """The error that it raises."""
    with pytest.raises(ActOnError) as caught:
        do()
    return caught.value


def failures() -> list[ActOnError]:
    """One of each."""
    verifier = SvixVerifier(secret())
    hex_verifier = HmacVerifier("between-us", header="x-signature", encoding="hex")
    genuine = signed(BODY)
    text: Any = BODY.decode()
    return [
        refused(lambda: verifier.verify({**genuine, "svix-timestamp": "between-us"}, BODY)),
        refused(lambda: verifier.verify({**genuine, "svix-id": "between.us"}, BODY)),
        refused(lambda: verifier.verify([*genuine.items(), ("svix-id", "between-us")], BODY)),
        refused(lambda: verifier.verify(signed(BODY, key=OTHER_KEY), BODY)),
        refused(lambda: verifier.verify(signed(BODY, timestamp=NOW - 1000), BODY)),
        refused(lambda: hex_verifier.verify({"x-signature": "between-us"}, BODY)),
        refused(lambda: hex_verifier.verify({}, BODY)),
        refused(lambda: Payload(body=BODY[:-1]).event()),
        refused(lambda: Payload(body=BODY).event("automated-program.started")),
        refused(lambda: SvixVerifier("between-us")),
        refused(lambda: SvixVerifier("whsec_between-us")),
        refused(lambda: SvixVerifier("whsec_between\u00e4us")),
        refused(lambda: verifier.verify(genuine, text)),
    ]


def test_no_error_tells_a_secret_a_signature_or_a_body() -> None:
    """Neither in its message nor in what caused it."""
    for error in failures():
        shown = told(error)
        # A traceback shows lines of code, in which these stand as the test's own text.
        for hidden in (secret(), secret(OTHER_KEY), signature(BODY), "you and me", "ada@example.com"):
            assert hidden not in shown
        assert "between" not in str(error) + repr(error.args)
        assert error.__context__ is None or isinstance(error.__context__, WebhookError)


def test_no_repr_tells_a_secret_or_a_body() -> None:
    """A verifier shows how many secrets it has, a delivery its id and its time."""
    verifier = SvixVerifier(secret(), secret(OTHER_KEY))
    assert repr(verifier) == "SvixVerifier(2 secrets, tolerance=300.0)"
    shown = repr(HmacVerifier("between-us", header="x-signature", encoding="hex"))
    assert shown == "HmacVerifier(1 secrets, header='x-signature', encoding='hex')"
    delivery = repr(verifier.verify(signed(BODY), BODY))
    assert "msg_1" in delivery
    assert "you and me" not in delivery
    for hidden in (repr(KEY), base64.b64encode(KEY).decode()):
        assert hidden not in repr(verifier) + delivery


def test_no_event_tells_an_address() -> None:
    """Addresses are masked wherever they stand."""
    started = Payload(body=b'{"name": "for ada@example.com", "startedTime": 0, "to": "ada@example.com"}').event()
    assert "ada@example.com" not in repr(started) + repr(Payload(body=BODY).event())


def test_every_error_can_be_caught_and_sent() -> None:
    """What is wrong with a delivery is a WebhookError, what is wrong with a call is not; both can be pickled."""
    errors = failures()
    assert all(isinstance(error, WebhookError) != isinstance(error, InvalidArgument) for error in errors)
    for error in errors:
        again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
        assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))
    assert {OutsideReplayWindow, PayloadInvalid} < {type(error) for error in errors}
