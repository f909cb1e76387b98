"""Files to send: read from where they stand, for every attempt anew, and never closed unless opened here."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from asyncsdk import FileTooLarge, InvalidArgument, Upload


def content(upload: Upload) -> bytes:
    """What one attempt would send."""
    with upload.opened() as file:
        return file.read()


@pytest.fixture
def leads(tmp_path: Path) -> Path:
    """A file of ten bytes."""
    path = tmp_path / "leads.csv"
    path.write_bytes(b"0123456789")
    return path


def test_a_path_is_read_anew_for_each_attempt(leads: Path) -> None:
    """Text or Path, the file is sent whole, under its own name, twice if need be."""
    for source in (leads, str(leads)):
        upload = Upload(source)
        assert (upload.name, upload.size()) == ("leads.csv", 10)
        assert [content(upload), content(upload)] == [b"0123456789"] * 2


def test_a_path_leaves_no_file_open(leads: Path) -> None:
    """What is opened for an attempt is closed after it, also when the attempt fails."""
    with pytest.raises(RuntimeError), Upload(leads).opened() as file:
        raise RuntimeError
    assert file.closed


def test_bytes_are_sent_as_they_are() -> None:
    """Bytes are a file called ``upload.csv``, and do not show in a repr."""
    upload = Upload(b"ada@example.com")
    assert (upload.name, upload.size(), content(upload), content(upload)) == (
        "upload.csv",
        15,
        b"ada@example.com",
        b"ada@example.com",
    )
    assert "ada" not in repr(upload)


def test_a_binary_file_is_sent_from_where_it_stands(leads: Path) -> None:
    """An open file is rewound to where it was given, for each attempt, and left open."""
    with leads.open("rb") as file:
        file.seek(4)
        upload = Upload(file)
        assert (upload.name, upload.size()) == ("leads.csv", 6)
        assert [content(upload), content(upload)] == [b"456789"] * 2
        assert not file.closed


def test_a_file_stands_where_it_stood_after_a_failure(leads: Path) -> None:
    """Passing the same file again after an error sends the same bytes, not what an attempt left over."""
    with leads.open("rb") as file:
        file.seek(4)
        with pytest.raises(FileTooLarge):
            Upload(file).check(1)
        with suppress(RuntimeError), Upload(file).opened() as opened:
            opened.read(2)
            raise RuntimeError
        assert content(Upload(file)) == b"456789"


def test_a_file_in_memory_is_sent_too() -> None:
    """A BytesIO has no name of its own, and is not closed either."""
    file = io.BytesIO(b"abc")
    upload = Upload(file)
    assert (upload.name, content(upload), file.closed) == ("upload.csv", b"abc", False)


def test_a_name_can_be_given(leads: Path) -> None:
    """The server can be told another name than the file's."""
    assert Upload(leads, "march.csv").name == "march.csv"
    assert Upload(io.BytesIO(), "march.csv").name == "march.csv"


@pytest.mark.parametrize("name", ["a\r\nX-Injected: 1.csv", "a\0.csv", "\udcff.csv"])
def test_names_that_no_header_can_carry_are_refused(name: str) -> None:
    """A name from a strange disk is refused when the file is given, not in the middle of a call."""
    with pytest.raises(InvalidArgument, match="another name"):
        Upload(b"x", name)
    with pytest.raises(InvalidArgument, match="another name"):
        Upload(f"folder/{name}")
    assert Upload(f"folder/{name}", "fine.csv").name == "fine.csv"


def test_text_files_are_refused(leads: Path) -> None:
    """A text file would be encoded by guess: the error says how to open it."""
    with leads.open() as file, pytest.raises(InvalidArgument, match="'rb'"):
        Upload(file)  # type: ignore[arg-type]
    with pytest.raises(InvalidArgument, match="'rb'"):
        Upload(io.StringIO("x"))  # type: ignore[arg-type]


@pytest.mark.parametrize("source", [None, 7, ["a,b"], {"a": "b"}])
def test_what_is_no_file_is_refused(source: object) -> None:
    """The error names the type that was given."""
    with pytest.raises(InvalidArgument, match=type(source).__name__):
        Upload(source)  # type: ignore[arg-type]


def test_files_that_cannot_be_read_are_refused_at_once(tmp_path: Path) -> None:
    """A file opened for writing is refused before anything is sent."""
    with (tmp_path / "new").open("wb") as file, pytest.raises(InvalidArgument, match="'rb'"):
        Upload(file)


def test_files_that_cannot_be_rewound_are_refused() -> None:
    """A pipe could not be sent again after a broken connection: the error says what to do."""
    reader, writer = os.pipe()
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe, pytest.raises(InvalidArgument, match="rewound"):
        Upload(pipe)


@pytest.mark.parametrize("missing", ["nowhere.csv", ".", "no\0where/leads.csv"])
def test_a_missing_file_or_a_directory_is_refused_by_name(missing: str, tmp_path: Path) -> None:
    """The error is an InvalidArgument that names the path, not an OSError from deep inside."""
    path = tmp_path / missing
    with pytest.raises(InvalidArgument, match=r"Cannot read .*" + tmp_path.name):
        Upload(path).check(100)
    with pytest.raises(InvalidArgument), Upload(str(path)).opened():
        pass


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_refused_by_name(leads: Path) -> None:
    """Missing permission is told like a missing file."""
    leads.chmod(0)
    with pytest.raises(InvalidArgument, match=r"leads\.csv"):
        Upload(leads).check(100)


def test_a_file_over_the_limit_is_refused(leads: Path) -> None:
    """The limit is inclusive, and counts what would be sent, not what the file holds."""
    Upload(leads).check(10)
    with pytest.raises(FileTooLarge, match=r"leads\.csv has 10 bytes") as refused:
        Upload(leads).check(9)
    assert refused.value.status == 0
    with leads.open("rb") as file:
        file.seek(4)
        Upload(file).check(6)
        with pytest.raises(FileTooLarge):
            Upload(file).check(5)
