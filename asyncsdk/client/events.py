"""Namespace ``events``: the routes, and jobs by their id."""

from __future__ import annotations

from asyncsdk import api, models
from asyncsdk.client.namespace import Namespace
from asyncsdk.jobs.job import Job

__all__ = ["Events"]


class Events(Namespace, api.Events):
    """Custom events, which Act-On also calls custom touch points."""

    def job(self, job_id: str) -> Job[models.EventReport]:
        """Watch an upload that was started elsewhere.

        Args:
            job_id: the job's id, decimal digits.
        """
        return self._calls.job(models.EventReport, job_id)
