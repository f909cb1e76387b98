"""The table holds the documented endpoints, and every route says what it is."""

from __future__ import annotations

import inspect
import pydoc
import re
import typing
from pathlib import Path

import attrs
import pytest

from asyncsdk import TABLE, Effect, JobStatus, Route, Shape
from asyncsdk.api import NAMESPACES
from tests.conformance.published import ROUTES

ROOT = Path(__file__).parents[2]
routes = pytest.mark.parametrize("name", ROUTES)

CONFIRMATIONS = {
    "lists.merge": {"replace_everything"},
    "custom_data.delete_schema": {"delete_everything"},
    "custom_data.delete_schemas": {"delete_everything"},
    "custom_data.ingest_rows": {"replace_everything"},
    "custom_data.ingest_file": {"replace_everything", "delete_everything"},
}
"""By name: words that must be said, and do not travel."""

READING_POSTS = {
    "audience.contacts_by_fields",
    "custom_data.validate_file",
    "custom_data.query",
    "custom_data.query_internal",
    "custom_data.warm_query_cache",
}
"""What reads, although it is posted."""


def method_of(name: str) -> typing.Any:
    """The method that a user calls."""
    namespace, _, method = name.partition(".")
    return getattr(NAMESPACES[namespace], method)


def described(name: str) -> dict[str, str]:
    """The lines of the section ``Args:`` by parameter."""
    text = inspect.getdoc(method_of(name)) or ""
    section = re.search(r"^Args:\n((?:    .*\n?)+)", text, re.MULTILINE)
    return dict(re.findall(r"^    (\w+): (\S.*)$", section[1], re.MULTILINE)) if section else {}


def type_name(kind: typing.Any) -> str:
    """A type as a reader would write it."""
    if isinstance(kind, type) and not typing.get_args(kind):
        return kind.__name__
    return re.sub(r"\b(?:\w+\.)+(?=\w)", "", str(kind))


def models_in(kind: typing.Any) -> typing.Iterator[type[typing.Any]]:
    """The models that a type speaks of; a job's status is the client's own reading, and no model of an answer."""
    model = typing.get_origin(kind) or kind
    if attrs.has(model) and model is not JobStatus:
        yield model
    for inner in typing.get_args(kind):
        yield from models_in(inner)


def test_the_table_holds_exactly_the_documented_routes() -> None:
    """Every endpoint is there under its settled name, and no other is."""
    assert set(TABLE) == set(ROUTES)


@routes
def test_each_route_travels_as_documented(name: str) -> None:
    """Method, path, effect and how sure the answer's shape is are the documented ones."""
    route, line = TABLE[name], ROUTES[name]
    assert (route.method, route.path, route.effect.value) == (line.method, line.path, line.effect)
    assert (isinstance(route.method, str), route.name) == (True, name)
    assert route.shape is Shape(line.shape)


@routes
def test_each_result_is_decoded_as_type_checkers_see_it(name: str) -> None:
    """What an answer is read into is the type that the signature promises; of ``Pages`` it is one page."""
    promised = type_name(typing.get_type_hints(method_of(name))["return"])
    assert type_name(TABLE[name].result) == re.sub(r"^Pages\[", "Page[", promised)


@routes
def test_each_route_has_a_summary_of_one_line(name: str) -> None:
    """The first line of the docstring is a sentence by itself, for indexes and help."""
    summary = TABLE[name].summary
    assert re.fullmatch(r"[A-Z].*[.;:].*|[A-Z].*\.", summary)
    assert (inspect.getdoc(method_of(name)) or "").partition("\n")[0] == summary
    assert (inspect.getdoc(method_of(name)) or "").count("Args:") <= 1


@routes
def test_each_parameter_has_a_line_of_help(name: str) -> None:
    """The section ``Args:`` has a line for each parameter of the signature, in its order, and for no other."""
    declared = list(inspect.signature(method_of(name)).parameters)[1:]
    assert list(described(name)) == declared


@routes
def test_each_parameter_reaches_the_wire(name: str) -> None:
    """What the signature asks for is what travels, under a name and in a place; required means no default."""
    route = TABLE[name]
    declared = dict(list(inspect.signature(method_of(name)).parameters.items())[1:])
    unsent = set(declared) - {param.name for param in route.params}
    assert unsent == CONFIRMATIONS.get(name, set())
    for param in route.params:
        assert param.wire
        assert param.location in {"path", "query", "form", "json", "multipart"}
        assert param.required == (declared[param.name].default is inspect.Parameter.empty)
    in_path = {param.name for param in route.params if param.location == "path"}
    assert in_path == set(re.findall(r"\{(\w+)\}", route.path))


@routes
def test_path_parameters_come_first_and_the_rest_by_name(name: str) -> None:
    """Path parameters may be given by position; of the others at most one that says what the call is about."""
    signature = inspect.signature(method_of(name))
    positional = [
        each.name for each in list(signature.parameters.values())[1:] if each.kind is each.POSITIONAL_OR_KEYWORD
    ]
    in_path = [
        param.name for param in TABLE[name].params if param.location == "path" and param.name != "account_id"
    ]
    assert positional[: len(in_path)] == in_path
    assert len(positional) - len(in_path) <= (0 if in_path else 1)


@routes
def test_the_prototype_is_seen_through(name: str) -> None:
    """Signature, types, name and kind of the generated method are the prototype's."""
    method, route = method_of(name), TABLE[name]
    hints = typing.get_type_hints(method)
    assert set(hints) == {*list(inspect.signature(method).parameters)[1:], "return"}
    assert not any(typing.get_origin(hint) is typing.Annotated for hint in hints.values())
    assert (method.__name__, method.__module__) == (
        name.partition(".")[2],
        f"asyncsdk.api.{name.partition('.')[0]}",
    )
    walked = type_name(route.result).startswith(("Page[", "AsyncIterator["))
    assert inspect.iscoroutinefunction(method) is not walked
    assert method.route is route


def test_help_shows_what_a_user_writes() -> None:
    """``help()`` of a route shows its parameters and their explanations."""
    text = "".join(pydoc.render_doc(method_of("contacts.upsert")).split("\b"))
    assert "email" in text
    assert "the address to match" in text


def test_routes_that_share_an_operation_differ_on_the_wire() -> None:
    """Two routes of one method and path can be told apart by what they send."""
    pairs: dict[tuple[str, str], list[Route]] = {}
    for name in ROUTES:
        route = TABLE[name]
        pairs.setdefault((route.method, route.path), []).append(route)
    for alike in (each for each in pairs.values() if len(each) > 1):
        sent = [(tuple(route.fixed.items()), frozenset(param.wire for param in route.params)) for route in alike]
        assert len(set(sent)) == len(alike)
    assert TABLE["contacts.submit_upsert"].fixed == {"async": "Y"}
    assert "email" in {param.wire for param in TABLE["subscriptions.opt_ins"].params}
    assert "file" in {param.wire for param in TABLE["lists.create"].params}


def test_reads_are_gets_and_nothing_else_is() -> None:
    """Only a GET counts as changing nothing, but for a few questions that are posted."""
    reads = {name for name, route in TABLE.items() if route.effect is Effect.READ}
    assert reads == {name for name, route in TABLE.items() if route.method == "GET"} | READING_POSTS


def test_guessed_results_stay_open() -> None:
    """Where nobody has published a shape, the result promises no field: whatever object comes can be read."""
    guessed = {name for name, line in ROUTES.items() if line.shape == "guessed"}
    for name in guessed:
        for model in models_in(TABLE[name].result):
            assert all(field.default is not attrs.NOTHING for field in attrs.fields(model)), name


def test_the_table_cannot_be_changed() -> None:
    """A program that reads the table cannot break it for others."""
    with pytest.raises(TypeError):
        TABLE["x.y"] = TABLE["account.get"]  # type: ignore[index]


def test_the_documents_count_right() -> None:
    """README and CHANGELOG say how many endpoints there are, and of how many the answer is guessed."""
    readme, changelog = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CHANGELOG.md"))
    guessed = sum(route.shape is Shape.GUESSED for route in TABLE.values())
    assert f"All {len(TABLE)} calls" in readme
    assert f"Of {guessed} of the\n{len(TABLE)} endpoints" in readme
    assert f"All {len(TABLE)} endpoints" in changelog
