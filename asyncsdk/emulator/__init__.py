"""Emulator: a local Act-On, for tests and for trying things without an account.

::

    async with Emulator() as server:
        list_id = server.add_list("Leads", ["Email", "First Name"], [["ada@example.com", "Ada"]])
        server.faults.add(faults.Cut("acted"), on="contacts.upsert")
        server.clock.advance(3600)
        ...
        assert server.most_in_any_second() <= 5

From the shell: ``python -m asyncsdk.emulator --port 8787``.
"""

from asyncsdk.emulator import faults
from asyncsdk.emulator.call_faults import Cut, ExpireToken, Hang, Pass, Reply, Slow
from asyncsdk.emulator.clock import Clock
from asyncsdk.emulator.emulator import Emulator
from asyncsdk.emulator.faults import Fault, Faults
from asyncsdk.emulator.job_faults import FailJob, JobSays, LoseJob, SlowJob, StallJob
from asyncsdk.emulator.row_faults import RejectRows
from asyncsdk.emulator.server.call import Call
from asyncsdk.emulator.server.request_log import Calls
from asyncsdk.emulator.settings import Settings
from asyncsdk.emulator.standalone import serve

__all__ = [
    "Call",
    "Calls",
    "Clock",
    "Cut",
    "Emulator",
    "ExpireToken",
    "FailJob",
    "Fault",
    "Faults",
    "Hang",
    "JobSays",
    "LoseJob",
    "Pass",
    "RejectRows",
    "Reply",
    "Settings",
    "Slow",
    "SlowJob",
    "StallJob",
    "faults",
    "serve",
]
