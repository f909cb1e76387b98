"""Plain initializer: an ``__init__`` that only assigns its arguments, as attrs and dataclasses make them.

Code that makes many objects may then assign the attributes itself, which saves the call for each object. Such an
``__init__`` is known by its compiled code: it is the same as that of an ``__init__`` which only assigns. Whatever
else a class does there (converters, validators, hooks, a cached hash, code of its own) gives other code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from inspect import getattr_static
from keyword import iskeyword
from types import CodeType, FunctionType, MemberDescriptorType
from typing import Any, Final

from attrs import NOTHING, frozen

__all__ = ["PlainInit", "is_called_as_usual", "plain_init"]

_COMPARED: Final = ("co_code", "co_names", "co_varnames", "co_consts", "co_freevars", "co_exceptiontable")
_ASSIGNED: Final = "{one}.{attribute} = {value}"
_FROZEN_START: Final = "_setattr = _cached_setattr_get({one})"
_FROZEN: Final = "_setattr('{attribute}', {value})"


@frozen
class PlainInit:
    """What a plain ``__init__`` assigns, and to what."""

    attributes: Mapping[str, str]
    """The attribute of each argument, in the order in which they are assigned."""

    setters: Mapping[str, Callable[[Any, Any], None]]
    """What sets each attribute, given an object and the value, if the class is frozen; else empty."""

    defaults: Mapping[str, Any]
    """The value of each argument that may be left out."""

    factories: Mapping[str, Callable[[], Any]]
    """What makes the value of each argument that may be left out, where each object has one of its own."""

    def may_leave_out(self, argument: str) -> bool:
        """Whether an argument has a default."""
        return argument in self.defaults or argument in self.factories


def plain_init(cls: Any, attributes: Mapping[str, str]) -> PlainInit | None:
    """The plain initializer of a class; None where calling the class does anything else, or may do so.

    Args:
        cls: the class.
        attributes: the attribute of each argument, in the order of the fields.
    """
    if not is_called_as_usual(cls):
        return None
    init = cls.__init__
    if type(init) is not FunctionType or not _names_fit(init.__code__, attributes):
        return None
    defaults = _defaults(init)
    made = {argument for argument, default in defaults.items() if default is NOTHING}
    known = init.__globals__
    if made and known.get("NOTHING") is not NOTHING:
        return None
    setters: Mapping[str, Callable[[Any, Any], None]] = {}
    if not _assigns(init.__code__, attributes, made, (), _ASSIGNED):
        setters = _slot_setters(cls, attributes.values())
        frozen_alike = known.get("_cached_setattr_get") == object.__setattr__.__get__
        if not (setters and frozen_alike and _assigns(init.__code__, attributes, made, (_FROZEN_START,), _FROZEN)):
            return None
    return PlainInit(
        attributes,
        setters,
        {argument: default for argument, default in defaults.items() if argument not in made},
        {argument: known[_factory_name(attributes[argument])] for argument in made},
    )


def is_called_as_usual(make: object) -> bool:
    """Whether it is a class, and calling it is ``object.__new__`` and then its own ``__init__``."""
    if not isinstance(make, type):
        return False
    new: Any = make.__new__
    call: Any = type(make).__call__
    return new is object.__new__ and call is type.__call__


def _names_fit(code: CodeType, attributes: Mapping[str, str]) -> bool:
    """Whether the arguments are these, and each name can stand in code."""
    arguments = _arguments(code)
    names = (*arguments, *attributes.values())
    return (
        set(arguments[1:]) == set(attributes)
        and len(arguments) == len(attributes) + 1
        and all(name.isidentifier() and not iskeyword(name) for name in names)
    )


def _arguments(code: CodeType) -> tuple[str, ...]:
    return code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]


def _defaults(init: FunctionType) -> Mapping[str, Any]:
    """The default of each argument that has one."""
    positional = init.__code__.co_varnames[: init.__code__.co_argcount]
    defaults = init.__defaults__ or ()
    last = positional[len(positional) - len(defaults) :]
    return {**dict(zip(last, defaults, strict=True)), **(init.__kwdefaults__ or {})}


def _factory_name(attribute: str) -> str:
    """The global name of a default's factory in an ``__init__`` that attrs made."""
    return f"__attr_factory_{attribute}"


def _assigns(
    code: CodeType, attributes: Mapping[str, str], made: set[str], start: tuple[str, ...], assignment: str
) -> bool:
    """Whether code is that of a function which makes these assignments.

    Args:
        code: the code.
        attributes: the attribute of each argument.
        made: the arguments whose default is made by a factory.
        start: the statements before the first assignment.
        assignment: the form of an assignment.
    """
    arguments = _arguments(code)
    one = arguments[0]
    body = [each.format(one=one) for each in start]
    for argument, attribute in attributes.items():
        given = assignment.format(one=one, attribute=attribute, value=argument)
        if argument in made:
            default = assignment.format(one=one, attribute=attribute, value=f"{_factory_name(attribute)}()")
            body += [f"if {argument} is not NOTHING:", f"    {given}", "else:", f"    {default}"]
        else:
            body.append(given)
    source = "\n    ".join((f"def __init__({', '.join(arguments)}):", *body))
    module = compile(source, "<plain initializer>", "exec")
    plain = next(each for each in module.co_consts if isinstance(each, CodeType))
    return all(getattr(code, part) == getattr(plain, part) for part in _COMPARED)


def _slot_setters(cls: type[Any], attributes: Iterable[str]) -> Mapping[str, Callable[[Any, Any], None]]:
    """What ``object.__setattr__`` calls for each attribute of a class with slots; nothing if one is no slot."""
    setters: dict[str, Callable[[Any, Any], None]] = {}
    for attribute in attributes:
        found = getattr_static(cls, attribute, None)
        if not isinstance(found, MemberDescriptorType):
            return {}
        setters[attribute] = found.__set__
    return setters
