"""The example server and the one of the documents, run as they are printed."""

from __future__ import annotations

import importlib.util
import re
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from aiohttp.test_utils import TestClient, TestServer

from tests.webhooks.signing import KEY, OTHER_KEY, secret, signed

ROOT = Path(__file__).parents[2]
BODY = b'{"name": "Welcome", "startedTime": 1686597624671}'


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, at: Callable[[float], None]) -> None:
    """The secrets, and today's time."""
    monkeypatch.setenv("PROGRAM_STARTED_SECRET", secret(KEY))
    monkeypatch.setenv("FORM_SUBMITTED_SECRET", secret(OTHER_KEY))
    at(time.time())


def module_of(path: Path) -> ModuleType:
    """A program, without being run as the main one."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def fresh(key: bytes, body: bytes, message_id: str = "msg_1") -> dict[str, str]:
    """The headers of a delivery of now."""
    return signed(body, key=key, message_id=message_id, timestamp=int(time.time()))


async def test_the_example_handles_each_event_once(capsys: pytest.CaptureFixture[str]) -> None:
    """A repetition is answered like the first, and not handled; a forged delivery is refused."""
    module = module_of(ROOT / "examples" / "receive_webhook.py")
    async with TestClient(TestServer(module.app)) as client:
        started = "/acton/automated-program.started"
        for _ in range(2):
            assert (await client.post(started, data=BODY, headers=fresh(KEY, BODY))).status == 204
        form = "/acton/form.submitted"
        assert (await client.post(form, data=b"{}", headers=fresh(OTHER_KEY, b"{}", "msg_2"))).status == 204
        assert (await client.post(form, data=BODY, headers=fresh(KEY, BODY))).status == 401
        assert (await client.post("/acton/other", data=BODY, headers=fresh(KEY, BODY))).status == 404
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["Welcome was started at 2023-06-12 19:20:24.671000+00:00", "form.submitted came"]
    assert lines[2].startswith("Refused: No signature")
    assert len(lines) == 3


async def test_the_example_does_not_remember_for_ever() -> None:
    """Its memory is bounded: of ten thousand deliveries, the oldest are forgotten."""
    module = module_of(ROOT / "examples" / "receive_webhook.py")
    handled = module.app[module.HANDLED]
    handled.update(dict.fromkeys(f"old_{number}" for number in range(9_999)))
    async with TestClient(TestServer(module.app)) as client:
        for number in range(3):
            headers = fresh(KEY, BODY, f"msg_{number}")
            await client.post("/acton/automated-program.started", data=BODY, headers=headers)
    assert (len(handled), next(iter(handled))) == (10_000, "old_2")
    assert list(handled)[-3:] == ["msg_0", "msg_1", "msg_2"]


async def test_the_receiver_of_the_documents(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It takes a genuine delivery, and no other."""
    text = (ROOT / "docs" / "webhooks.md").read_text(encoding="utf-8")
    first = re.search(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    assert first is not None
    (tmp_path / "receiver.py").write_text(first[1], encoding="utf-8")
    async with TestClient(TestServer(module_of(tmp_path / "receiver.py").app)) as client:
        url = "/acton/program-started"
        assert (await client.post(url, data=BODY, headers=fresh(KEY, BODY))).status == 204
        assert (await client.post(url, data=BODY, headers=fresh(OTHER_KEY, BODY))).status == 401
    assert capsys.readouterr().out == "msg_1 Welcome 2023-06-12 19:20:24.671000+00:00 None\n"
