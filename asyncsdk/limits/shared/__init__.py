"""Rate limits shared by processes: the law of one account's limits, its state, and the part of each process."""
