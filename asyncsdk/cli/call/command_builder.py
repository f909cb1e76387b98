"""Command for one route, made when it is called: its parameters are the route's."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import partial
from inspect import Parameter as Declared
from pathlib import Path
from typing import Annotated, Any, Final

from attrs import frozen
from cyclopts import App, Parameter, Token

from asyncsdk.cli.call.help import argument_help, description, facts
from asyncsdk.cli.call.parse_arguments import Argument, argument_for
from asyncsdk.cli.call.result_kind import ResultKind, needs_confirmation, result_kind
from asyncsdk.cli.exit_codes import Exit, Failure
from asyncsdk.cli.options import COMMON, Common, Switch
from asyncsdk.routing.markers import Joined
from asyncsdk.routing.params import Param
from asyncsdk.routing.route import Route

__all__ = ["CallFlags", "build_command"]


@frozen
class CallFlags:
    """Flags of a call besides its arguments."""

    json: bool = False
    emulator: bool = False
    all: bool = False
    wait: bool = True
    output: Path | None = None
    force: bool = False
    yes: bool = False


Run = Callable[[Route, dict[str, Any], CallFlags], int]

ALL: Final = Annotated[Switch, Parameter(name="--all", help="Go through every page; with --json, one item a line.")]
WAIT: Final = Annotated[
    bool, Parameter(name="--wait", negative="--no-wait", help="Wait until the job is done, or print its id only.")
]
OUTPUT: Final = Annotated[Path | None, Parameter(name="--output", metavar="FILE", help="A file for the result.")]
FORCE: Final = Annotated[Switch, Parameter(name="--force", help="Replace the file if it is there.")]
YES: Final = Annotated[Switch, Parameter(name="--yes", help="Do not ask first, as is done on a terminal.")]
OF_KIND: Final[dict[ResultKind, dict[str, tuple[Any, Any]]]] = {
    ResultKind.PAGES: {"all": (ALL, False)},
    ResultKind.JOB: {"wait": (WAIT, True)},
    ResultKind.BYTES: {"output": (OUTPUT, None), "force": (FORCE, False)},
}


def build_command(route: Route, run: Run) -> App:
    """The command, which reads its arguments and then runs."""
    app = App(
        name=f"asyncsdk call {route.name}",
        help=description(route),
        help_format="plaintext",
        help_epilogue=facts(route),
        version_flags=[],
        suppress_keyboard_interrupt=False,
    )
    app["--help"].show = False
    app.default(_function(route, run))
    return app


def _function(route: Route, run: Run) -> Callable[..., int]:
    """A function with the signature that cyclopts is to read."""
    arguments = _parameters_of(route)
    flags = _flags_of(route)
    signature = inspect.Signature([*arguments, *flags])

    def function(*args: Any, **kwargs: Any) -> int:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        common: Common = bound.arguments.pop(_COMMON)
        said = {each.name.removeprefix(_PREFIX): bound.arguments.pop(each.name) for each in flags[1:]}
        return run(route, dict(bound.arguments), CallFlags(common.json, common.emulator, **said))

    vars(function)["__signature__"] = signature
    function.__annotations__ = {each.name: each.annotation for each in signature.parameters.values()}
    function.__doc__ = None
    return function


_PREFIX: Final = "said_"
_COMMON: Final = f"{_PREFIX}common"
"""Internal names of the flags, which no argument of a route has."""


def _flags_of(route: Route) -> list[Declared]:
    options = dict(OF_KIND.get(result_kind(route), {}))
    if needs_confirmation(route):
        options["yes"] = (YES, False)
    return [
        Declared(_COMMON, Declared.KEYWORD_ONLY, annotation=Common, default=COMMON),
        *(
            Declared(f"{_PREFIX}{name}", Declared.KEYWORD_ONLY, annotation=annotation, default=default)
            for name, (annotation, default) in options.items()
        ),
    ]


def _parameters_of(route: Route) -> list[Declared]:
    params = {param.name: param for param in route.params}
    helps = argument_help(route)
    return [
        declared.replace(
            kind=Declared.POSITIONAL_ONLY if declared.kind is Declared.POSITIONAL_OR_KEYWORD else declared.kind,
            annotation=_annotation(params.get(name), name, helps.get(name, "")),
        )
        for name, declared in route.signature.parameters.items()
    ]


def _annotation(param: Param | None, name: str, told: str) -> Any:
    """Annotation of a parameter for cyclopts; a guard, which is not sent, is a plain flag."""
    if param is None:
        return Annotated[Switch, Parameter(help=told)]
    argument = argument_for(param.annotation)
    if argument is None:
        return Annotated[bool | None, Parameter(help=told)]
    joined = any(isinstance(marker, Joined) for marker in param.markers)
    emptied = argument.many and argument.metavar == "TEXT" and param.required and not joined
    return Annotated[
        list[Any] | None if argument.many else Any,
        Parameter(
            converter=partial(_convert, argument, name),
            n_tokens=1,
            metavar=argument.metavar,
            help=" ".join(filter(None, (told, argument.hint and f"{argument.hint}."))),
            negative_iterable=() if not emptied else None,
            allow_leading_hyphen=argument.metavar in {"JSON", "INT"},
            json_list=False,  # what is JSON here, and how deep it may be, is checked by ``parse_json``
            json_dict=False,
        ),
    ]


def _convert(argument: Argument, name: str, _: Any, tokens: Sequence[Token]) -> Any:
    try:
        return argument.read([token.value for token in tokens])
    except ValueError as error:
        shown = tokens[0].keyword or name.upper()
        raise Failure(Exit.BAD_INPUT, f"Invalid value for {shown}: {error}") from None
