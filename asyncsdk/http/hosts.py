"""API hosts of Act-On."""

from __future__ import annotations

__all__ = ["EU", "US"]

US = "https://api.actonsoftware.com"
"""The default host; it serves every account."""


EU = "https://api-eu.actonsoftware.com"
"""The host whose traffic stays on machines in the EU."""
