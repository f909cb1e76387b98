"""Output of the command line: results on stdout, progress on stderr."""
