"""Laws that hold for any values."""
