"""Sample calls of the routes of ``logos``: data, written by hand from the documentation."""

from __future__ import annotations

from asyncsdk import Upload
from tests.conformance.samples.call import Call

LOGO = Upload(b"\x89PNG", name="logo.png")
TEXTS = {"alttext": "Our logo", "tooltip": "Us & you", "targeturl": "https://example.com/?a=b"}

LOGOS: list[Call] = [
    Call("logos.all", lambda it: it.all(), "/api/1/logo"),
    Call("logos.get", lambda it: it.get("i-4"), "/api/1/logo/i-4"),
    Call(
        "logos.add",
        lambda it: it.add(
            name="Ours",
            file=LOGO,
            alt_text="Our logo",
            tooltip="Us & you",
            target_url="https://example.com/?a=b",
        ),
        "/api/1/logo",
        multipart={"name": "Ours", "file": LOGO, **TEXTS},
    ),
    Call(
        "logos.add",
        lambda it: it.add(
            name="Ours",
            image_link="https://example.com/logo.png",
            alt_text="Our logo",
            tooltip="Us & you",
            target_url="https://example.com/?a=b",
        ),
        "/api/1/logo",
        form={"name": "Ours", "imagelink": "https://example.com/logo.png", **TEXTS},
    ),
    Call(
        "logos.update",
        lambda it: it.update(
            "i-4",
            name="Ours",
            file=LOGO,
            alt_text="Our logo",
            tooltip="Us & you",
            target_url="https://example.com/?a=b",
        ),
        "/api/1/logo/i-4",
        multipart={"name": "Ours", "file": LOGO, **TEXTS},
    ),
    Call(
        "logos.update",
        lambda it: it.update("i-4", image_link="https://example.com/logo.png", tooltip=""),
        "/api/1/logo/i-4",
        form={"imagelink": "https://example.com/logo.png", "tooltip": ""},
    ),
    Call("logos.delete", lambda it: it.delete("i-4"), "/api/1/logo/i-4"),
]
