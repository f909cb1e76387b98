"""Tasks for many workers, with taskiq: a broker that loses no task, and runs none for ever."""
