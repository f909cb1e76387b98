"""Conformance with Act-On's documentation: every route, as it travels, against data written by hand."""
