"""Field metadata under its documented path; the text is in ``asyncsdk.models.fields``."""

from __future__ import annotations

from asyncsdk.models.fields import REST, nothing, wire, yes_no

__all__ = ["REST", "nothing", "wire", "yes_no"]
