"""Deliveries that are signed as Svix signs are told from everything else."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from unittest import mock

import pytest

from asyncsdk import InvalidArgument
from asyncsdk.webhooks import Delivery, HeadersInvalid, OutsideReplayWindow, SignatureInvalid, SvixVerifier
from tests.webhooks.signing import KEY, NOW, OTHER_KEY, secret, signature, signed

BODY = b'{"name": "Welcome"}'
VERIFIER = SvixVerifier(secret())


def test_the_published_example(at: Callable[[float], None]) -> None:
    """The example of Svix's documentation verifies."""
    at(1614265330)
    headers = {
        "svix-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "svix-timestamp": "1614265330",
        "svix-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    delivery = SvixVerifier("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").verify(headers, b'{"test": 2432232314}')
    assert delivery.json() == {"test": 2432232314}


def test_a_delivery_tells_its_id_and_its_time() -> None:
    """What a repetition is told by is at hand."""
    timestamp = datetime.fromtimestamp(NOW, UTC)
    assert VERIFIER.verify(signed(BODY), BODY) == Delivery(body=BODY, id="msg_1", timestamp=timestamp)


@pytest.mark.parametrize("prefix", ["svix", "webhook"])
def test_both_names_of_the_headers(prefix: str) -> None:
    """The neutral names count, too."""
    assert VERIFIER.verify(signed(BODY, prefix=prefix), BODY).id == "msg_1"


def test_the_names_are_not_mixed() -> None:
    """An id of one set and a signature of the other are no delivery; a whole set beside half of one is."""
    mixed = signed(BODY)
    mixed["webhook-id"] = mixed.pop("svix-id")
    with pytest.raises(HeadersInvalid, match="lacks"):
        VERIFIER.verify(mixed, BODY)
    assert VERIFIER.verify({"svix-id": "msg_2", **signed(BODY, prefix="webhook")}, BODY).id == "msg_1"


@pytest.mark.parametrize("name", ["svix-id", "svix-timestamp", "svix-signature"])
def test_every_header_is_needed(name: str) -> None:
    """Without one of the three it is refused."""
    headers = signed(BODY)
    del headers[name]
    with pytest.raises(HeadersInvalid, match=name):
        VERIFIER.verify(headers, BODY)


@pytest.mark.parametrize("name", ["svix-id", "svix-timestamp"])
def test_an_ambiguous_header_is_refused(name: str) -> None:
    """With two ids or two times nobody can say which was signed."""
    headers = signed(BODY)
    with pytest.raises(HeadersInvalid, match="more than once"):
        VERIFIER.verify([*headers.items(), (name, headers[name])], BODY)


@pytest.mark.parametrize("timestamp", ["", "soon", "1e9", "-1", "17600000000001", "\u0661\u0662", "1.5"])
def test_a_time_is_whole_seconds(timestamp: str) -> None:
    """Anything else is refused, although it is signed."""
    with pytest.raises(HeadersInvalid, match="seconds"):
        VERIFIER.verify(signed(BODY, timestamp=timestamp), BODY)


@pytest.mark.parametrize("message_id", ["", "msg.1", "msg 1", "msg\u00e4"])
def test_an_id_is_one_word_without_a_full_stop(message_id: str) -> None:
    """The signed text could else be cut in two ways."""
    with pytest.raises(HeadersInvalid, match="svix-id"):
        VERIFIER.verify(signed(BODY, message_id=message_id), BODY)


def test_the_parts_cannot_be_cut_otherwise(at: Callable[[float], None]) -> None:
    """The signature of one delivery is not good for another that happens to have the same signed text."""
    at(5)
    genuine = signed(b"5.x", message_id="msg_1", timestamp=5)
    assert VERIFIER.verify(genuine, b"5.x").body == b"5.x"
    with pytest.raises(HeadersInvalid):
        VERIFIER.verify({**genuine, "svix-id": "msg_1.5", "svix-timestamp": "5"}, b"x")


@pytest.mark.parametrize(
    "changed",
    [{"svix-id": "msg_2"}, {"svix-timestamp": str(NOW + 1)}, {"svix-signature": signature(BODY, key=OTHER_KEY)}],
    ids=["id", "timestamp", "signature"],
)
def test_all_headers_are_signed(changed: dict[str, str]) -> None:
    """None of them can be exchanged."""
    with pytest.raises(SignatureInvalid):
        VERIFIER.verify({**signed(BODY), **changed}, BODY)


@pytest.mark.parametrize("value", ["", "v1", "v1,", "v1a,AAAA", "\udcff", "v1,\u00e4"])
def test_a_header_without_a_signature_is_refused(value: str) -> None:
    """Whatever else is in it."""
    with pytest.raises(SignatureInvalid):
        VERIFIER.verify({**signed(BODY), "svix-signature": value}, BODY)


def test_only_signatures_of_this_version_count() -> None:
    """The right digest under another version proves nothing."""
    digest = signature(BODY).removeprefix("v1,")
    for version in ("v1a,", "v2,", ""):
        with pytest.raises(SignatureInvalid):
            VERIFIER.verify({**signed(BODY), "svix-signature": version + digest}, BODY)


def test_one_right_signature_of_several_is_enough() -> None:
    """While the sender changes its secret, it signs with both; unknown versions are skipped."""
    listed = f"v1a,AAAA {signature(BODY, key=OTHER_KEY)} {signature(BODY)}"
    assert VERIFIER.verify({**signed(BODY), "svix-signature": listed}, BODY).id == "msg_1"


def test_several_headers_of_signatures_are_one_list() -> None:
    """A list may be spread over several headers of that name."""
    headers = signed(BODY)
    assert VERIFIER.verify([("svix-signature", "v1,AAAA"), *headers.items()], BODY).id == "msg_1"


def test_several_secrets_count_at_once() -> None:
    """While the receiver changes its secret, the old and the new one are good."""
    both = SvixVerifier(secret(OTHER_KEY), secret(KEY))
    for key in (KEY, OTHER_KEY):
        assert both.verify(signed(BODY, key=key), BODY).id == "msg_1"
    with pytest.raises(SignatureInvalid):
        both.verify(signed(BODY, key=b"a third one"), BODY)


@pytest.mark.parametrize("right", [0, 1, 2, None])
def test_each_candidate_is_compared_in_constant_time(right: int | None) -> None:
    """No comparison is left out when one has matched: all go through compare_digest."""
    candidates = [signature(b"another body", message_id=str(number)) for number in range(3)]
    if right is not None:
        candidates[right] = signature(BODY)
    headers = {**signed(BODY), "svix-signature": " ".join(candidates)}
    with mock.patch.object(hmac, "compare_digest", wraps=hmac.compare_digest) as compare:
        if right is None:
            with pytest.raises(SignatureInvalid):
                SvixVerifier(secret(OTHER_KEY), secret()).verify(headers, BODY)
        else:
            SvixVerifier(secret(OTHER_KEY), secret()).verify(headers, BODY)
    digests = [candidate.removeprefix("v1,").encode() for candidate in candidates]
    assert [call.args[1] for call in compare.call_args_list] == [digest for digest in digests for _ in range(2)]


@pytest.mark.parametrize("off", [-300, -299.5, 0, 299.5, 300])
def test_within_the_window(at: Callable[[float], None], off: float) -> None:
    """Up to 300 s to either side are let pass."""
    at(NOW + off)
    assert VERIFIER.verify(signed(BODY), BODY).id == "msg_1"


@pytest.mark.parametrize(("off", "told"), [(300.5, "300 s ago"), (3600, "3600 s ago"), (-301, "in the future")])
def test_outside_the_window(at: Callable[[float], None], off: float, told: str) -> None:
    """Beyond that it is refused, with how far it is off."""
    at(NOW + off)
    with pytest.raises(OutsideReplayWindow, match=told) as caught:
        VERIFIER.verify(signed(BODY), BODY)
    assert caught.value.age == off


def test_a_window_of_ones_own(at: Callable[[float], None]) -> None:
    """The tolerance can be set."""
    at(NOW + 60)
    assert SvixVerifier(secret(), tolerance=60).verify(signed(BODY), BODY).id == "msg_1"
    with pytest.raises(OutsideReplayWindow, match="only 59 s"):
        SvixVerifier(secret(), tolerance=59).verify(signed(BODY), BODY)


def test_what_is_forged_is_not_called_old(at: Callable[[float], None]) -> None:
    """The time is judged only of what is genuine."""
    at(NOW + 3600)
    with pytest.raises(SignatureInvalid):
        VERIFIER.verify(signed(BODY, key=OTHER_KEY), BODY)


@pytest.mark.parametrize("tolerance", [0, -1, float("inf"), float("nan")])
def test_a_window_has_two_ends(tolerance: float) -> None:
    """A tolerance that would let all or nothing pass is refused."""
    with pytest.raises(InvalidArgument, match="tolerance"):
        SvixVerifier(secret(), tolerance=tolerance)


@pytest.mark.parametrize(
    "wrong",
    ["", "whsec_", "whsec_x", "whsec_AAA", "whsec_AA=A", "whsec_AAAA\n", "whsec_\u00e4\u00e4\u00e4\u00e4", "AAAA"],
)
def test_a_secret_that_cannot_be_decoded_is_refused_at_once(wrong: str) -> None:
    """Not at the first delivery."""
    with pytest.raises(InvalidArgument, match="signing secret"):
        SvixVerifier(secret(), wrong)


def test_a_secret_is_needed() -> None:
    """None, a list of them or bytes are refused."""
    for arguments in ([], [[secret()]], [base64.b64encode(KEY)], [None]):
        with pytest.raises(InvalidArgument, match="signing secret"):
            SvixVerifier(*arguments)


@pytest.mark.parametrize("body", [BODY.decode(), {"name": "Welcome"}, None, bytearray(BODY)])
def test_a_body_is_bytes(body: Any) -> None:
    """What was decoded or parsed is refused as the caller's mistake, with what to do."""
    with pytest.raises(InvalidArgument, match=f"bytes that came, not {type(body).__name__}"):
        VERIFIER.verify(signed(BODY), body)
