"""Report of a probe: JSON for a program that makes a fixture of it, Markdown for whoever looks through it."""
