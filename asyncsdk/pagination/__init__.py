"""Pagination: pages, page strategies, and iteration with prefetch."""
