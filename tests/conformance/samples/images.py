"""Sample calls of the routes of ``images``: data, written by hand from the documentation."""

from __future__ import annotations

from asyncsdk import Upload
from tests.conformance.samples.call import Call

IMAGE = "f-745b73d6-234d-4082-90ed-f0071c51fa36"
PICTURE = Upload(b"\x89PNG", name="phone.png")

IMAGES: list[Call] = [
    Call("images.all", lambda it: it.all(), "/api/1/image"),
    Call(
        "images.all",
        lambda it: it.all(folder_names=["Default Folder", "2026, spring"]),
        "/api/1/image",
        {"foldernames": "Default Folder;2026, spring"},
    ),
    Call("images.get", lambda it: it.get(IMAGE), f"/api/1/image/{IMAGE}"),
    Call("images.add", lambda it: it.add(file=PICTURE), "/api/1/image", multipart={"file": PICTURE}),
    Call(
        "images.add",
        lambda it: it.add(file=PICTURE, name="Phone", folder="Products"),
        "/api/1/image",
        multipart={"file": PICTURE, "name": "Phone", "foldername": "Products"},
    ),
    Call(
        "images.replace",
        lambda it: it.replace(IMAGE, file=PICTURE),
        f"/api/1/image/{IMAGE}",
        multipart={"file": PICTURE},
    ),
    Call(
        "images.replace",
        lambda it: it.replace(IMAGE, file=PICTURE, folder="Products", ignore_folder=True),
        f"/api/1/image/{IMAGE}",
        multipart={"file": PICTURE, "foldername": "Products", "ignorefolder": "Y"},
    ),
    Call("images.delete", lambda it: it.delete(IMAGE), f"/api/1/image/{IMAGE}"),
]
