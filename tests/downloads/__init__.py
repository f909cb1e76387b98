"""Downloads: records, exports, Arrow, and what is new."""
