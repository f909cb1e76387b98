"""Rows from wherever they are, checked and aligned with the list's columns."""
