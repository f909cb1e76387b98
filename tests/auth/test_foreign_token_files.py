"""Token files that somebody else wrote: a token is a token, however long and in whatever order it is written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from asyncsdk import FileStore, Token


@pytest.mark.parametrize("length", [10, 1_000, 10_000, 30_000])
async def test_a_token_file_written_by_hand_is_read_and_replaced(length: int, tmp_path: Path) -> None:
    """Its keys may stand in any order, and tokens may be long, as those are that carry claims."""
    kept = {"owner": "ada", "expires_at": None, "refresh_token": "r" * length, "access_token": "a" * length}
    (tmp_path / "token").write_text(json.dumps(kept, indent=2))
    store = FileStore(tmp_path / "token")
    assert await store.load("ada") == Token("a" * length, "r" * length)
    assert await store.load("bob") is None
    await store.save(Token("next"), "ada")
    assert await store.load("ada") == Token("next")
