"""File types of uploads, which are read from the ending of the file's name."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path, PurePath
from typing import Final

from asyncsdk.emulator.http.request import ReceivedCall
from asyncsdk.emulator.http.responses import refusal

__all__ = ["IMAGE_TYPES", "MEDIA_TYPES", "dimensions", "ending_of", "file_name"]

IMAGE_TYPES: Final = frozenset({"bmp", "gif", "jpeg", "jpg", "png"})
"""Of images and logos; guessed, for no list is published."""

MEDIA_TYPES: Final = frozenset(
    {"dwg", "doc", "docx", "ics", "pdf", "pps", "ppsx", "ppt", "pptx", "rfa", "txt", "vcs", "xls", "xlsx", "zip"}
)
"""Of media files: the documented list, and pdf, which the documentation's own example uploads."""

EXAMPLE_DIMENSIONS: Final = (2500, 2500)


def file_name(received: ReceivedCall) -> str:
    """The name of the uploaded file; empty if none was uploaded."""
    return next((name for part, name in received.file_names.items() if part.casefold() == "file"), "")


def ending_of(name: str, types: Collection[str], *, status: int = 400) -> str:
    """The ending of a file's name, in lower case.

    Raises:
        Refusal: the ending is not allowed; the HTTP status is not the same everywhere.
    """
    ending = PurePath(name).suffix.lstrip(".").casefold()
    if ending not in types:
        raise refusal(10085, "Invalid file type specified", status=status)
    return ending


def dimensions(path: Path) -> tuple[int, int]:
    """Width and height of a PNG or GIF file; the documentation's example values for anything else."""
    with path.open("rb") as file:
        head = file.read(24)
    if head.startswith(b"\x89PNG") and len(head) == 24:
        return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")
    if head.startswith(b"GIF8") and len(head) >= 10:
        return int.from_bytes(head[6:8], "little"), int.from_bytes(head[8:10], "little")
    return EXAMPLE_DIMENSIONS
