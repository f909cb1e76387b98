"""Pagination: pages, the strategies to ask for them, and iteration over all items of a list."""
