"""Types, as mypy and pyright see them."""
