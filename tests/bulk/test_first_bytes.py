"""Files that are no text are known by their first bytes, whatever they are called."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncsdk import InvalidArgument
from asyncsdk.bulk.sources.file_signatures import problem_with_start
from tests.support.leads import LIST, leads, writes
from tests.support.virtual_time import virtual_time

TEXT = b"email,City\na@example.com,Rome\n"


def zipped(*names: str) -> bytes:
    """An archive with files of these names."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, "application/vnd.oasis.opendocument.spreadsheet" if name == "mimetype" else "x")
    return made.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (zipped("[Content_Types].xml", "xl/workbook.xml"), "is an Excel workbook: save it as CSV UTF-8"),
        (zipped("xl/workbook.xml"), "is an Excel workbook"),
        (zipped("mimetype"), "is an OpenDocument spreadsheet"),
        (zipped("leads.csv"), "is a ZIP archive: unpack it first"),
        (zipped(), "is a ZIP archive"),
        (gzip.compress(TEXT), "is compressed with gzip"),
        (bz2.compress(TEXT), "is compressed with bzip2"),
        (lzma.compress(TEXT), "is compressed with xz"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(500), r"is an old Excel workbook \(.xls\)"),
        (b"%PDF-1.7\n", "is a PDF document"),
        (b"<!DOCTYPE HTML>\n<html>", "is an HTML page"),
        (b"<?xml version='1.0'?>", "is an XML document"),
        (b"SQLite format 3\x00" + bytes(500), "is an SQLite database"),
        (TEXT.decode().encode("utf-16-le"), "are those of UTF-16-LE. Say its encoding"),
    ],
    ids=lambda value: value if isinstance(value, str) else "content",
)
@pytest.mark.parametrize("name", ["in.csv", "in.jsonl"])
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
@virtual_time
async def test_what_is_no_text_is_named(
    content: bytes, kind: str, name: str, encoding: str, tmp_path: Path
) -> None:
    """The error says what it is, and what to do; nothing was sent."""
    path = tmp_path / name
    path.write_bytes(content)
    async with leads() as (server, acton):
        with pytest.raises(InvalidArgument, match=kind):
            await acton.bulk.upsert(LIST, path, encoding=encoding)
        assert writes(server) == 0


@pytest.mark.slow
@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200), st.sampled_from(["utf-8", "utf-8-sig"])
)
def test_text_is_no_other_kind_of_file(text: str, encoding: str) -> None:
    """No text in UTF-8 without control characters is refused, but for what begins as HTML or XML does."""
    begins = text.lower().startswith(("<html", "<?xml", "<!doctype html", "%pdf-"))
    assert begins or problem_with_start(text.encode(encoding), encoding) is None
