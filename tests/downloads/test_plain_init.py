"""An object that is made without the call of ``__init__`` is the one that the call would have made."""

from __future__ import annotations

import dataclasses
from abc import ABC
from types import new_class
from typing import Any, Generic, TypeVar

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncsdk import Contact
from asyncsdk.downloads.plain_init import plain_init
from asyncsdk.downloads.row_builder import row_builder
from asyncsdk.downloads.target_class import target_class

T = TypeVar("T")

told: list[object] = []
"""What the classes were told, in order: the call and the row must tell them the same."""


def tell(*what: object) -> None:
    """Note what a class was told."""
    told.append(what)


def shout(text: str) -> str:
    """A converter."""
    tell("converted", text)
    return text.upper()


class Shouting(type):
    """A metaclass that does more than make an object."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        """Make an object, and say so."""
        tell("called")
        return super().__call__(*args, **kwargs)


class Tagged:
    """A base class with a slot of its own, and a descriptor."""

    __slots__ = ("tag",)


class Loud:
    """A base class without slots that sees each attribute that is set."""

    def __setattr__(self, name: str, value: object) -> None:
        tell("set", name)
        object.__setattr__(self, name, value)


def post_init(self: Any) -> None:
    """What a class does at the end of its ``__init__``."""
    tell("post init")


def own_init(self: Any, a: str, **more: Any) -> None:
    """An ``__init__`` of the class's own."""
    tell("own init")
    (getattr(self, "__attrs_init__", None) or self.filled)(a + "!", **more)


def own_new(cls: Any, *_: Any, **__: Any) -> Any:
    """A ``__new__`` of the class's own."""
    tell("new")
    return object.__new__(cls)


OWN = {
    "post init": {"__attrs_post_init__": post_init, "__post_init__": post_init},
    "pre init": {"__attrs_pre_init__": lambda self: tell("pre init")},
    "init": {"__init__": own_init},
    "new": {"__new__": own_new},
    "setattr": {"__setattr__": Loud.__setattr__},
    "end": {"__del__": lambda self: None},
}
BASES: list[tuple[type, ...]] = [(), (Tagged,), (Loud,), (ABC,), (Generic[T],), (Exception,)]

attrs_fields = st.fixed_dictionaries(
    {},
    optional={
        "default": st.sampled_from(
            [
                "-",
                None,
                attrs.Factory(lambda: ["made"]),
                attrs.Factory(lambda self: type(self).__name__, takes_self=True),
            ]
        ),
        "converter": st.just(shout),
        "validator": st.just(lambda self, attribute, value: tell("validated", attribute.name, value)),
        "kw_only": st.booleans(),
        "init": st.booleans(),
        "on_setattr": st.just(lambda self, attribute, value: tell("hook") or value),
        "alias": st.sampled_from(["a", "alias"]),
    },
)
plain_fields = st.fixed_dictionaries({}, optional={"default": st.just("-"), "kw_only": st.booleans()})
attrs_options = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("slots", "frozen", "kw_only", "weakref_slot", "order", "unsafe_hash"), st.booleans()),
        "cache_hash": st.just(value=True),
        "getstate_setstate": st.booleans(),
    },
)
dataclass_fields = st.fixed_dictionaries(
    {},
    optional={
        "default": st.sampled_from(["-", None]),
        "kw_only": st.booleans(),
        "init": st.booleans(),
        "hash": st.booleans(),
    },
)
dataclass_options = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(("slots", "frozen", "kw_only", "order", "unsafe_hash", "weakref_slot"), st.booleans()),
)


@st.composite
def classes(draw: st.DrawFn) -> Any:
    """A class of attrs or dataclasses with two to four fields and any mix of what such classes can do."""
    by_attrs = draw(st.booleans())
    names = ["a", "_b", "c", "_d"][: draw(st.integers(2, 4))]
    one_field = draw(st.sampled_from([plain_fields, attrs_fields if by_attrs else dataclass_fields]))
    own = draw(st.sampled_from([{}, {}, *OWN.values()]))
    bases = draw(st.sampled_from([(), *BASES]))
    meta = draw(st.sampled_from([type, type, Shouting])) if bases in ((), (Tagged,), (Loud,)) else None
    body: dict[str, Any] = {"__annotations__": dict.fromkeys(names, str), **own}
    for name in names:
        body[name] = (attrs.field if by_attrs else dataclasses.field)(**draw(one_field))
    made: Any
    try:
        if meta is None:
            made = new_class("Made", bases, exec_body=lambda space: space.update(body))
        else:
            made = meta("Made", bases, body)
        options = draw(attrs_options if by_attrs else dataclass_options)
        made = attrs.define(made, **options) if by_attrs else dataclasses.dataclass(**options)(made)
        if draw(st.booleans()):
            made = type(made)("Below", (made,), {})
    except (TypeError, ValueError, AttributeError):
        made = None  # attrs and dataclasses refuse some mixes
    return made


def state(one: Any) -> Any:
    """All that an object holds."""
    slots = [name for each in type(one).__mro__ for name in each.__dict__.get("__slots__", ())]
    held = {name: getattr(one, name, "unset") for name in slots if name not in ("__weakref__", "__dict__")}
    try:
        digest = hash(one) if type(one).__hash__ is not object.__hash__ else "its own"
    except (TypeError, AttributeError):
        digest = "none"
    if isinstance(one, Exception):
        digest = "its own"
    return type(one), held, getattr(one, "__dict__", None), getattr(one, "args", None), digest


def made_by(make: Any) -> Any:
    """What comes of it: the state of the object, or that it failed; and what the class was told."""
    told.clear()
    try:
        one = make()
    except Exception:
        return "failed"
    said = list(told)
    return state(one), said


@pytest.mark.slow
@given(classes(), st.data())
def test_a_row_makes_what_the_call_makes(into: Any, data: st.DataObject) -> None:
    """Whatever a class is like, the object of a row is the one that calling the class with its cells gives."""
    if into is None:
        return
    fields = target_class(into).fields
    given_ones = [each for each in fields if each.required or data.draw(st.booleans())]
    if not given_ones:
        return
    headings = tuple(each.headings[0] for each in given_ones)
    row = [f"cell {heading}" for heading in headings]
    values = {each.argument: cell for each, cell in zip(given_ones, row, strict=True)}
    builder = row_builder.__wrapped__(into, headings)
    assert made_by(lambda: next(builder.objects([row, row], 0))) == made_by(lambda: into(**values))


@attrs.define
class Defined:
    a: str
    _b: str = "-"
    c: list[str] = attrs.field(factory=list)
    d: str = attrs.field(default="-", kw_only=True)


@attrs.frozen
class Frozen:
    a: str
    c: list[str] = attrs.field(factory=list)


@attrs.define(slots=False)
class WithDict:
    a: str
    b: str = "-"


@dataclasses.dataclass
class Data:
    a: str
    b: str = "-"


@dataclasses.dataclass(slots=True, kw_only=True)
class DataWithSlots:
    a: str = "-"
    b: str


@pytest.mark.parametrize("into", [Defined, Frozen, WithDict, Data, DataWithSlots, Contact])
def test_usual_classes_are_plain(into: Any) -> None:
    """The classes that most programs have are made without a call, with this version of attrs and of Python."""
    attributes = {field.argument: field.name for field in target_class(into).fields}
    assert plain_init(into, attributes) is not None


def test_an_init_that_was_replaced_is_called() -> None:
    """Code of a program's own is run, however it came into the class."""

    @attrs.define
    class Counted:
        a: str
        made = 0

    plain = Counted.__init__

    def counting(self: Any, a: str) -> None:
        Counted.made += 1
        plain(self, a)

    Counted.__init__ = counting
    assert [each.a for each in row_builder(Counted, ("a",)).objects([["x"], ["y"]], 0)] == ["x", "y"]
    assert Counted.made == 2


def test_no_half_of_an_object_is_made() -> None:
    """A cell that does not fit leaves no object without its values, whose end the class would see."""
    ended: list[object] = []

    @attrs.define
    class Closing:
        a: str
        number: int

        def __del__(self) -> None:
            ended.append(self.number)

    objects = row_builder(Closing, ("a", "number")).objects([["x", "1"], ["y", ""]], 0)
    assert next(objects).number == 1
    with pytest.raises(Exception, match="Record 2"):
        next(objects)
    assert ended == [1]
