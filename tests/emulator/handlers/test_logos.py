"""Logos: from files and from the web, read, changed and deleted."""

from __future__ import annotations

import pytest

from asyncsdk import InvalidArgument, NotFound, Upload
from tests.emulator.driver import Answered, Raw
from tests.emulator.multipart import PNG, parts
from tests.support.stage import stage
from tests.support.virtual_time import virtual_time

NO_ID = {"errorCode": 10054, "message": "The id is invalid"}
NO_TYPE = {"errorCode": 10085, "message": "Invalid file type specified"}


async def added(raw: Raw) -> Answered:
    """A logo with all its texts."""
    texts = {"name": "Ours", "alttext": "Our logo", "tooltip": "Us", "targeturl": "https://www.act-on.com/"}
    return await raw.call("POST", "/api/1/logo", data=parts("logo.PNG", **texts))


async def test_a_logo_from_a_file(raw: Raw) -> None:
    """The listing is an envelope without paging, an element of it is the logo by itself."""
    assert (await added(raw)).told == (
        200,
        {"status": "success", "message": "The logo has been uploaded", "id": "i-1"},
    )
    logo = {
        "url_str": "https://forpci4.actonsoftware.com/acton/cx/3039/logo2.png",
        "url_str_ts": "https://forpci4.actonsoftware.com/acton/cx/3039/logo2.png?ts=1700000000000",
        "alt_txt": "Our logo",
        "tool_tip": "Us",
        "target_url": "https://www.act-on.com/",
        "id": "i-1",
        "title": "Ours",
    }
    assert (await raw.get("/api/1/logo")).told == (
        200,
        {"offset": 0, "count": 1, "totalCount": 1, "result": [logo]},
    )
    assert (await raw.get("/api/1/logo/i-1")).told == (200, logo)


async def test_a_logo_from_the_web_is_a_form(raw: Raw) -> None:
    """Texts that are not given are empty."""
    form = {"name": "Theirs", "imagelink": "https://example.com/logo.gif"}
    assert (await raw.call("POST", "/api/1/logo", data=form)).json["id"] == "i-1"
    logo = (await raw.get("/api/1/logo/i-1")).json
    assert (logo["url_str"], logo["alt_txt"], logo["tool_tip"], logo["target_url"]) == (
        "https://example.com/logo.gif",
        "",
        "",
        "",
    )


async def test_what_is_no_logo(raw: Raw) -> None:
    """A missing name is 422, a wrong type 400; without a picture there is nothing to add."""
    nameless = await raw.call("POST", "/api/1/logo", data=parts("logo.png"))
    assert nameless.told == (422, {"errorCode": 10121, "message": "Missing parameter - name"})
    typed = await raw.call("POST", "/api/1/logo", data=parts("logo.pdf", name="Ours"))
    assert typed.told == (400, NO_TYPE)
    assert (await raw.call("POST", "/api/1/logo", data={"name": "Ours"})).status == 400
    assert (await raw.get("/api/1/logo")).json["count"] == 0


async def test_an_update_changes_what_is_given(raw: Raw) -> None:
    """A form changes texts, a multipart body the picture, too; an empty text empties."""
    await added(raw)
    answer = await raw.call("PUT", "/api/1/logo/i-1", data={"name": "New", "tooltip": ""})
    assert answer.told == (200, {"status": "success", "message": "The logo has been updated", "id": "i-1"})
    logo = (await raw.get("/api/1/logo/i-1")).json
    assert (logo["title"], logo["tool_tip"], logo["alt_txt"]) == ("New", "", "Our logo")
    assert logo["url_str"].endswith("/logo2.png")
    await raw.call("PUT", "/api/1/logo/i-1", data=parts("new.jpeg"))
    assert (await raw.get("/api/1/logo/i-1")).json["url_str"].endswith("/logo2.jpeg")
    await raw.call("PUT", "/api/1/logo/i-1", data={"imagelink": "https://example.com/l.png"})
    assert (await raw.get("/api/1/logo/i-1")).json["url_str"] == "https://example.com/l.png"
    assert (await raw.call("PUT", "/api/1/logo/i-1", data=parts("new.txt"))).told == (400, NO_TYPE)


async def test_a_deleted_logo_is_gone_for_good(raw: Raw) -> None:
    """Its number is not given again."""
    await added(raw)
    answer = await raw.call("DELETE", "/api/1/logo/i-1")
    assert answer.told == (200, {"status": "success", "message": "Logo i-1 has been deleted"})
    assert (await raw.get("/api/1/logo")).json["result"] == []
    assert (await added(raw)).json["id"] == "i-2"


@pytest.mark.parametrize("logo_id", ["i-9", "i-", "1", "i-1.0", "x"])
async def test_an_unknown_logo(raw: Raw, logo_id: str) -> None:
    """The same number, but 404 to read and delete, and 400 to change."""
    await added(raw)
    path = f"/api/1/logo/{logo_id}"
    assert (await raw.get(path)).told == (404, NO_ID)
    assert (await raw.call("PUT", path, data={"name": "New"})).told == (400, NO_ID)
    assert (await raw.call("DELETE", path)).told == (404, NO_ID)


@virtual_time
async def test_logos_through_a_session() -> None:
    """What is added can be listed, read, changed and deleted."""
    async with stage() as (_, acton):
        outcome = await acton.logos.add(name="Ours", file=Upload(PNG, name="logo.png"), tooltip="Us")
        assert (outcome.status, outcome.id) == ("success", "i-1")
        await acton.logos.update("i-1", name="New", alt_text="Our logo")
        logo = await acton.logos.get("i-1")
        assert (logo.id, logo.title, logo.alt_text, logo.tooltip, logo.target_url) == (
            "i-1",
            "New",
            "Our logo",
            "Us",
            "",
        )
        assert logo.stamped_url.startswith(f"{logo.url}?ts=")
        page = await acton.logos.all()
        assert (page.total_count, [each.title for each in page]) == (1, ["New"])
        assert [each.id async for each in acton.logos.all()] == ["i-1"]
        await acton.logos.delete("i-1")
        with pytest.raises(NotFound):
            await acton.logos.get("i-1")


@virtual_time
async def test_a_logo_has_one_picture() -> None:
    """None or two are refused before anything is sent, and so is a file whose type nobody can tell."""
    async with stage() as (server, acton):
        link = "https://example.com/logo.png"
        named = Upload(PNG, name="logo.png")
        for wrong in (
            acton.logos.add(name="Ours"),
            acton.logos.add(name="Ours", file=named, image_link=link),
            acton.logos.update("i-1", file=named, image_link=link),
            acton.logos.add(name="Ours", file=PNG),
        ):
            with pytest.raises(InvalidArgument):
                await wrong
        assert not server.calls
