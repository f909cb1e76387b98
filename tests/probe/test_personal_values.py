"""Reports of an account that is full of personal values: none of them is in a report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from asyncsdk import Limits, PasswordGrant, Session
from asyncsdk.emulator import Emulator, Reply, Settings
from asyncsdk.emulator.state.audience import AudienceRepository
from asyncsdk.emulator.state.custom_rows import CustomRowRepository
from asyncsdk.emulator.state.custom_schemas import CustomSchemaRepository
from asyncsdk.emulator.state.page_views import PageViewRepository
from asyncsdk.probe import ALL_CHECKS, Access, CallBudget, ProbedAccount, ProbeRun, make_plan
from asyncsdk.probe.answer import Answer
from asyncsdk.probe.reference import moved_clock, reference_settings, standing_clock
from asyncsdk.probe.reference_data import load_reference_data
from asyncsdk.probe.report.about import about_run
from asyncsdk.probe.report.report_files import ReportFiles

NOT_PERSONAL = {
    *(
        "BOUNCE",
        "Bounced",
        "CLICK",
        "DRAFT",
        "Country",
        "Default",
        "SCHEDULED",
        "SUPPRESSED",
        "TEMPLATE",
        "__created_date",
    ),
    *("__modified_date", "_contact_id_", "changed", "draft", "email", "false", "guessed", "number"),
    *("success", "total", "upserted", "Email", "Country"),
    *("E-mail Address", "First Name", "Probe Note", "Record inserted", "Record updated"),
    *("The job is pending", "The job is running"),
}
"""Act-On's own words, and the headings of the lists that a probe makes itself."""


PERSONAL_REFUSALS = {
    "logos.all": Reply(400, {"errorCode": 10004, "message": 'QVEXOR HOLDINGS, 73918462: no right to "Zdenka"'}),
    "images.all": Reply(403, {"errorCode": "QVEXOR-7391", "message": "zdenka@qvexor.example may not do this"}),
    "headers.all": Reply(400, {"errorCode": "QVEXOR", "message": "Column Zdenka is not in Qvexor guests"}),
    "media.all": Reply(404, "<html><title>Qvexor</title>Zdenka</html>", content_type="text/html; x=Qvexor"),
    "forms.all": Reply(200, {"zdenka@qvexor.example": {"Qvexor 7391": "Zdenka"}, "l-7391:846": ["Zdenka"]}),
    "pages.all": Reply(200, ["Zdenka", 73918462, None], headers={"X-Qvexor-7391": "Zdenka"}),
    "lists.hard_bounces": Reply(200, {"result": "Zdenka", "count": "Qvexor"}),
}
"""Answers that nobody expects, and that name the account and its people."""


def personal_settings() -> Settings:
    """An account whose every name can be recognised."""
    settings = reference_settings()
    settings.account_id = 73918462
    settings.account_name = "Qvexor Holdings"
    settings.user_name = "Zdenka Qvexorova"
    settings.username = "zdenka@qvexor.example"
    settings.senders = [{"senderId": "7391846", "senderName": "Qvexor News", "senderEmail": "news@qvexor.example"}]
    settings.categories = [
        {
            "id": "7391",
            "name": "Qvexor Club",
            "description": "For friends of Qvexor",
            "headerid": "1",
            "headername": "Qvexor Header",
        }
    ]
    return settings


def load_personal_data(server: Emulator) -> None:
    """Names, addresses, headings, keys and rows of people, everywhere."""
    load_reference_data(server)
    server.remove_list("l-0001")
    server.add_list(
        "Qvexor guests",
        ["Qvexor mail", "Qvexor name", "Zdenka's birthday", "zdenka@qvexor.example", "l-7391:846"],
        [["zdenka@qvexor.example", "Zdenka", "1973-09-18", "https://qvexor.example/zdenka", "l-7391:846"]] * 3,
        list_id="l-0001",
        folder="Qvexor folder",
    )
    audience = server.platform.repository(AudienceRepository)
    audience.add({"email": "zdenka@qvexor.example", "firstName": "Zdenka", "lastName": "Qvexorova"})
    views = server.platform.repository(PageViewRepository)
    views.add("p-0001", "Zdenka Qvexorova", known=True, source="Qvexor spring letter")
    objects = server.platform.repository(CustomSchemaRepository)
    schema = objects.schema_named("Order")
    assert schema is not None
    dataset = next(iter(objects.datasets(schema)))
    row = {"number": "Q-7391846", "email": "zdenka@qvexor.example", "bags": 1, "total": 1.0, "coffee": "Qvexor"}
    server.platform.repository(CustomRowRepository).put(schema, dataset, row)


class ListeningAccount(ProbedAccount):
    """Keeps what each call was answered."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.answers: list[Answer] = []

    async def call(self, method: Callable[..., object], *args: object, **arguments: Any) -> Answer:
        """Make the call, and keep its answer."""
        answer = await super().call(method, *args, **arguments)
        self.answers.append(answer)
        return answer


def texts_in(value: Any) -> Iterator[str]:
    """The texts of an answer, and those of its keys that are no names of fields."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if any(mark in key for mark in " @:'-"):
                yield key
            yield from texts_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_in(inner)
    elif isinstance(value, int) and value > 999:
        yield str(value)


@pytest.mark.slow
async def test_nothing_personal_is_in_a_report(tmp_path: Path) -> None:
    """Both files of a report are searched for each text that the account answered with."""
    async with Emulator(personal_settings(), clock=standing_clock()) as server:
        load_personal_data(server)
        for route, reply in PERSONAL_REFUSALS.items():
            server.faults.add(reply, on=route)
        grant, limits = PasswordGrant(**server.credentials), Limits(calls_per_second=1_000_000)
        async with Session(grant=grant, base_url=server.url, limits=limits) as acton:
            account = ListeningAccount(acton, CallBudget(1000), pause=moved_clock(server))
            run = ProbeRun(account, make_plan(ALL_CHECKS, {Access.READ, Access.WRITE}, 1000))
            await run.carry_out()
    files = ReportFiles.named(tmp_path / "report")
    files.write(run.results(), about_run(server_url := "http://qvexor.example", {Access.READ}, emulator=False))
    report = files.markdown.read_text() + files.json.read_text()
    said = {text for answer in account.answers if not answer.refused for text in texts_in(answer.json)}
    found = sorted(text for text in said - NOT_PERSONAL if len(text) > 4 and text in report)
    assert not found, "; ".join(found)
    for mark in ("qvexor", "Qvexor", "zdenka", "Zdenka", "7391", server_url):
        assert mark not in report


async def test_no_header_names_the_account(server: Emulator, account: ProbedAccount) -> None:
    """Also the first answer, which tells the account's name, is told without it."""
    told = {"account_id": 1, "account_name": "Qvexor"}
    server.faults.add(Reply(200, told, headers={"X-Qvexor-Shard": "1"}), on="account.get")
    check = next(each for each in ALL_CHECKS if each.name == "account.get: headers")
    values = [fact.value async for fact in check.run(account)]
    assert "x-<sent>-<words>" in str(values)
    assert "qvexor" not in str(values).lower()


@pytest.mark.parametrize(
    ("route", "check", "body"),
    [
        ("contacts.get", "contacts.get: answer", {"Zdenka": "1", "id": "l-0001:1"}),
        ("lists.download", "lists.download: answer", {"headers": ["a"], "data": [{"Zdenka": "1"}], "count": 1}),
        ("audience.contacts", "audience.contacts: answer", [{"Zdenka": "1"}]),
        ("custom_data.query", "custom_data.query: answer", [{"Zdenka": "1"}]),
    ],
)
async def test_headings_as_keys_are_not_told(
    server: Emulator, account: ProbedAccount, route: str, check: str, body: object
) -> None:
    """A record that is an object, where none was expected, does not tell what a customer called its columns."""
    server.faults.add(Reply(200, body), on=route)
    asked = next(each for each in ALL_CHECKS if each.name == check)
    values = [fact.value async for fact in asked.run(account)]
    assert "keys={" in str(values)
    assert "Zdenka" not in str(values)
