"""Login at the shell: the code grant, and the login that is kept for the commands that follow."""
