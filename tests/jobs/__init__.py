"""Jobs: their status, when they are polled, and how they are awaited."""
