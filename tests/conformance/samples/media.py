"""Sample calls of the routes of ``media``: data, written by hand from the documentation."""

from __future__ import annotations

from asyncsdk import Upload
from tests.conformance.samples.call import Call

SHEET = "f-0834c389-f245-4abe-ae05-423b51901d26"
LINK = "u-f98236a7-ad2a-4ee3-bd91-afd835ff60c5"
PDF = Upload(b"%PDF", name="datasheet.pdf")

MEDIA: list[Call] = [
    Call("media.all", lambda it: it.all(), "/api/1/media"),
    Call("media.get", lambda it: it.get(LINK), f"/api/1/media/{LINK}"),
    Call("media.add", lambda it: it.add(file=PDF), "/api/1/media", multipart={"file": PDF}),
    Call(
        "media.add",
        lambda it: it.add(file=PDF, name="Data sheet", folder="Products"),
        "/api/1/media",
        multipart={"file": PDF, "name": "Data sheet", "foldername": "Products"},
    ),
    Call(
        "media.add_link",
        lambda it: it.add_link(url="https://example.com/?a=b&c=d", name="Help", folder="Products"),
        "/api/1/medialink",
        form={"url": "https://example.com/?a=b&c=d", "name": "Help", "foldername": "Products"},
    ),
    Call(
        "media.replace",
        lambda it: it.replace(SHEET, file=PDF),
        f"/api/1/media/{SHEET}",
        multipart={"file": PDF},
    ),
    Call("media.delete", lambda it: it.delete(LINK), f"/api/1/media/{LINK}"),
]
