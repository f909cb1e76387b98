"""Readable signatures: the types of parameters, without the markers that say how these travel."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import Annotated, Any, get_origin

__all__ = ["ReadableSignature"]


class ReadableSignature:
    """Signature of a method; it stands between the method and its prototype, where ``inspect.signature`` looks.

    It is computed on first use, so that a table of any size costs nothing to import. A search for the source or
    the types goes on to the prototype itself.
    """

    def __init__(self, prototype: Callable[..., Any]) -> None:
        self.__wrapped__ = prototype

    @cached_property
    def __signature__(self) -> inspect.Signature:
        signature = inspect.signature(self.__wrapped__)
        readable = partial(_readable, names=inspect.unwrap(self.__wrapped__).__globals__)
        return signature.replace(
            parameters=[each.replace(annotation=readable(each.annotation)) for each in _declared(signature)],
            return_annotation=readable(signature.return_annotation),
        )


def _declared(signature: inspect.Signature) -> list[inspect.Parameter]:
    parameters: Mapping[str, inspect.Parameter] = signature.parameters
    return list(parameters.values())


class _Unquoted(str):
    """The text of an annotation, which is shown as it stands in the source."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


class _WithoutMarkers(ast.NodeTransformer):
    """Leaves of ``InQuery[str]`` and ``Annotated[str, ...]`` only ``str``, and of ``models.Saved`` ``Saved``."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        self._names = names

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        if not (isinstance(node.value, ast.Name) and _is_marker(self._names.get(node.value.id))):
            return self.generic_visit(node)
        inner = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) else node.slice
        stripped: ast.AST = self.visit(inner)
        return stripped

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if isinstance(node.value, ast.Name) and node.value.id == "models":
            return ast.Name(node.attr)
        return node


def _is_marker(subscripted: Any) -> bool:
    """Whether it is ``Annotated`` itself, or an alias such as ``InQuery``, which says how a value travels."""
    return subscripted is Annotated or get_origin(subscripted) is Annotated


def _readable(annotation: Any, names: Mapping[str, Any]) -> Any:
    if not isinstance(annotation, str):
        return annotation
    return _Unquoted(ast.unparse(_WithoutMarkers(names).visit(ast.parse(annotation, mode="eval"))))
