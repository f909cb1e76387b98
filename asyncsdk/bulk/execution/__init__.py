"""Execution: sends staged rows, and finds out the outcome of each."""
