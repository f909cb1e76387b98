"""For mkdocstrings: attrs' classes with their signature, and docstrings with Markdown's code blocks."""

from __future__ import annotations

from ast import literal_eval
from collections.abc import Mapping
from typing import Any, Final

import griffe

__all__ = ["PlainFields"]

_ATTRS: Final = ("attrs.define", "attrs.frozen")


class PlainFields(griffe.Extension):
    """Shows of a field its default, not how attrs is told of it; and the ``__init__`` that attrs writes."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Take away the two colons that announce a code block in reStructuredText; Markdown needs none."""
        if obj.docstring is not None:
            lines = obj.docstring.value.split("\n")
            obj.docstring.value = "\n".join("" if line == "::" else line.replace("::", ":") for line in lines)

    def on_attribute(self, *, attr: griffe.Attribute, **_: Any) -> None:
        """Take the sentence that a member of an enumeration has beside its value for its docstring."""
        in_enum = isinstance(attr.parent, griffe.Class) and any("Enum" in str(base) for base in attr.parent.bases)
        if in_enum and attr.docstring is None and isinstance(attr.value, griffe.ExprTuple):
            attr.value, written = attr.value.elements
            sentence = literal_eval(str(written))
            attr.docstring = griffe.Docstring(f"{sentence[0].upper()}{sentence[1:]}.", parent=attr)

    def on_class(self, *, cls: griffe.Class, **_: Any) -> None:
        """Read the fields of a class that attrs completes."""
        decorators = [each for each in cls.decorators if each.callable_path in _ATTRS]
        if not decorators:
            return
        keyword_only = "kw_only=True" in str(decorators[0].value)
        parameters = griffe.Parameters(griffe.Parameter("self", kind=griffe.ParameterKind.positional_or_keyword))
        for attribute in list(cls.attributes.values()):
            if attribute.annotation is None or "ClassVar" in str(attribute.annotation):
                continue
            if (parameter := _parameter(attribute, keyword_only)) is not None:
                parameters.add(parameter)
        if "__init__" not in cls.members:
            init = griffe.Function("__init__", parameters=parameters, returns="None", parent=cls)
            cls.set_member("__init__", init)


def _parameter(attribute: griffe.Attribute, keyword_only: bool) -> griffe.Parameter | None:
    """The argument for a field; the field is left with its default alone."""
    given = _given(attribute.value)
    default: Any = attribute.value
    if given is not None:
        default = given.get("default", "..." if "factory" in given else None)
        attribute.value = given.get("default")
        if str(given.get("init")) == "False":
            return None
    alone = keyword_only or (given is not None and str(given.get("kw_only")) == "True")
    kind = griffe.ParameterKind.keyword_only if alone else griffe.ParameterKind.positional_or_keyword
    return griffe.Parameter(attribute.name.lstrip("_"), annotation=attribute.annotation, kind=kind, default=default)


def _given(value: Any) -> Mapping[str, Any] | None:
    """What ``field(...)`` is told; None for a plain default."""
    if not isinstance(value, griffe.ExprCall) or str(value.function) != "field":
        return None
    return {each.name: each.value for each in value.arguments if isinstance(each, griffe.ExprKeyword)}
