"""What version 0.1.0 has left on disk: its journals are gone on with, and what it pickled is read."""

from __future__ import annotations

import pickle
import sqlite3
import tempfile
from base64 import b85decode
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from asyncsdk.queue import PutOutcome, QueueClosed, QueueReport, RowsUnsaved, UnsavedRow, WrongLoop
from tests.queue.stage import HEADINGS, emptied
from tests.queue.test_scheduling import by_email
from tests.support.stage import stage
from tests.support.virtual_time import virtual_time

JOURNAL = """
PRAGMA application_id = 1634947402;
CREATE TABLE held (key TEXT PRIMARY KEY, until REAL NOT NULL) WITHOUT ROWID;
INSERT INTO "held" VALUES('held@example.com',11750000000.0);
CREATE TABLE queue (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "queue" VALUES('columns','{"headings": ["Email", "First Name", "Score"], "email": 0}');
INSERT INTO "queue" VALUES('list','l-0001');
INSERT INTO "queue" VALUES('use','bbb2c7270e810c754fa3e9a815e42bfb');
INSERT INTO "queue" VALUES('version','1');
CREATE TABLE queued (
    number INTEGER PRIMARY KEY, email TEXT NOT NULL, cells TEXT NOT NULL, job TEXT, until REAL,
    put_at REAL NOT NULL DEFAULT 0, times TEXT);
INSERT INTO "queued" VALUES(
    1,'waits@example.com','{"First Name": "Ada", "Score": null}',NULL,NULL,1750000000.0,NULL);
INSERT INTO "queued" VALUES(2,'lost@example.com','{"First Name": "Lost"}',NULL,1750000020.0,1750000001.0,NULL);
INSERT INTO "queued" VALUES(3,'file0@example.com','{"Score": "0"}','7',NULL,1750000002.0,NULL);
INSERT INTO "queued" VALUES(4,'file1@example.com','{"Score": "1"}','7',NULL,1750000002.0,NULL);
INSERT INTO "queued" VALUES(5,'file2@example.com','{"Score": "2"}','7',NULL,1750000002.0,NULL);
INSERT INTO "queued" VALUES(6,'file3@example.com','{"Score": "3"}','7',NULL,1750000002.0,NULL);
INSERT INTO "queued" VALUES(7,'file4@example.com','{"Score": "4"}','7',NULL,1750000002.0,NULL);
CREATE TABLE saved (
    key TEXT, heading TEXT, put_at REAL NOT NULL, PRIMARY KEY (key, heading)) WITHOUT ROWID;
CREATE TABLE unsaved (
    number INTEGER PRIMARY KEY, email TEXT NOT NULL, cells TEXT NOT NULL, fate TEXT NOT NULL, reason TEXT NOT NULL);
INSERT INTO "unsaved" VALUES(8,'rejected@example.com','{"Score": "x"}','rejected','no score');
"""
"""A row waits, the answer to one was lost, five are in a file with a job, one was given up, an address is held."""


@pytest.mark.slow
@pytest.mark.parametrize("as_folder", [False, True])
def test_a_journal_of_version_0_1_0_is_gone_on_with(as_folder: bool) -> None:
    """Every row comes to its end, what was given up is told of, and a held address stays held for a while."""
    given_up: list[UnsavedRow] = []

    @virtual_time
    async def run() -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "x.journal"
            with closing(sqlite3.connect(path)) as database:
                database.executescript(JOURNAL)
            async with stage() as (server, acton):
                leads = server.add_list("Leads", HEADINGS, [["waits@example.com", "", "5"]], list_id="l-0001")
                journal = Path(folder) if as_folder else path
                queue = acton.contacts.queue(leads, journal=journal, on_unsaved=given_up.append, max_age=1.0)
                async with queue:
                    assert queue.report().replayed == 7
                    await queue.put("held@example.com", {"Score": 9})
                    await queue.flush()
                    assert "held@example.com" not in by_email(server, leads)
                    await emptied(queue)
                assert by_email(server, leads) == {
                    "waits@example.com": ["Ada", ""],
                    "lost@example.com": ["Lost", ""],
                    "held@example.com": ["", "9"],
                    **{f"file{n}@example.com": ["", str(n)] for n in range(5)},
                }
        assert given_up == [UnsavedRow("rejected@example.com", {"Score": "x"}, "rejected", "no score")]

    run()


ROW = UnsavedRow("a@example.com", {"Score": "1"}, "failed", "why")
REPORT = QueueReport(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1.5, None, 12, (ROW,), 1)

PICKLED: dict[str, tuple[object, str]] = {
    "PutOutcome": (
        PutOutcome("rejected", "why"),
        "fCQCN000000001t7GZOFZew#~Yc6qhWp!mPZ*_EIZ*66ij0#Y7bWe43V{dI`l#`Sxfs}oeD2xPVVRU7bj0kdNYGq?|Wn`3$"
        "26AO#b8l{xj01OQd6acxE&",
    ),
    "UnsavedRow": (
        ROW,
        "fCQC(000000001t7GZOFZew#~Yc6qhWp!mPZ*_EIZ*66ij0#n5b76L6WKwT;l#`Sxfs}oeD2xSVZDDC_l#C5wKxKGgZE$R5"
        "E@N+Pl#B#qVRT`XeUyv^Q)6#(Wt5BoF_d$R1ZH7$Wt5BtW?^Y;Wn`3$26AO#b8l{xj01OQd6acxE&",
    ),
    "QueueReport": (
        REPORT,
        "fCQCJ0RR910001t7GZOFZew#~Yc6qhWp!mPZ*_EIZ*66ij0;h9Wp!mzWpHnDbd-~nDS?!Ilqie@aCLNZluH4O2y$g`Y+-q2"
        "WRyz+j0t0JVQgh{V`XHNO9PAtV{&C-bY*0eO9YGub#P>1bY*0eO9hMwb#QZKa&%>6luHJT2y$g=Wn*+@WRyz>j0R?5X>4U="
        "luHPV2X$_1Zf|#PluHSW2X|p<bZKs9luHVX25)R+Wpi|tM?d%g000000E`E8a&L8FY-N;Aj0Iz1Y;1FsOAL$$b#8NEc4cIg"
        "XaI}~Rc>=(c4cHzZ+DcFlqrFfeUvDS1!ZkvX>62?4PiiKcwudDY-KKEZ*7!}1Y}`!VU&H8j0IC;Z*pani~%u}bBqLLVRU7b"
        "Xbg-7a%Ew2Z*G)~19xb7lyzc-l#C2@ZgXLFWn^D%Z*panO96FaE&",
    ),
    "RowsUnsaved": (
        RowsUnsaved(REPORT),
        "fCQE60RR910001t4`Fk8Zew#~Yc6GSa&K~Tl#B^qa%FRLZ*pa1l#`T<7GZOFZew#~Yc6qhWp!mPZ*_EIZ*66ij0;k4cXL&4"
        "b76L6WR#PXj8`%sa&LEYAa7<MbZBKDadl;NWgvHDa%CWHZ*(AYVRmI?EFf=kAYpQ4AZ~ATAZu=KcWxkbZy;i2Iv{gpWgv8D"
        "Wgv28aBp&SCvzYtb#8NEc4cHIE|i9pQj~p^j0SRLaBp&SlxPEt3sH4tb!AdzaBp&Sl#`Sxfs}oeD2xPfb#!x-O96}sa%FIA"
        "VR>a_luH7P31e?zY-Mv}Wn`2~1B?e_a%Ew3Wn`2~1dIoDaAaY0Wn`2~1&j!FaC2pHbY*0eO9qSxa%E~|V{~O?luHMU24-Pt"
        "Y-MDWO9+eyb#7~JZ+C8#O9_kzcVTICX>MnfOA3qzZ){{`b99tPKllIu00000j0bdbZ*^j9Wt2{g1!G}sY;%-L42%bLZgXLF"
        "Wn`3S1B?n)ZgXLFWn@xsca)QqDS?!Ilqie^Wo=<;Y?O=*VL)YgVQp}1WiDfHZIp}zWMOn+lzo(p1yf^ha%Gf^0Wp+wj09$3"
        "bY+xi7K{dRWnpt~Zj_7zcW8N(bz+5-j0|;db76L6WM6G>a%GfD0d-<?VlD",
    ),
    "QueueClosed": (
        QueueClosed("closed"),
        "fCQCV000000001t4`Fk8Zew#~Yc6GSa&K~Tl#B^qa%FRLZ*pa1l#`T<7GZOFZew#~Yc6qhWp!mPZ*_EIZ*66ij0;h9Wp!mk"
        "Y;SXAWR#PXj0R(DZ*yg2l!la2lzo(9E&",
    ),
    "WrongLoop": (
        WrongLoop("elsewhere"),
        "fCQCW000000001t4`Fk8Zew#~Yc6GSa&K~Tl#B^qa%FRLZ*pa1l#`T<7GZOFZew#~Yc6qhWp!mPZ*_EIZ*66ij0snAZ*FHy"
        "Z*Opvla!1JWo&b0cW7mDWt4`LQj~p^VlD",
    ),
}


@pytest.mark.parametrize("name", PICKLED)
def test_what_version_0_1_0_has_pickled_is_read(name: str) -> None:
    """Outcomes, reports and errors of a queue that another process, or an earlier one, has pickled."""
    expected, text = PICKLED[name]
    found: Any = pickle.loads(b85decode(text))  # noqa: S301 - ours
    assert type(found) is type(expected)
    if isinstance(expected, Exception):
        assert str(found) == str(expected)
        assert not isinstance(found, RowsUnsaved) or found.report == REPORT
    else:
        assert found == expected
