"""Execution: staged rows are sent, and the outcome of each is found out."""
