"""Example fields of contacts.

These are the columns of the published example of a schema, and two more: the example shows neither a hidden
nor a read-only one.
"""

from __future__ import annotations

from typing import Final

__all__ = ["EXAMPLE_FIELDS"]

EXAMPLE_FIELDS: Final = (
    (1110, 0, "Internal Note", "TEXT", None, False, False, True),
    (1111, 1, "Last Sync", "DATETIME", None, False, True, False),
    (1116, 6, "Act-On Primary Score", "SCORE", "ACTON_PRIMARY_SCORE", True, False, False),
    (1117, 7, "First Name", "TEXT", "FIRST_NAME", False, False, False),
    (1118, 8, "Last Name", "TEXT", "LAST_NAME", False, False, False),
    (1119, 9, "Company", "TEXT", "COMPANY", False, False, False),
    (1121, 11, "Email", "EMAIL", "EMAIL", True, False, False),
    (1122, 12, "Title", "TEXT", "TITLE", False, False, False),
    (1124, 14, "Mailing City", "TEXT", "BUSINESS_CITY", False, False, False),
    (1125, 15, "Mailing State/Province", "TEXT", "BUSINESS_STATE", False, False, False),
    (1128, 18, "Business Phone", "TEXT", "BUSINESS_PHONE", False, False, False),
    (1154, 44, "Do Not Contact", "BOOLEAN", None, False, False, False),
    (1156, 46, "Hand-Raiser", "BOOLEAN", None, False, False, False),
    (1159, 49, "Current Customer - Contact", "BOOLEAN", None, False, False, False),
    (1161, 51, "Status", "TEXT", "STATUS", False, False, False),
    (4184, 65, "Account Type", "TEXT", None, False, False, False),
    (5632, 76, "Lead Score Engagement Profile", "SCORE", None, False, False, False),
    (10795, 96, "Lead Source", "TEXT", "LEAD_SOURCE", False, False, False),
)
"""Id, place, name, type, standard field; whether it is required, read-only, hidden."""
