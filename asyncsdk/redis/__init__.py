"""Redis: the parts of a session that processes on several machines share, for one account."""
