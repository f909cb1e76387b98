"""Command line: ``asyncsdk``, or ``python -m asyncsdk``.

::

    app                  command definitions
    options              options that several commands share
    runner               runs one command to its exit code
    exit_codes           exit codes, and the one line for each thing that can go wrong
    startup_signals      Ctrl-C while modules load
    signals              Ctrl-C, SIGTERM and SIGHUP while a command runs
    cancellable_command  a command's event loop, which a signal ends
    open_session         the session, or the private emulator, of a command

    login/               the code grant, and the login that is kept
    commands/            the work of each command
    call/                ``asyncsdk call``: any route of the table
    input/               input files, checked before anything is sent
    output/              results on stdout, progress on stderr
"""

from __future__ import annotations

import sys

from asyncsdk.cli.startup_signals import handle_early_interrupt, restore_interrupt

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
    handled = handle_early_interrupt()
    try:
        return _run(sys.argv[1:] if arguments is None else arguments)
    except KeyboardInterrupt:  # between two steps that handle it themselves
        sys.stderr.write("asyncsdk: interrupted\n")
        return 130
    finally:
        if handled:
            restore_interrupt(process_ends=arguments is None)


def _run(arguments: Sequence[str]) -> int:
    from importlib.util import find_spec

    from asyncsdk.cli.output.streams import open_missing_streams

    open_missing_streams()
    missing = [f'"{needed}"' for name, needed in NEEDED.items() if find_spec(name) is None]
    if missing:
        sys.stderr.write(f"asyncsdk: the command line needs more packages: pip install {' '.join(missing)}\n")
        return 2
    from asyncsdk.cli.runner import run

    return run(arguments)
