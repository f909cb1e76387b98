"""The table of routes: what each route says of itself, and what its arguments may be."""
