"""Forms, landing pages and programs, which users make in Act-On itself."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from asyncsdk import InvalidRequest
from asyncsdk.emulator import Emulator
from tests.emulator.driver import Raw
from tests.support.stage import stage
from tests.support.virtual_time import virtual_time

FORM = "6a4a21fb-0aff-4f0e-b57a-97f62ebcb9cd"
NO_FORM = {"errorCode": 10012, "message": "Invalid Form id"}
NO_PAGE = {"errorCode": 10013, "message": "Invalid Page id"}


async def test_a_form_shows_up_twice(raw: Raw) -> None:
    """In its own folder, and in a last one that the server makes up; the folder's key is another than images'."""
    entry = {
        "creation_time": 1725627913726,
        "description": "",
        "modified": 1725654011570,
        "id": FORM,
        "title": "Newsletter Signup",
        "url": f"https://a12345.actonservice.com/acton/form/12345/{FORM}:d-0001/1/-/-/-/-/index.htm",
    }
    assert (await raw.get("/api/1/form")).told == (
        200,
        [{"entries": [entry], "folder": "Default Folder"}, {"entries": [entry], "folder": "All Forms"}],
    )


async def test_pages_come_by_folder(raw: Raw) -> None:
    """Their times are text."""
    (folder,) = (await raw.get("/api/1/page")).json
    assert folder["folder"] == "Default Folder"
    assert folder["entries"][0] == {
        "creation_time": "1725654093747",
        "modified": "1725654172965",
        "id": "p-0001",
        "title": "Signup for our Monthly Newsletter",
        "url": "https://a12345.actonservice.com/acton/fs/blocks/showLandingPage/a/12345/p/p-0001/t/page/fm/0",
    }


async def test_unknown_forms_and_pages(raw: Raw) -> None:
    """They are refused under the numbers of their reports."""
    assert (await raw.get("/api/1/form/x/urls")).told == (400, NO_FORM)
    for path in ("/api/1/page/p-9999", "/api/1/page/p-9999/urls"):
        assert (await raw.get(path)).told == (400, NO_PAGE)
    assert (await raw.call("DELETE", "/api/1/page/p-9999")).told == (400, NO_PAGE)


async def test_a_deleted_page_stays_away(tmp_path: Path) -> None:
    """Also when the emulator starts anew on the same file."""
    for deletions in (1, 0):
        async with Emulator(db=tmp_path / "state.db") as server, aiohttp.ClientSession() as http:
            raw = Raw(server, http)
            if deletions:
                assert (await raw.call("DELETE", "/api/1/page/p-0001")).status == 200
            (folder,) = (await raw.get("/api/1/page")).json
            assert [entry["id"] for entry in folder["entries"]] == ["p-0002"]


async def test_programs_are_listed_by_type(raw: Raw) -> None:
    """Letter by letter as documented, down to the odd capitals; another type has none."""
    assert (await raw.get("/api/1/program", type="track")).told == (
        200,
        {
            "folders": [
                {
                    "id": -1,
                    "name": "",
                    "programs": [
                        {
                            "id": "tr-0001",
                            "name": "Example",
                            "isFavorite": False,
                            "description": "",
                            "srcIds": [],
                            "srcNames": [],
                            "messageIds": [],
                            "createdTS": 1570492379546,
                            "created": "Oct 7 2019 4:52 PM PDT",
                            "modifiedTs": 0,
                            "modified": "Oct 7 2019 4:52 PM PDT",
                            "nextrunTS": 0,
                            "nextrun": None,
                            "progstate": "draft",
                            "valid": False,
                            "running": False,
                            "active": 0,
                            "tagNames": [],
                            "scheduled": False,
                        }
                    ],
                }
            ],
            "anyRunning": False,
        },
    )
    assert (await raw.get("/api/1/program", type="EVENT")).json["folders"] == []
    assert (await raw.get("/api/1/program", type="TRUCK")).status == 400


@virtual_time
async def test_forms_through_a_session() -> None:
    """Folders are the same model whatever their key is called."""
    async with stage() as (_, acton):
        own, everything = await acton.forms.all()
        assert (own.name, everything.name) == ("Default Folder", "All Forms")
        (form,) = own.entries
        assert everything.entries == own.entries
        assert (form.id, form.title) == (FORM, "Newsletter Signup")
        assert form.modified == datetime(2024, 9, 6, 20, 20, 11, 570_000, UTC)
        assert form.url in str(await acton.forms.urls(FORM))
        with pytest.raises(InvalidRequest):
            await acton.forms.urls("x")


@virtual_time
async def test_pages_through_a_session() -> None:
    """A page can be read and deleted; then it is not listed any more."""
    async with stage() as (_, acton):
        (folder,) = await acton.pages.all()
        page = folder.entries[0]
        assert (page.id, page.created) == ("p-0001", datetime(2024, 9, 6, 20, 21, 33, 747_000, UTC))
        assert page.title in str(await acton.pages.get("p-0001"))
        assert page.url in str(await acton.pages.urls("p-0001"))
        await acton.pages.delete("p-0001")
        with pytest.raises(InvalidRequest) as refused:
            await acton.pages.get("p-0001")
        assert refused.value.code == 10013
        (left,) = await acton.pages.all()
        assert [each.id for each in left.entries] == ["p-0002"]


@virtual_time
async def test_programs_through_a_session() -> None:
    """Times are times, and the account's own words for them stay words."""
    async with stage() as (_, acton):
        programs = await acton.programs.all(type="TRACK")
        (folder,) = programs.folders
        (program,) = folder.programs
        assert (programs.any_running, folder.id, program.id, program.state) == (False, -1, "tr-0001", "draft")
        assert program.created == datetime(2019, 10, 7, 23, 52, 59, 546_000, UTC)
        assert (program.created_text, program.next_run_text) == ("Oct 7 2019 4:52 PM PDT", None)
        assert (program.favorite, program.source_ids, dict(program.rest)) == (False, (), {})
        assert (await acton.programs.all(type="LIST_MAINT")).folders == ()
