"""Journal folder: the queue that all processes of one machine share, without a server.

::

    put -> intake (a database of each process)
              | news, read by the process that has the lead
              v
           state (a database of each term) -> sent, saved, given up -> outcomes, which all processes read

Each database has one writer, and everybody may read it: a process that is stopped anywhere, also in the middle of a
transaction, keeps nobody else from writing.
"""
