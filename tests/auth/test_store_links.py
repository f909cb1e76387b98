"""A FileStore's file by several names, and what killed writers leave behind."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from asyncsdk import FileStore, Tally, Token, clock

MINUTE = int(clock.wall() // 60)


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


async def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """Saving through a symbolic link replaces the file that it leads to, and all that stands beside that file."""
    (tmp_path / "real").mkdir()
    (tmp_path / "here").mkdir()
    real, link = tmp_path / "real" / "token", tmp_path / "here" / "link"
    link.symlink_to(real)
    store = FileStore(link)
    async with store.exclusive():
        await store.save(Token("one"))
    await store.count(Tally({MINUTE: 1}))
    assert link.is_symlink()
    assert link.readlink() == real
    assert await FileStore(real).load() == Token("one")
    assert _names(tmp_path / "here") == {"link"}
    assert _names(tmp_path / "real") == {"token", "token.lock", "token.usage", "token.usage.lock"}
    assert repr(store) == f"FileStore('{link}')"


async def test_all_names_of_a_file_share_its_lock_and_its_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An absolute path, a relative one, one with dots and a link, of the file or its folder, are one store."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sub").mkdir()
    (tmp_path / "folder").symlink_to(tmp_path / "sub")
    (tmp_path / "link").symlink_to(Path("sub") / "token")
    names = [
        tmp_path / "sub" / "token",
        Path("sub/token"),
        Path("sub/../sub/token"),
        Path("folder/token"),
        Path("link"),
    ]
    inside, most = 0, 0

    async def renew(store: FileStore) -> None:
        nonlocal inside, most
        async with store.exclusive():
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.01)
            inside -= 1
        await store.count(Tally({MINUTE: 1}))

    await asyncio.gather(*(renew(FileStore(name)) for name in names))
    assert most == 1
    assert (await FileStore(tmp_path / "link").count(Tally())).calls == {MINUTE: 5}


async def test_a_relative_path_means_the_folder_of_its_beginning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that changes its folder goes on with the file that it began with."""
    monkeypatch.chdir(tmp_path)
    store = FileStore("token")
    await store.save(Token("one"))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert await store.load() == Token("one")


async def test_what_killed_writers_left_is_removed(tmp_path: Path) -> None:
    """Temporary files that are an hour old are removed; young ones and those of other files stay."""
    old = (".token.abcd1234", ".token.usage.abcd1234", ".token.limits.abcd1234")
    for name, age in (*((each, 3700) for each in old), (".token.abcd5678", 60)):
        (tmp_path / name).write_text("{}")
        then = (tmp_path / name).stat().st_mtime - age
        os.utime(tmp_path / name, (then, then))
    for name in (".token.backup", ".tokens.abcd1234", "token.abcd1234", ".token.abcd12345"):
        (tmp_path / name).write_text("mine")
        os.utime(tmp_path / name, (0, 0))
    store = FileStore(tmp_path / "token")
    async with store.exclusive():
        await store.save(Token("one"))
    left = _names(tmp_path) - {"token", "token.lock"}
    assert left == {".token.abcd5678", ".token.backup", ".tokens.abcd1234", "token.abcd1234", ".token.abcd12345"}


@pytest.mark.parametrize("name", ["to*ken", "to?ken", "[token]", "to[ken"])
async def test_a_name_with_signs_of_patterns_means_itself(name: str, tmp_path: Path) -> None:
    """A file's name is no pattern when what was left behind is looked for."""
    other = tmp_path / ".toooken.abcd1234"
    other.write_text("mine")
    os.utime(other, (0, 0))
    async with FileStore(tmp_path / name).exclusive():
        pass
    assert other.exists()
