"""Input that is read once: a pipe, or a file that is gone when the run ends."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from threading import Thread, Timer
from typing import Literal

import pytest

from asyncsdk import BulkProgress
from tests.support.leads import LIST, held, leads

BOM = "\ufeff"
TEXT = "E-mail Address,City\nuser1@example.com,Rome\nnobody,Oslo\n"


@pytest.mark.parametrize("via", ["records", "upload"])
async def test_a_file_that_goes_away_during_the_run(via: Literal["records", "upload"], tmp_path: Path) -> None:
    """The run ends with its report, and writes its rejects as the input was written: with a byte order mark."""
    source, rejects = tmp_path / "in.csv", tmp_path / "rejects.csv"
    source.write_text(BOM + TEXT, "utf-8")

    def remove_it(progress: BulkProgress) -> None:
        if progress.stage != "reading":
            source.unlink(missing_ok=True)

    async with leads() as (_, acton):
        report = await acton.bulk.upsert(LIST, source, via=via, rejects=rejects, on_progress=remove_it)
    assert (report.created, report.rejected) == (1, 1)
    assert not source.exists()
    assert rejects.read_text("utf-8").startswith(BOM)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
async def test_a_pipe_is_read_once(tmp_path: Path) -> None:
    """Rows may come through a pipe, which is not opened again when its writer is gone."""
    pipe = tmp_path / "in.csv"
    opened_again: list[Path] = []

    def free_it() -> None:
        with suppress(OSError):  # nobody waits for a writer
            os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
            opened_again.append(pipe)

    os.mkfifo(pipe)
    writer, rescue = Thread(target=pipe.write_text, args=(TEXT,)), Timer(5.0, free_it)
    writer.start()
    rescue.start()
    async with leads() as (server, acton):
        report = await acton.bulk.upsert(LIST, pipe)
        assert (report.created, report.rejected) == (1, 1)
        assert list(held(server)) == ["user1@example.com"]
    rescue.cancel()
    writer.join()
    assert not opened_again
