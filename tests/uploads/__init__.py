"""Rows on their way into a list: values of cells, and rejected rows."""
