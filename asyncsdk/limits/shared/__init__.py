"""Rate limits shared by processes: the law of one account's limits, its state, and the limiter's side in a process."""
