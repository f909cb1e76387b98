"""What a cancelled caller leaves behind: nothing, and nobody else's result is lost."""
