"""``lists.records(..., into=...)``: records as objects of the caller's own class."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, ClassVar, Generic, NotRequired, TypedDict, TypeVar

import attrs
import pytest

from asyncsdk import Contact, DecodeError, InvalidArgument, Session
from asyncsdk.models.wire import REST, wire
from tests.support.raw_server import RawServer, answer
from tests.support.virtual_time import virtual_time

T = TypeVar("T")

HEADINGS = ["_contact_id_", "E-mail Address", "Age", "Member", "Joined", "Born", "Balance", "Colour", "Note"]
ADA = ["l-0001:a", "ada@example.com", "36", "Y", "2026-01-02T03:04:05+00:00", "1815-12-10", "1.50", "red", ""]


class Colour(Enum):
    RED = "red"


class Light(Enum):
    RED = "red"
    asked: ClassVar[list[object]]

    @classmethod
    def _missing_(cls, value: object) -> Light:
        cls.asked.append(value)
        return cls.RED


class Lamp(TypedDict):
    light: Light


@attrs.define
class Lead:
    record: str = attrs.field(metadata=wire("_contact_id_"))
    email: str = attrs.field(metadata=wire("E-mail Address"))
    age: int | None = attrs.field(metadata=wire("Age"))
    member: bool = attrs.field(metadata=wire("Member"))
    joined: datetime = attrs.field(metadata=wire("Joined"))
    born: date = attrs.field(metadata=wire("Born"))
    balance: Decimal = attrs.field(metadata=wire("Balance"))
    colour: Colour = attrs.field(metadata=wire("Colour"))
    note: str | None = attrs.field(default="none", metadata=wire("Note"))


@attrs.frozen(kw_only=True)
class KeywordsOnly:
    _note: str = attrs.field(metadata=wire("Note"))
    nowhere: int = 7
    rest: dict[str, str | None] = attrs.field(factory=dict, metadata=REST)


@dataclasses.dataclass
class Plain:
    email: str = dataclasses.field(metadata=wire("E-mail Address"))
    tags: list[str] = dataclasses.field(default_factory=list)
    age: int = dataclasses.field(default=0, metadata=wire("Age"))


@attrs.define
class Boxed(Generic[T]):
    email: T


@attrs.define
class Unknown:
    email: Nowhere  # type: ignore[name-defined]  # noqa: F821


Typed = TypedDict("Typed", {"E-mail Address": str, "Age": int, "Nowhere": NotRequired[str]})


async def read(into: Any, *rows: list[Any], headings: list[str] = HEADINGS) -> list[Any]:
    """Records from a server that has these rows, each with an id of its own where there is a column for it."""
    data = list(rows)
    if headings[0] == "_contact_id_":
        data = [[f"l-0001:{10 + place:x}", *row[1:]] for place, row in enumerate(rows)]
    body = {"totalCount": len(rows), "headers": headings, "data": data}
    async with (
        RawServer([answer(200, body)]) as server,
        Session(token="t", base_url=server.url) as acton,
    ):
        return [each async for each in acton.lists.records("l-0001", into=into)]


def changed(**cells: Any) -> list[Any]:
    """Ada's row with some cells changed."""
    row: list[Any] = list(ADA)
    for heading, cell in cells.items():
        row[HEADINGS.index(heading)] = cell
    return row


@virtual_time
async def test_an_attrs_class_is_filled() -> None:
    """Each cell becomes a value of its field's type; the field names its heading."""
    born, joined = date(1815, 12, 10), datetime.fromisoformat(ADA[4])
    lead = Lead("l-0001:a", "ada@example.com", 36, True, joined, born, Decimal("1.50"), Colour.RED, "")
    assert await read(Lead, ADA, ADA) == [lead, attrs.evolve(lead, record="l-0001:b")]


@virtual_time
async def test_cells_without_a_value_take_defaults_or_none() -> None:
    """A null takes the field's default, or None; an empty text does so where the field takes no text."""
    found = await read(Lead, changed(Age="", Note=None), changed(Age=None), ADA)
    assert [(lead.age, lead.note) for lead in found] == [(None, "none"), (None, ""), (36, "")]


@virtual_time
async def test_keyword_only_and_private_fields_and_the_rest() -> None:
    """Fields are passed by the names that the class takes; one may take all columns that no other takes."""
    (found,) = await read(KeywordsOnly, changed(Note="hm"))
    assert found == KeywordsOnly(note="hm", rest=dict(zip(HEADINGS[:-1], ADA[:-1], strict=True)))


@virtual_time
async def test_a_dataclass_is_filled() -> None:
    """A dataclass does as well; defaults stand in for absent cells and absent columns."""
    assert await read(Plain, ADA, changed(Age=None)) == [
        Plain("ada@example.com", [], 36),
        Plain("ada@example.com", [], 0),
    ]


@virtual_time
async def test_a_typed_dict_is_filled() -> None:
    """A TypedDict has the headings themselves as its keys."""
    assert await read(Typed, ADA) == [{"E-mail Address": "ada@example.com", "Age": 36}]


@virtual_time
async def test_a_row_that_does_not_fit_is_named() -> None:
    """The error says which record and which fields, and shows no address."""
    rows = [ADA] * 700 + [changed(Age="ada@example.com", Colour="blue", Born=None)]
    with pytest.raises(DecodeError) as caught:
        await read(Lead, *rows)
    told = str(caught.value)
    assert "Record 701 (l-0001:2c6) does not fit Lead" in told
    assert [problem.partition(" ")[0] for problem in caught.value.problems] == ["age", "born", "colour"]
    assert "'Age'" in told
    assert "the cell is empty" in told
    assert "ada@" not in told


@virtual_time
async def test_a_class_that_refuses_is_named_too() -> None:
    """An error of the class's own, such as a validator's, names the record."""

    @attrs.define
    class Adult:
        age: int = attrs.field(metadata=wire("Age"), validator=attrs.validators.ge(18))

    with pytest.raises(DecodeError, match=r"Record 2 \(l-0001:b\) does not fit Adult"):
        await read(Adult, ADA, changed(Age="17"))


@virtual_time
async def test_a_class_decides_how_it_is_made() -> None:
    """What a class does when it is called, it does for each record, be it its metaclass that does it."""
    told: list[str] = []

    class Called(type):
        def __call__(cls, *args: Any, **kwargs: Any) -> Any:
            told.append("called")
            return super().__call__(*args, **kwargs)

    @attrs.define
    class Made:
        note: str = attrs.field(metadata=wire("Note"))

        def __new__(cls, *_: Any, **__: Any) -> Any:
            told.append("new")
            return super().__new__(cls)

    @attrs.define
    class Filled:
        note: str = attrs.field(metadata=wire("Note"))

        def __init__(self, note: str) -> None:
            self.__attrs_init__(note + "!")  # type: ignore[attr-defined]

    @attrs.define(slots=False)
    class Instance(metaclass=Called):
        note: str = attrs.field(metadata=wire("Note"), converter=str.upper)

    for kind, note in ((Made, "hm"), (Filled, "hm!"), (Instance, "HM")):
        assert [each.note for each in await read(kind, *[changed(Note="hm")] * 4)] == [note] * 4
    assert told == ["new"] * 4 + ["called"] * 4


@pytest.mark.parametrize("define", [attrs.define, dataclasses.dataclass])
@virtual_time
async def test_an_init_of_ones_own_may_take_its_arguments_in_any_order(define: Any) -> None:
    """Each cell gets to the argument of its field's name, also where ``__init__`` names another one first."""

    class Pair:
        email: str
        note: str

        def __init__(self, note: str, email: str) -> None:
            self.note, self.email = note.upper(), email

    (found,) = await read(define(Pair), ["ada@example.com", "hm"], headings=["email", "note"])
    assert (found.email, found.note) == ("ada@example.com", "HM")


@pytest.mark.parametrize("define", [attrs.define, dataclasses.dataclass])
@virtual_time
async def test_a_new_of_ones_own_may_take_its_arguments_in_any_order(define: Any) -> None:
    """Each cell gets to the argument of its field's name also where ``__new__`` names another one first."""
    seen: list[tuple[str, str]] = []

    class Pair:
        email: str
        note: str

        def __new__(cls, note: str, email: str) -> Any:
            seen.append((note, email))
            return object.__new__(cls)

    await read(define(Pair), ["ada@example.com", "hm"], headings=["email", "note"])
    assert seen == [("hm", "ada@example.com")]


@virtual_time
async def test_each_cell_of_a_typed_dict_is_converted_once() -> None:
    """Converting a cell costs what it costs, and no more."""
    Light.asked = []
    assert await read(Lamp, ["Red"], ["RED"], headings=["light"]) == [{"light": Light.RED}] * 2
    assert Light.asked == ["Red", "RED"]


@virtual_time
async def test_many_columns_of_text_some_of_them_empty() -> None:
    """Texts stay as they are, a null is None where that is allowed, and a number in a cell becomes text."""
    names = [f"column_{number}" for number in range(20)]
    wide: Any = attrs.make_class("Wide", {name: attrs.field(type=str | None) for name in names})
    strict: Any = attrs.make_class("Strict", {name: attrs.field(type=str) for name in names})
    full: list[Any] = [f"text {number}" for number in range(20)]
    empty = [*full[:7], None, "", *full[9:]]
    assert [attrs.astuple(each) for each in await read(wide, full, empty, full, headings=names)] == [
        tuple(full),
        tuple(empty),
        tuple(full),
    ]
    (found,) = await read(strict, [*full[:7], 7, *full[8:]], headings=names)
    assert attrs.astuple(found) == (*full[:7], "7", *full[8:])
    with pytest.raises(DecodeError, match="Record 2 does not fit Strict") as caught:
        await read(strict, full, empty, headings=names)
    assert [problem.partition(" ")[0] for problem in caught.value.problems] == ["column_7"]


@virtual_time
async def test_numbers_and_times_may_be_missing() -> None:
    """An empty cell is None where a number or a time may be, and the others keep their values."""

    @attrs.define
    class Known:
        age: int | None = attrs.field(default=None, metadata=wire("Age"))
        joined: datetime | None = attrs.field(metadata=wire("Joined"), kw_only=True)
        balance: Decimal = attrs.field(default=Decimal(7), metadata=wire("Balance"))

    assert [
        (each.age, each.joined and each.joined.year, each.balance)
        for each in await read(Known, ADA, changed(Age=None, Joined=""), changed(Age=""))
    ] == [(36, 2026, Decimal("1.50")), (None, None, Decimal("1.50")), (None, 2026, Decimal("1.50"))]
    (found,) = await read(Known, changed(Age="", Balance=None))
    assert (found.age, found.balance) == (None, Decimal(7))


@virtual_time
async def test_one_column_may_fill_two_fields() -> None:
    """Each field reads the column in its own way."""

    @attrs.define
    class Twice:
        number: int = attrs.field(metadata=wire("Age"))
        text: str = attrs.field(metadata=wire("Age"))
        exact: Decimal = attrs.field(metadata=wire("Age"))

    assert await read(Twice, ADA, ADA) == [Twice(36, "36", Decimal(36))] * 2


@virtual_time
async def test_headings_may_be_any_text() -> None:
    """Quotes, braces, line ends and code in a heading are a key like any other."""
    odd = ["'", '"', "\\", "{row}", "a\nb", "__import__('os')", "ключ", ""]
    (found,) = await read(Contact, ["l-0001:a", *map(str, range(8))], headings=["_contact_id_", *odd])
    assert found == Contact("l-0001:a", dict(zip(odd, map(str, range(8)), strict=True)))


@virtual_time
async def test_a_missing_column_is_named() -> None:
    """A field without a default whose column is missing is an error before anything is given."""
    with pytest.raises(DecodeError, match="email: there is no column 'E-mail Address'"):
        await read(Lead, ["l-0001:a"], headings=["_contact_id_"])


@pytest.mark.parametrize(
    ("into", "told"),
    [
        (int, "attrs class, a dataclass or a TypedDict"),
        ([Plain], "attrs class, a dataclass or a TypedDict"),
        (Boxed[str], "attrs class, a dataclass or a TypedDict"),
        (Unknown, "Unknown, has a field whose type is not known: name 'Nowhere' is not defined"),
    ],
)
@virtual_time
async def test_another_class_is_refused(into: Any, told: str) -> None:
    """A class whose fields cannot be filled is refused with a sentence, before anything is sent."""
    async with RawServer([]) as server, Session(token="t", base_url=server.url) as acton:
        with pytest.raises(InvalidArgument, match=told):
            await anext(aiter(acton.lists.records("l-0001", into=into)))
    assert server.seen == []


@virtual_time
async def test_the_id_of_a_contact_is_the_records_own() -> None:
    """A column that is called like an id elsewhere is data."""
    (found,) = await read(Contact, ["l-0001:a", "mine"], headings=["_contact_id_", "contactID"])
    assert (found.id, found.data) == ("l-0001:a", {"contactID": "mine"})


@pytest.mark.parametrize("cell", [0, False, 0.0, [], {}])
@pytest.mark.parametrize("width", [1, 20])
@virtual_time
async def test_a_cell_that_is_no_text_is_not_given_as_it_is(cell: Any, width: int) -> None:
    """Where a text or nothing may be, all that is no text becomes text, also what counts as false."""
    names = [f"column_{number}" for number in range(width)]
    wide: Any = attrs.make_class("Wide", {name: attrs.field(type=str | None) for name in names})
    row: list[Any] = [cell, *("text" for _ in names[1:])]
    (found,) = await read(wide, row, headings=names)
    assert found.column_0 == str(cell)


@virtual_time
async def test_rows_before_one_that_does_not_fit_are_given() -> None:
    """An error comes in the place of its record, after all records before it."""
    body = {"totalCount": 9, "headers": ["Age"], "data": [[str(age)] for age in (1, 2, 3, 4, 5, "?", 7, 8, 9)]}

    @attrs.define
    class Aged:
        age: int = attrs.field(metadata=wire("Age"))

    async with (
        RawServer([answer(200, body)]) as server,
        Session(token="t", base_url=server.url) as acton,
    ):
        records = aiter(acton.lists.records("l-0001", into=Aged))
        assert [(await anext(records)).age for _ in range(5)] == [1, 2, 3, 4, 5]
        with pytest.raises(DecodeError, match="Record 6 does not fit"):
            await anext(records)
