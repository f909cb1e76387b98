"""Checks of jobs that there are not."""

from __future__ import annotations

from typing import Final

from asyncsdk.api import CustomData, Events, Imports, Lists
from asyncsdk.probe.checks.one_call import asks

__all__ = ["CHECKS"]

_NO_JOB: Final = "999999999999"

CHECKS: Final = (
    asks(Lists.upload_status, "How is an unknown upload refused?", "unknown job", job_id=_NO_JOB),
    asks(Events.status, "How is an unknown upload of events refused?", "unknown job", job_id=_NO_JOB),
    asks(Imports.status, "How is an unknown import refused?", "unknown job", import_id=_NO_JOB),
    asks(CustomData.job_status, "How is an unknown ingest refused?", "unknown job", job_id=_NO_JOB),
    asks(CustomData.job_report, "How is the report of an unknown ingest refused?", "unknown job", job_id=_NO_JOB),
    asks(
        Lists.rejected_records,
        "How is an unknown file of rejects refused?",
        "unknown file",
        report="bad_upload_records_0_0.dat_bad.csv",
    ),
)
