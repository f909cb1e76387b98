"""Queue journal in Redis: one queue whose rows processes on all machines put, and which one of them sends."""
