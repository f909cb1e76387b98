"""Captured answers: what real accounts were seen to answer is what the table, the models and the emulator have."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asyncsdk import Limits, PasswordGrant, Session
from asyncsdk.emulator import Emulator
from asyncsdk.probe import ALL_CHECKS, Access, ProbedAccount, ProbeRun, make_plan
from asyncsdk.probe.budget import CallBudget
from asyncsdk.probe.reference import moved_clock, reference_settings, standing_clock
from asyncsdk.probe.reference_data import load_reference_data
from asyncsdk.probe.report.about import about_run
from asyncsdk.probe.report.report_json import report_json
from asyncsdk.probe.shape import shape_of
from asyncsdk.probe.shape_comparison import compare_shapes
from asyncsdk.probe.text_kinds import TEXT_KINDS
from tests.conformance.add_report import add_report, main
from tests.conformance.captured import against_emulator, against_model, against_table, read_captured
from tests.conformance.sample_values import SAMPLES, barest_of, fullest_of
from tests.docs.commands import command_lines
from tests.docs.documents import ROOT

CHECKS = ("account.senders: answer", "lists.all: answer", "lists.create_empty, lists.delete")

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["", "a@example.com", "l-0001", "words", "17"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "name", "count"]), inner),
    max_leaves=12,
)


def test_the_table_knows_what_was_seen() -> None:
    """Each route of which an answer was captured is marked so."""
    assert [line for captured in read_captured() for line in against_table(captured)] == []


def test_the_models_read_what_was_seen() -> None:
    """Each captured answer can be read by its route's result type."""
    assert [line for captured in read_captured() for line in against_model(captured)] == []


async def test_the_emulator_answers_as_was_seen() -> None:
    """The emulator differs from no captured fact."""
    assert [line async for line in against_emulator(read_captured())] == []


@pytest.mark.parametrize("kind", sorted(TEXT_KINDS | set(SAMPLES)))
def test_each_kind_has_a_sample(kind: str) -> None:
    """A value stands for each kind, and is of that kind."""
    assert shape_of(SAMPLES[kind]).kinds == {kind}


@given(JSON)
def test_samples_have_the_shape_that_they_are_made_of(value: Any) -> None:
    """Nothing of a sample differs from the shape; what it lacks is not seen."""
    shape = shape_of([value, value])
    for sample in (fullest_of(shape), barest_of(shape)):
        found = compare_shapes(shape_of(sample), shape, "$")
        assert [each for each in found if each.expected is not None] == []


async def report_of(tmp_path: Path, **changed: Any) -> Path:
    """A report of an emulator that is called a host of Act-On's."""
    checks = [check for check in ALL_CHECKS if check.name in CHECKS]
    async with (
        Emulator(reference_settings(), clock=standing_clock()) as server,
        Session(
            grant=PasswordGrant(**server.credentials),
            base_url=server.url,
            limits=Limits(calls_per_second=1_000_000),
        ) as acton,
    ):
        load_reference_data(server)
        account = ProbedAccount(acton, CallBudget(1_000), pause=moved_clock(server))
        run = ProbeRun(account, make_plan(checks, set(Access), 1_000))
        await run.carry_out()
    report = report_json(run.results(), about_run("https://api.actonsoftware.com", Access, emulator=False))
    path = tmp_path / "report.json"
    path.write_text(json.dumps({**report, **changed}), encoding="utf-8")
    return path


@pytest.mark.slow
async def test_a_report_becomes_fixtures(tmp_path: Path) -> None:
    """A report that agrees with the emulator makes files that agree with it; a guessed route asks to be marked."""
    folder = tmp_path / "captured"
    folder.mkdir()
    told = add_report(await report_of(tmp_path), folder)
    assert {"account.senders.json", "lists.all.json", "lists.delete.json"} <= {
        path.name for path in folder.iterdir()
    }
    assert [line.partition(" ")[0] for line in told if "may be marked captured" in line] == [
        "account.senders",
        "lists.create_empty",
        "lists.delete",
    ]
    captured = read_captured(folder)
    assert [line for each in captured for line in against_model(each)] == []
    assert [line async for line in against_emulator(captured)] == []
    assert "account.senders was seen, and the table says guessed." in [
        line for each in captured for line in against_table(each)
    ]
    add_report(tmp_path / "report.json", folder)  # once more adds nothing
    assert read_captured(folder) == captured


@pytest.mark.slow
async def test_the_command_of_the_page_adds_a_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command that docs/probe.md shows to maintainers writes the files, and says which routes may be marked."""
    (command,) = [
        each
        for each in command_lines(ROOT / "docs" / "probe.md")
        if each.startswith("python -m tests.conformance.add_report")
    ]
    report = await report_of(tmp_path)
    (tmp_path / "captured").mkdir()
    assert main([report.as_posix() for _ in command.split()[3:]], tmp_path / "captured") == 0
    assert "account.senders may be marked captured" in capsys.readouterr().out
    assert (tmp_path / "captured" / "account.senders.json").exists()


@pytest.mark.slow
async def test_what_was_seen_and_is_not_known_is_told(tmp_path: Path) -> None:
    """A captured answer that the model cannot read, or the emulator answers otherwise, is told by its place."""
    folder = tmp_path / "captured"
    folder.mkdir()
    add_report(await report_of(tmp_path), folder)
    path = folder / "lists.all.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    (answer,) = [fact for fact in content["facts"] if fact["name"] == "lists.all: answer"]
    keys = answer["value"]["body"]["keys"]["result"]["shape"]["members"]["keys"]
    keys["tsLastModified"]["shape"] = {"kinds": ["object"]}
    keys["owner"] = {"always": True, "shape": {"kinds": ["address"]}}
    path.write_text(json.dumps(content), encoding="utf-8")
    captured = read_captured(folder)
    assert any("modified" in line.lower() for each in captured for line in against_model(each))
    told = [line async for line in against_emulator(captured)]
    assert "lists.all: answer: $.result[].owner: address was seen, the emulator has no such key." in told


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{}", "is no report of asyncsdk probe"),
        ("[1", "is no JSON"),
        ('{"format": "asyncsdk probe report", "version": 2}', "has version 2"),
        ('{"format": "asyncsdk probe report", "version": 1, "server": "emulator"}', "of the emulator"),
        (None, "No such file"),
    ],
)
def test_other_files_are_refused(
    tmp_path: Path, text: str | None, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is no report of an account is refused in words, and writes nothing."""
    path = tmp_path / "report.json"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    assert main([str(path)]) == 1
    assert words in capsys.readouterr().err
