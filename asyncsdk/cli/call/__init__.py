"""``asyncsdk call``: any route of the table as a command."""
