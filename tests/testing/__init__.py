"""What users test with: the fixtures, fast tests, and the environment."""
