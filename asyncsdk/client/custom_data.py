"""Namespace ``custom_data``: the routes, and jobs of ingests by their id."""

from __future__ import annotations

from asyncsdk import api, models
from asyncsdk.client.namespace import Namespace
from asyncsdk.jobs.job import Job

__all__ = ["CustomData"]


class CustomData(Namespace, api.CustomData):
    """Custom data, which Act-On's API also calls custom objects; Act-On switches it on for each account.

    A schema says what the rows of an object are made of, and how they belong to contacts. Its rows are in
    datasets. No answer of these calls is published: what is not a job, a page or a file is JSON as it came.
    """

    def job(self, job_id: str, *, account_id: str | None = None) -> Job[models.IngestReport]:
        """Watch an ingest that was started elsewhere.

        Args:
            job_id: the job's id.
            account_id: the account's number; by default the session's own.
        """
        return self._calls.job(models.IngestReport, job_id, account_id)
