"""Namespace ``reports``: the routes, and the recipients that are new since the last run."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from os import PathLike

from asyncsdk import api, models
from asyncsdk.client.namespace import Namespace

__all__ = ["Reports"]


class Reports(Namespace, api.Reports):
    """Reports on messages, media, forms and pages."""

    def new_drilldown_rows(
        self, message_id: str, drilldown: models.Drilldown, *, state: str | PathLike[str]
    ) -> AbstractAsyncContextManager[AsyncIterator[models.DrilldownRow]]:
        """Stream the recipients to whom one thing has happened since the last run; at first, all.

        Used like ``lists.changes``, which tells how a run counts.

        Args:
            message_id: the message, such as ``s-0001-2409``.
            drilldown: what happened.
            state: a file that remembers how far the last run came; one for each message and drilldown.
        """
        from asyncsdk.downloads import new_drilldown_rows

        return new_drilldown_rows(self._calls, message_id, drilldown, state)
