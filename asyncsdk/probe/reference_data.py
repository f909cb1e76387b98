"""Data of the reference emulator: an example company, and what a check needs besides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from asyncsdk.emulator import Emulator

__all__ = ["LARGE_LIST", "load_reference_data"]

LARGE_LIST: Final = "l-0010"
"""A list of more records than a page holds by default."""


def load_reference_data(server: Emulator) -> None:
    """Fill an emulator that is new."""
    server.load_example()
    server.add_list(
        "Large",
        ["Email", "First Name", "Last Name"],
        [[f"person{number}@example.com", "Ada", f"Number {number}"] for number in range(1205)],
        list_id=LARGE_LIST,
    )
