"""Tests: a folder for each package, and for what cuts across: conformance, cancellation, typing, docs."""
