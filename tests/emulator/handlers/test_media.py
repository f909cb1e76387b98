"""Media: files and links on one shelf."""

from __future__ import annotations

from pathlib import Path

import pytest

from asyncsdk import InvalidArgument, InvalidRequest, NotFound, PermissionDenied, Upload
from tests.emulator.driver import Raw
from tests.emulator.multipart import parts
from tests.support.stage import stage
from tests.support.virtual_time import virtual_time

NO_ID = {"errorCode": 10054, "message": "The id is invalid"}
NO_TYPE = {"errorCode": 10085, "message": "Invalid file type specified"}
NO_URL = {"errorCode": 90004, "message": "Empty or improperly formatted URL given"}
PDF = b"%PDF-1.7"
HELP = "https://connect.act-on.com/hc/en-us"


async def added(raw: Raw, name: str = "Datasheet.pdf", **fields: str) -> str:
    """The id of a new file."""
    answer = await raw.call("POST", "/api/1/media", data=parts(name, PDF, **fields))
    media_id: str = answer.json["id"]
    assert answer.told == (200, {"status": "success", "message": "The file has been uploaded", "id": media_id})
    return media_id


async def linked(raw: Raw, **fields: str) -> str:
    """The id of a new link."""
    answer = await raw.call("POST", "/api/1/medialink", data={"url": HELP, **fields})
    media_id: str = answer.json["id"]
    assert answer.told == (200, {"status": "success", "message": "URL saved", "id": media_id})
    return media_id


def url_of(media_id: str) -> str:
    """Where Act-On would keep it."""
    return f"https://a12345.actonservice.com/cdnr/forpci4/acton/attachment/12345/{media_id}/1/-/-/-/-/"


async def test_the_listing_mixes_files_and_links(raw: Raw) -> None:
    """A file has a size, which is text here as one of its times is; a link has a target instead."""
    file_id = await added(raw, foldername="Products")
    link_id = await linked(raw, name="Help Center", foldername="Products")
    assert file_id.startswith("f-")
    assert link_id.startswith("u-")
    file = {
        "creation_time": 1700000000000,
        "size": str(len(PDF)),
        "name": "Datasheet.pdf",
        "id": file_id,
        "last_modified": "1700000000000",
        "url": f"{url_of(file_id)}file.pdf",
    }
    link = {
        "creation_time": 1700000000000,
        "target_url": HELP,
        "name": "Help Center",
        "id": link_id,
        "last_modified": "1700000000000",
        "url": f"{url_of(link_id)}file.bin",
    }
    assert (await raw.get("/api/1/media/")).told == (200, [{"entries": [file, link], "name": "Products"}])


async def test_a_link_by_itself(raw: Raw) -> None:
    """Both times are numbers, and the address has no file's name."""
    link_id = await linked(raw, name="Help Center")
    assert (await raw.get(f"/api/1/media/{link_id}")).told == (
        200,
        {
            "id": link_id,
            "name": "Help Center",
            "url": url_of(link_id),
            "target_url": HELP,
            "creation_time": 1700000000000,
            "last_modified": 1700000000000,
        },
    )


@pytest.mark.parametrize("name", ["a.zip", "a.DOCX", "a.pptx", "a.vcs", "a.ics", "a.dwg", "a.rfa", "a.pdf"])
async def test_documented_types_are_taken(raw: Raw, name: str) -> None:
    """And pdf, which is not in the list but in the documentation's own example."""
    assert await added(raw, name)


async def test_the_status_for_a_wrong_type_depends_on_the_method(raw: Raw) -> None:
    """403 for a new file, 400 for a replacement."""
    path = f"/api/1/media/{await added(raw)}"
    assert (await raw.call("POST", "/api/1/media", data=parts("a.exe"))).told == (403, NO_TYPE)
    assert (await raw.call("PUT", path, data=parts("a.exe"))).told == (400, NO_TYPE)


async def test_a_name_has_no_slashes(raw: Raw) -> None:
    """Documented; which error it gets is not."""
    assert (await raw.call("POST", "/api/1/media", data=parts("a.pdf", name="a/b"))).status == 400
    assert (await raw.get("/api/1/media")).json == []


@pytest.mark.parametrize("url", ["", " ", "example.com", "mailto:ada@example.com", "http://", "https://[", "/a"])
async def test_a_link_needs_an_address(raw: Raw, url: str) -> None:
    """Empty or malformed ones are refused under a number of their own."""
    assert (await raw.call("POST", "/api/1/medialink", data={"url": url, "name": "Help"})).told == (400, NO_URL)


@pytest.mark.parametrize("part", ["file", "File"])
async def test_a_replacement_keeps_the_id(raw: Raw, part: str) -> None:
    """The part's name is documented with a capital, and used without one."""
    media_id = await added(raw)
    raw.server.clock.advance(60)
    answer = await raw.call("PUT", f"/api/1/media/{media_id}", data=parts("new.docx", b"12345", part=part))
    assert answer.told == (200, {"status": "success", "message": "The file has been uploaded", "id": media_id})
    media = (await raw.get(f"/api/1/media/{media_id}")).json
    assert (media["name"], media["size"], media["last_modified"]) == ("Datasheet.pdf", 5, 1700000060000)
    assert media["url"].endswith("/2/-/-/-/-/file.docx")


async def test_deleted_media_are_gone(raw: Raw) -> None:
    """Files and links alike; then they are unknown: 404 to read and to delete."""
    for media_id in (await added(raw), await linked(raw)):
        path = f"/api/1/media/{media_id}"
        assert (await raw.call("DELETE", path)).told == (200, {"status": "success", "message": "File deleted"})
        assert (await raw.call("DELETE", path)).told == (404, NO_ID)
        assert (await raw.get(path)).told == (404, NO_ID)
        assert (await raw.call("PUT", path, data=parts("a.pdf"))).status == 400
    assert (await raw.get("/api/1/media")).json == []


async def test_an_image_is_no_media_file(raw: Raw) -> None:
    """Their ids look alike, but each kind has a shelf of its own."""
    image = (await raw.call("POST", "/api/1/image", data=parts("a.png"))).json["id"]
    assert (await raw.get(f"/api/1/media/{image}")).status == 404
    assert (await raw.get("/api/1/media")).json == []


@virtual_time
async def test_media_through_a_session(tmp_path: Path) -> None:
    """From a path, from bytes with a name, and from an open file; what is added can be listed and read."""
    path = tmp_path / "datasheet.pdf"
    path.write_bytes(PDF)
    async with stage() as (_, acton):
        first = (await acton.media.add(file=path, name="Data sheet")).id
        with path.open("rb") as file:
            await acton.media.add(file=file, folder="Products")
        link = (await acton.media.add_link(url=HELP, name="Help", folder="Products")).id
        assert first
        assert link
        await acton.media.replace(first, file=Upload(b"12345", name="new.doc"))
        file_found, link_found = await acton.media.get(first), await acton.media.get(link)
        assert (file_found.name, file_found.size, file_found.target_url) == ("Data sheet", 5, None)
        assert (link_found.name, link_found.size, link_found.target_url) == ("Help", None, HELP)
        folders = {folder.name: folder.entries for folder in await acton.media.all()}
        assert [entry.size for entry in folders["Default Folder"]] == [5]
        assert [(entry.size, entry.target_url) for entry in folders["Products"]] == [
            (len(PDF), None),
            (None, HELP),
        ]
        assert folders["Products"][0].created == folders["Products"][0].modified is not None
        await acton.media.delete(link)
        with pytest.raises(NotFound):
            await acton.media.get(link)


@virtual_time
async def test_refusals_through_a_session() -> None:
    """The number is the same, the class of the error follows the status; a slash is refused before sending."""
    async with stage() as (server, acton):
        with pytest.raises(InvalidArgument, match="slashes"):
            await acton.media.add(file=Upload(PDF, name="a.pdf"), name="a/b")
        assert not server.calls
        with pytest.raises(PermissionDenied) as new:
            await acton.media.add(file=Upload(PDF, name="a.exe"))
        assert new.value.code == 10085
        media_id = (await acton.media.add(file=Upload(PDF, name="a.pdf"))).id or ""
        with pytest.raises(InvalidRequest) as replaced:
            await acton.media.replace(media_id, file=Upload(PDF, name="a.exe"))
        assert replaced.value.code == 10085
        with pytest.raises(InvalidRequest) as linked:
            await acton.media.add_link(url="")
        assert linked.value.code == 90004
