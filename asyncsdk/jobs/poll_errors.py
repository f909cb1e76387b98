"""Errors that end a job after a poll: what the server says of the job, and what keeps all jobs from polling."""

from __future__ import annotations

from asyncsdk.errors import (
    ActOnError,
    AnswerTooLong,
    APIError,
    AuthenticationFailed,
    JobDetached,
    JobError,
    JobFailed,
    JobTimeout,
    PermissionDenied,
    QuotaExhausted,
    RateLimited,
    ServerError,
    SessionClosed,
)

__all__ = ["caused_by", "final_error", "timeout_error"]


def final_error(job_id: str, error: ActOnError) -> JobError | None:
    """The error that ends a job after a failed poll; None: the job goes on."""
    if isinstance(error, JobError):
        return error
    if isinstance(error, (AnswerTooLong, AuthenticationFailed, PermissionDenied, SessionClosed)) or (
        isinstance(error, QuotaExhausted) and error.budget == "day"
    ):
        return caused_by(
            JobDetached(job_id, f"Job {job_id} cannot be followed: {error} Resume it by its id."), error
        )
    told = isinstance(error, APIError) and (error.code is not None or error.status == 400)
    if told and not isinstance(error, (RateLimited, ServerError)):
        return caused_by(JobFailed(job_id, f"Job {job_id} failed: {error}"), error)
    return None


def caused_by(ending: JobError, cause: Exception) -> JobError:
    """The error, with what it was caused by."""
    ending.__cause__ = cause
    return ending


def timeout_error(job_id: str, deadline: float) -> JobTimeout:
    """The error of a job that was not done after so many seconds."""
    return JobTimeout(
        job_id,
        f"Job {job_id} was not done after {deadline:g} s. The server may still finish it: resume it by its id.",
    )
