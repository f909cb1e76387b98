"""The guides: each program is run by the command of its page, and dies as the page says."""
