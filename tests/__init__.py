"""Tests: a folder for each package of the library, and for what cuts across: conformance, cancellation, typing, docs."""
