"""The command line: ``asyncsdk``, or ``python -m asyncsdk``.

::

    app        the commands
    options    what several of them understand
    starting   Ctrl-C while modules load
    running    runs one to its exit code
    exits      exit codes, and the one line for each thing that can go wrong
    terminal   what is printed, and where
    streams    stdout and stderr that nobody reads
    waits      what the library waits for

    upserting, run_journal, run_meter, run_report   many rows into a list, and how far they are
    downloading                                     a list into a file
    call                                            any endpoint of the table
    demo                                            the main job on a private emulator
"""

from __future__ import annotations

import sys

from asyncsdk.cli.startup_signals import no_longer_starting, starting

TYPE_CHECKING = False  # ``typing`` takes long to read
if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["main"]

NEEDED = {"cyclopts": "cyclopts>=5.4,<6", "rich": "rich>=15"}
"""The modules of the extra ``cli``, and what to install for each: the extra can be had from a checkout only."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code.

    Args:
        arguments: what follows the program's name; by default, the process's own arguments.
    """
    heeded = starting()
    try:
        return _run(sys.argv[1:] if arguments is None else arguments)
    except KeyboardInterrupt:  # between two steps that heed it themselves
        sys.stderr.write("asyncsdk: interrupted\n")
        return 130
    finally:
        if heeded:
            no_longer_starting(at_the_end=arguments is None)


def _run(arguments: Sequence[str]) -> int:
    from importlib.util import find_spec

    from asyncsdk.cli.output.streams import open_missing

    open_missing()
    missing = [f'"{needed}"' for name, needed in NEEDED.items() if find_spec(name) is None]
    if missing:
        sys.stderr.write(f"asyncsdk: the command line needs more packages: pip install {' '.join(missing)}\n")
        return 2
    from asyncsdk.cli.runner import run

    return run(arguments)
