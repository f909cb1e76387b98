"""Run journal: the vault in Redis for bulk runs that move from one machine to another."""
