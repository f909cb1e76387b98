"""Images: uploaded, listed by folder, replaced and deleted."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest

from asyncsdk import InvalidArgument, InvalidRequest, NotFound, Upload
from tests.emulator.driver import Raw
from tests.emulator.multipart import GIF, PNG, parts
from tests.support.stage import stage
from tests.support.virtual_time import EPOCH, virtual_time

NO_ID = {"errorCode": 10054, "message": "The id is invalid"}
NO_TYPE = {"errorCode": 10085, "message": "Invalid file type specified"}


async def added(raw: Raw, name: str = "Phone.png", body: bytes = PNG, **fields: str) -> str:
    """The id of a new image."""
    answer = await raw.call("POST", "/api/1/image", data=parts(name, body, **fields))
    image_id: str = answer.json["id"]
    assert answer.told == (200, {"status": "success", "message": "The file has been uploaded", "id": image_id})
    return image_id


def url_of(image_id: str, version: int = 1) -> str:
    """Where Act-On would keep it."""
    return (
        f"http://a12345.actonservice.com/cdnr/forpci4/acton/attachment/12345/{image_id}/{version}/-/-/-/-/image.png"
    )


async def test_the_listing_and_the_image_spell_numbers_differently(raw: Raw) -> None:
    """In the listing all numbers but the size are text; the keys differ, too."""
    image_id = await added(raw)
    url = url_of(image_id)
    entry = {
        "creation_time": "1700000000000",
        "size": len(PNG),
        "thumb": url,
        "name": "Phone.png",
        "width": "640",
        "id": image_id,
        "last_modified": "1700000000000",
        "url": url,
        "height": "480",
    }
    assert (await raw.get("/api/1/image")).told == (200, [{"entries": [entry], "name": "Default Folder"}])
    assert (await raw.get(f"/api/1/image/{image_id}")).told == (
        200,
        {
            "id": image_id,
            "image_url": url,
            "thumb_url": url,
            "size": len(PNG),
            "last_modified": 1700000000000,
            "creation_time": 1700000000000,
            "display_name": "Phone.png",
            "folder_name": "Default Folder",
            "version": 0,
        },
    )


async def test_images_come_by_folder(raw: Raw) -> None:
    """Folders can be chosen, separated by semicolons; one that does not exist holds nothing."""
    await added(raw, name="a.png", foldername="Spring")
    await added(raw, name="b.gif", body=GIF)
    await added(raw, name="c.jpg", body=b"", foldername="Spring")

    async def names(**query: str) -> dict[str, list[str]]:
        folders = (await raw.get("/api/1/image", **query)).json
        return {folder["name"]: [entry["name"] for entry in folder["entries"]] for folder in folders}

    assert await names() == {"Spring": ["a.png", "c.jpg"], "Default Folder": ["b.gif"]}
    assert await names(foldernames="Spring;Autumn") == {"Spring": ["a.png", "c.jpg"]}
    assert await names(foldernames="Autumn") == {}


@pytest.mark.parametrize("name", ["notes.txt", "picture", "png", "picture.png.exe"])
async def test_the_files_name_tells_its_type(raw: Raw, name: str) -> None:
    """What is no image is refused with 400, new or as a replacement."""
    image_id = await added(raw)
    assert (await raw.call("POST", "/api/1/image", data=parts(name))).told == (400, NO_TYPE)
    assert (await raw.call("PUT", f"/api/1/image/{image_id}", data=parts(name))).told == (400, NO_TYPE)


async def test_an_image_needs_a_file(raw: Raw) -> None:
    """A multipart body without one adds nothing."""
    assert (await raw.multipart("POST", "/api/1/image", None, name="Phone")).status == 400
    assert (await raw.get("/api/1/image")).json == []


async def test_a_replacement_keeps_the_id(raw: Raw) -> None:
    """Size, time and version change; the name stays."""
    image_id = await added(raw)
    raw.server.clock.advance(60)
    answer = await raw.call("PUT", f"/api/1/image/{image_id}", data=parts("new.png", PNG + b"more"))
    assert answer.told == (200, {"status": "success", "message": "The file has been uploaded", "id": image_id})
    image = (await raw.get(f"/api/1/image/{image_id}")).json
    assert (image["size"], image["version"], image["display_name"]) == (len(PNG) + 4, 1, "Phone.png")
    assert (image["creation_time"], image["last_modified"]) == (1700000000000, 1700000060000)
    assert image["image_url"] == url_of(image_id, 2)


async def test_a_replacement_in_another_folder_is_a_new_image(raw: Raw) -> None:
    """Unless the folder is to be ignored, or is the image's own."""
    image_id = await added(raw)
    path = f"/api/1/image/{image_id}"
    ignored = await raw.call("PUT", path, data=parts("b.png", foldername="Spring", ignorefolder="Y"))
    own = await raw.call("PUT", path, data=parts("c.png", foldername="Default Folder"))
    assert ignored.json["id"] == own.json["id"] == image_id
    other = await raw.call("PUT", path, data=parts("d.png", foldername="Spring"))
    assert other.json["id"] != image_id
    assert [(folder["name"], len(folder["entries"])) for folder in (await raw.get("/api/1/image")).json] == [
        ("Default Folder", 1),
        ("Spring", 1),
    ]


async def test_a_deleted_image_is_gone(raw: Raw) -> None:
    """Then it is unknown: 404 to read and to delete."""
    path = f"/api/1/image/{await added(raw)}"
    assert (await raw.call("DELETE", path)).told == (200, {"status": "success", "message": "File deleted"})
    assert (await raw.call("DELETE", path)).told == (404, NO_ID)
    assert (await raw.get(path)).told == (404, NO_ID)
    assert (await raw.call("PUT", path, data=parts("a.png"))).status == 400
    assert (await raw.get("/api/1/image")).json == []


@virtual_time
async def test_images_through_a_session(tmp_path: Path) -> None:
    """From a path, from bytes with a name, and from an open file; what is added can be listed and read."""
    path = tmp_path / "phone.png"
    path.write_bytes(PNG)
    async with stage() as (_, acton):
        first = (await acton.images.add(file=path)).id
        second = (await acton.images.add(file=Upload(GIF, name="b.gif"), name="Bee", folder="Spring")).id
        with path.open("rb") as file:
            third = (await acton.images.add(file=file, folder="Spring")).id
        assert first
        folders = await acton.images.all()
        assert {folder.name: [entry.id for entry in folder.entries] for folder in folders} == {
            "Default Folder": [first],
            "Spring": [second, third],
        }
        (spring,) = await acton.images.all(folder_names=["Spring"])
        entry = spring.entries[0]
        assert (entry.name, entry.size, entry.width, entry.height) == ("Bee", len(GIF), 32, 16)
        assert entry.created == datetime.fromtimestamp(EPOCH, UTC)
        assert (await acton.images.replace(first, file=path, folder="Spring")).id not in {first, second, third}
        assert (await acton.images.replace(first, file=path, folder="Spring", ignore_folder=True)).id == first
        image = await acton.images.get(first)
        assert (image.name, image.folder, image.version, image.size) == (
            "phone.png",
            "Default Folder",
            1,
            len(PNG),
        )
        assert image.url == image.thumbnail_url
        await acton.images.delete(first)
        with pytest.raises(NotFound):
            await acton.images.get(first)


@virtual_time
async def test_an_image_without_a_name_is_not_sent() -> None:
    """Nobody could tell its type; a name that tells a wrong one is refused by the server."""
    async with stage() as (server, acton):
        for nameless in (PNG, BytesIO(PNG)):
            with pytest.raises(InvalidArgument, match="needs a name"):
                await acton.images.add(file=nameless)
        assert not server.calls
        with pytest.raises(InvalidRequest) as refused:
            await acton.images.add(file=Upload(PNG, name="picture.doc"))
        assert (refused.value.code, refused.value.status) == (10085, 400)
