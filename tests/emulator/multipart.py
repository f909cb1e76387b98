"""Multipart bodies with a file of a given name."""

from __future__ import annotations

import struct

import aiohttp

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 640, 480)
"""The head of a picture of 640 by 480 pixels."""

GIF = b"GIF89a" + struct.pack("<HH", 32, 16)
"""The head of a picture of 32 by 16 pixels."""


def parts(name: str, body: bytes = PNG, /, *, part: str = "file", **fields: str) -> aiohttp.FormData:
    """A body with one file part."""
    form = aiohttp.FormData(default_to_multipart=True)
    for field, value in fields.items():
        form.add_field(field, value)
    form.add_field(part, body, filename=name, content_type="application/octet-stream")
    return form
