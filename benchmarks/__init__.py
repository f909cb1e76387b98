"""Programs that measure the library against its goals, side by side with what it is compared to."""
