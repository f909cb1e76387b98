"""Namespace ``imports``: the routes, and jobs by their id."""

from __future__ import annotations

from asyncsdk import api, models
from asyncsdk.client.namespace import Namespace
from asyncsdk.jobs.job import Job

__all__ = ["Imports"]


class Imports(Namespace, api.Imports):
    """Imports of contacts into the audience: a definition says what to do with a file, an import does it."""

    def job(self, job_id: str, *, account_id: str | None = None) -> Job[models.ImportReport]:
        """Watch an import that was started elsewhere.

        Args:
            job_id: the import's id.
            account_id: the account's number; by default the session's own.
        """
        return self._calls.job(models.ImportReport, job_id, account_id)
