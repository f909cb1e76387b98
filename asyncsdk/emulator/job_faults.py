"""Faults of a job: how the job that a call submits goes on."""

from __future__ import annotations

from typing import TypeAlias

from attrs import field, frozen

from asyncsdk.emulator import validators

__all__ = ["FailJob", "JobFault", "JobSays", "LoseJob", "SlowJob", "StallJob"]


@frozen
class StallJob:
    """The job runs for ever and does nothing."""


@frozen
class FailJob:
    """The job fails with this text, and does nothing.

    Args:
        text: the reason. What a failed job's status looks like is a guess.
    """

    text: str = field(default="The job has failed", validator=validators.text)


@frozen
class JobSays:
    """The job's status is this text from the start and for ever.

    Args:
        text: the status.
    """

    text: str = field(validator=validators.text)


@frozen
class LoseJob:
    """The job's id is unknown at once."""


@frozen
class SlowJob:
    """The job takes its own time.

    Args:
        pending: seconds that it is pending.
        running: seconds that it then runs.
    """

    pending: float = field(default=0.5, validator=validators.seconds())
    running: float = field(default=1.0, validator=validators.seconds())


JobFault: TypeAlias = StallJob | FailJob | JobSays | LoseJob | SlowJob
"""Faults of a job."""
