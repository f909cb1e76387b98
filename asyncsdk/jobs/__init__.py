"""Asynchronous jobs: the awaitable job, the poller, its schedule and the words for a job's status."""
