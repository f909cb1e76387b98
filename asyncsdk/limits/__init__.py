"""Rate limiting: a sliding window, a fair wait queue and the daily quota."""
