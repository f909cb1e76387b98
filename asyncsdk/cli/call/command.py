"""Entry point of ``asyncsdk call``: finds the route, asks for confirmation, runs its command.

::

    listing          lists the routes
    command_builder  makes the command for one route
    help             the texts of its help
    help_screen      its help on one screen
    parse_arguments  texts to values, by the types of the route
    parse_json       JSON to models and times
    result_kind      how the result of a route arrives
    execute          makes the call, and shows the result
    completion       the names of the calls, for the shell
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import Any, Final

from cyclopts import CycloptsError, MissingArgumentError, UnusedCliTokensError

from asyncsdk.api import NAMESPACES, TABLE
from asyncsdk.cli.call.command_builder import CallFlags, build_command
from asyncsdk.cli.call.execute import execute_call
from asyncsdk.cli.call.help import summary
from asyncsdk.cli.call.help_screen import WHOLE_HELP, print_help
from asyncsdk.cli.call.listing import list_namespaces, list_routes
from asyncsdk.cli.call.result_kind import needs_confirmation
from asyncsdk.cli.exit_codes import Exit, Failure
from asyncsdk.cli.output.streams import STDERR
from asyncsdk.cli.output.terminal import Terminal
from asyncsdk.cli.signals import run_command
from asyncsdk.cli.suggestions import nearest
from asyncsdk.errors import InvalidArgument
from asyncsdk.redaction import mask
from asyncsdk.routing.route import Route

__all__ = ["call"]

LISTING: Final = frozenset({"--help", "-h", "--json", "--emulator"})
"""Flags that may stand before a namespace, or without a name."""

HELP: Final = frozenset({"--help", "-h"})


def call(tokens: Sequence[str]) -> int:
    """Run what the words after ``asyncsdk call`` ask for, and give the exit code."""
    flags, words = _split(tokens)
    if not words:
        return _list(flags, "")
    name, *rest = words
    if name in TABLE:
        return _run(TABLE[name], [*flags, *rest])
    if name in NAMESPACES and LISTING.issuperset(rest):
        return _list([*flags, *rest], name)
    raise Failure(Exit.BAD_INPUT, mask(_unknown_route(name, rest)))


def _split(tokens: Sequence[str]) -> tuple[list[str], list[str]]:
    """The flags before the first word, and all words from there on."""
    first = next((place for place, token in enumerate(tokens) if not token.startswith("-")), len(tokens))
    return list(tokens[:first]), list(tokens[first:])


def _list(flags: Sequence[str], namespace: str) -> int:
    if not LISTING.issuperset(flags):
        raise Failure(Exit.BAD_INPUT, "The name of a call comes first, then its options. Try: asyncsdk call --help")
    terminal = Terminal("--json" in flags)
    if not namespace and not HELP.isdisjoint(flags):
        list_namespaces(terminal)
    else:
        list_routes(terminal, namespace)
    return Exit.DONE


def _unknown_route(name: str, rest: Sequence[str]) -> str:
    """The error for an unknown name, with suggestions."""
    wanted = ".".join([name, *(word for word in rest[:1] if not word.startswith("-"))])
    wanted = wanted if name in NAMESPACES else name
    alike = [each for each in TABLE if each.rpartition(".")[2] == wanted] or nearest(wanted, TABLE, 3)
    guess = f" Did you mean {' or '.join(alike[:5])}?" if alike else ""
    return f"There is no call {wanted!r}.{guess} To see all: asyncsdk call"


def _run(route: Route, tokens: Sequence[str]) -> int:
    command = build_command(route, _confirm_and_call)
    before_values = set(tokens[: tokens.index("--")] if "--" in tokens else tokens)
    if not (HELP | {WHOLE_HELP}).isdisjoint(before_values):
        print_help(command, route, whole=WHOLE_HELP in before_values)
        return Exit.DONE
    try:
        code: object = command(tokens, exit_on_error=False, print_error=False, result_action="return_value")
    except UnusedCliTokensError as error:
        number = len(error.unused_tokens or ())
        raise _bad_input(route, f"{number} too many; what is no argument is given with its --name.") from error
    except Failure as failure:
        line = mask(str(failure))
        raise Failure(failure.code, line, journal=failure.journal, go_on=failure.go_on) from failure
    except InvalidArgument as error:
        raise _bad_input(route, _as_written(route, str(error))) from error
    except MissingArgumentError as error:
        option = next(iter(error.argument.names), "an argument") if error.argument is not None else "an argument"
        raise _bad_input(route, f"{option} must be given.") from error
    except CycloptsError as error:
        raise _bad_input(route, str(error)) from error
    return code if isinstance(code, int) else Exit.DONE


def _as_written(route: Route, line: str) -> str:
    """The error's line, with the arguments of the route named as options."""
    for each in route.signature.parameters.values():
        option = f"--{each.name.replace('_', '-')}" if each.kind is each.KEYWORD_ONLY else each.name.upper()
        anywhere = r"\b" if "_" in each.name else "^"
        line = re.sub(rf"{anywhere}{each.name}\b(=True)?", option, line)
    return line


def _bad_input(route: Route, line: str) -> Failure:
    return Failure(Exit.BAD_INPUT, mask(f"{line} Try: asyncsdk call {route.name} --help"))


def _confirm_and_call(route: Route, arguments: dict[str, Any], flags: CallFlags) -> int:
    _compile(route, arguments)
    if needs_confirmation(route) and not flags.yes and sys.stdin.isatty():
        _ask(route)
    return run_command(execute_call(route, arguments, flags))


def _compile(route: Route, arguments: dict[str, Any]) -> None:
    """Check the arguments before the user is asked, and before a login."""
    given = dict(arguments)
    if route.wants_account_id and given.get("account_id") is None:
        given["account_id"] = "0"
    route.compile(given)


def _ask(route: Route) -> None:
    """Ask on stderr, so that stdout holds the result only."""
    print(f"{route.name}: {summary(route)} Go on? [y/N] ", end="", file=STDERR, flush=True)
    if sys.stdin.readline().strip().casefold() not in {"y", "yes"}:
        raise Failure(Exit.INTERRUPTED, "not confirmed; nothing was sent")
