"""Bulk upserts: rows from anywhere into a list, each with an outcome."""
