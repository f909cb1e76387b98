"""Column renames: columns of the input that have another name in the list, or are left out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches

from attrs import field, frozen

from asyncsdk.errors import InvalidArgument

__all__ = ["ColumnNames"]


def _stripped(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name.strip() for name in names)


def _stripped_keys(names: Mapping[str, str]) -> dict[str, str]:
    return {name.strip(): meant for name, meant in names.items()}


@frozen
class ColumnNames:
    """Mapping of column names by the caller; blanks around their names do not count.

    Attributes:
        rename: the list's heading, or a system type, for some of the input's columns.
        ignore: the input's columns that are not sent.
    """

    rename: Mapping[str, str] = field(factory=dict[str, str], converter=_stripped_keys)
    ignore: Collection[str] = field(default=frozenset[str](), converter=_stripped)

    def check(self) -> None:
        """Validate that the mapping is consistent.

        Raises:
            InvalidArgument: a column is mapped and ignored, or two are mapped to one.
        """
        sources: dict[str, str] = {}
        for name, meant in self.rename.items():
            other = sources.setdefault(meant, name)
            if other != name:
                raise InvalidArgument(f"{other!r} and {name!r} are both mapped to {meant!r}. Nothing was sent.")
        both = sorted(self.ignore & self.rename.keys())
        if both:
            raise InvalidArgument(f"The column {both[0]!r} is both mapped and ignored. Nothing was sent.")

    def renamed(self, name: str) -> str | None:
        """The name of a column in the list, if the caller has given one."""
        return self.rename.get(name.strip())

    def ignored(self, names: Iterable[str]) -> frozenset[str]:
        """Those of the input's columns that are left out, as the input spells them."""
        return frozenset(name for name in names if name.strip() in self.ignore) if self.ignore else frozenset()

    def missing(self, names: Iterable[str]) -> str | None:
        """What is wrong where a column that is mapped or ignored is not among the input's; None if all are."""
        known = _stripped(names)
        for name in (*self.rename, *sorted(self.ignore)):
            if name not in known:
                near = get_close_matches(name, known, n=1, cutoff=0.5)
                hint = f" (did you mean {near[0]!r}?)" if near else ""
                what = "mapped" if name in self.rename else "ignored"
                return f"the column {name!r}, which is to be {what}, is not in the input{hint}"
        return None
