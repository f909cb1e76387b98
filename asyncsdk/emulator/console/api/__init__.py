"""Endpoints of the console's JSON, one module for each part of the account."""

from __future__ import annotations

from asyncsdk.emulator.console.api import clock, jobs, overview, rejected_files
from asyncsdk.emulator.console.endpoint import Endpoint

__all__ = ["ENDPOINTS"]

ENDPOINTS: tuple[Endpoint, ...] = (
    *overview.ENDPOINTS,
    *clock.ENDPOINTS,
    *jobs.ENDPOINTS,
    *rejected_files.ENDPOINTS,
)
"""All of them, in the order in which the documentation lists them."""
