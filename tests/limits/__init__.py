"""Rate limits: calls per second, calls and logins per day, and what processes share of them."""
