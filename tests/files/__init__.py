"""Local files: uploads, and CSV that is read as it comes."""
