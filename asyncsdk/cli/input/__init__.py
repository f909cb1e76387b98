"""Input files of the command line, checked before anything is sent."""
