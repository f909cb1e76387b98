"""Call counts: totals of the request log since it was last cleared."""

from __future__ import annotations

from attrs import define

__all__ = ["CallCounts"]


@define
class CallCounts:
    """Totals since the log was last cleared; calls that the log no longer keeps count as well."""

    calls: int = 0
    refused: int = 0
    """Calls over the limits, by the emulator's own count."""

    logins: int = 0
    """Password and code grants that gave a token."""

    renewals: int = 0
    """Refresh grants that gave a token."""

    def note_grant(self, grant_type: str) -> None:
        """Count a grant that gave a token."""
        if grant_type == "refresh_token":
            self.renewals += 1
        else:
            self.logins += 1
