"""Command definitions of the account and its login: names, arguments and help."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from asyncsdk.cli.exit_codes import Exit, Failure
from asyncsdk.cli.help_text import reflow_help
from asyncsdk.cli.login.redirect_uri import REDIRECT_URI, loopback_address
from asyncsdk.cli.options import COMMON, OUTPUT, Common, Output, Switch, UserPath
from asyncsdk.cli.signals import run_command
from asyncsdk.cli.startup_signals import end_startup

__all__ = ["login", "logout", "probe", "usage", "whoami"]


@reflow_help
def login(
    *,
    redirect: str = REDIRECT_URI,
    paste: Switch = False,
    no_browser: Switch = False,
    output: Output = OUTPUT,
) -> int:
    """Sign in with a browser, once for all commands that follow.

    The client is that of ACTON_CLIENT_ID and ACTON_CLIENT_SECRET, or of the login before; on a terminal it is asked
    for. The token is kept in the user's state folder, and so is the secret that renews it; only you can read them.

    Args:
        redirect: where the browser is sent back to, as registered with Act-On.
        paste: do not listen at that address; read the address that the browser ends at from standard input.
        no_browser: only print the address; do not open the browser of the desktop.
    """
    from asyncsdk.cli.commands.login import LoginRequest
    from asyncsdk.cli.commands.login import login as run
    from asyncsdk.cli.login.browser import has_desktop
    from asyncsdk.cli.login.client import login_client
    from asyncsdk.cli.login.pasted_answer import PastedLines, can_paste

    loopback_address(redirect)  # a wrong one is told before anything is asked
    end_startup()  # Ctrl-C lets a prompt put the terminal right
    request = LoginRequest(redirect, listen=not paste, browser=has_desktop() and not no_browser)
    next_line = PastedLines().next if paste or can_paste() else None
    return run_command(run(output.terminal, login_client(), request, next_line))


@reflow_help
def logout(*, output: Output = OUTPUT) -> int:
    """Remove the token that login has kept.

    The secret that renews it goes with it. Act-On is not told.
    """
    from asyncsdk.cli.commands.logout import logout as run

    return run_command(run(output.terminal))


@reflow_help
def whoami(*, common: Common = COMMON) -> int:
    """Tell the account, the user, and where the token comes from."""
    from asyncsdk.cli.commands.whoami import show_user

    return run_command(show_user(common.terminal, emulator=common.emulator))


@reflow_help
def usage(*, watch: Switch = False, common: Common = COMMON) -> int:
    """Tell how many calls and logins are left; no call is made.

    Args:
        watch: draw it anew each second, until Ctrl-C.
    """
    from asyncsdk.cli.commands.usage import show_usage
    from asyncsdk.cli.output.streams import can_redraw

    if watch and (common.json or not can_redraw(sys.stdout)):
        raise Failure(Exit.BAD_INPUT, "--watch draws on a terminal; elsewhere, and with --json, leave it out.")
    try:
        return run_command(show_usage(common.terminal, emulator=common.emulator, watch=watch))
    except Failure as failure:
        if watch and failure.code is Exit.INTERRUPTED:  # that is how watching ends
            return Exit.DONE
        raise


@reflow_help
def probe(
    *,
    report: UserPath = Path("asyncsdk-probe"),
    calls: Annotated[int | None, Parameter(validator=Number(gte=1, lte=5000))] = None,
    write: Switch = False,
    limits: Switch = False,
    plan: Switch = False,
    force: Switch = False,
    common: Common = COMMON,
) -> int:
    """Ask an account what nobody has published, and write a masked report.

    It only reads. Each answer is compared with what asyncsdk expects. The report holds keys and kinds of values,
    and nothing personal; look through it before you share it.

    Args:
        report: the name of the report; NAME.md and NAME.json are written.
        calls: calls that are made at most, retries included; by default 200, with --write or --limits 600.
        write: also make lists of its own, write to them, and remove them.
        limits: also make more calls than a second allows, to see them refused.
        plan: show each check, and make no call.
        force: replace a report that is there.
    """
    from asyncsdk.cli.commands.probe import ProbeRequest
    from asyncsdk.cli.commands.probe import probe as run

    request = ProbeRequest(report, calls, write, limits, plan, force, common.emulator)
    return run_command(run(common.terminal, request))
