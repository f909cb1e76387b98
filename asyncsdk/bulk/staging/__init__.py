"""The whole input on disk, as it will be sent: repeats found and folded, files written."""
