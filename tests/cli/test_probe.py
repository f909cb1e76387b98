"""``asyncsdk probe``: the plan, the summary, the files of the report, and how it ends."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path

import pytest

from asyncsdk.emulator import Emulator, Hang, Pass, Reply
from asyncsdk.probe.report.fact_json import fact_from_json, fact_to_json
from tests.cli.conftest import WHOLE_RUN, Run
from tests.cli.served import Served
from tests.cli.test_processes import Start, wait_until


@pytest.mark.slow
def test_the_plan_makes_no_call(run: Run, environment: Served) -> None:
    """``--plan`` shows each check with its question, and sends nothing."""
    before = environment.ask(lambda server: len(server.calls))
    shown = run("probe", "--plan")
    assert shown.code == 0
    assert "account.get: answer" in shown.out
    assert "What does the account tell of itself?" in shown.out
    assert "More than 200 are never made." in shown.out
    assert "1 check, 1 call at most." in run("probe", "--plan", "--calls", "1").out
    assert environment.ask(lambda server: len(server.calls)) == before


@pytest.mark.slow
def test_the_emulator_has_no_difference(run: Run, tmp_path: Path) -> None:
    """The summary is short, and both files of the report are there, for their owner alone."""
    ended = run("probe", "--emulator", "--report", tmp_path / "report.md")
    assert ended.code == 0
    assert " 0 differ, 0 not seen." in ended.out
    assert "More than 200 are never made." in ended.out
    assert "Left out" not in ended.out
    assert len(ended.out.splitlines()) < 40
    names = sorted(each.name for each in tmp_path.iterdir())
    assert names == ["report.json", "report.md"]
    assert (tmp_path / "report.json").stat().st_mode & 0o077 == 0
    told = json.loads((tmp_path / "report.json").read_text())
    assert (told["format"], told["version"], told["server"]) == ("asyncsdk probe report", 1, "emulator")
    assert told["summary"]["differ"] == 0
    for check in told["checks"]:
        for fact in check["facts"]:
            read = fact_to_json(fact_from_json(fact))
            assert read == {name: fact[name] for name in read} | {"value": read["value"]}
            assert json.dumps(read["value"]) == json.dumps(fact["value"])


@pytest.mark.slow
def test_an_account_is_probed_within_its_budget(run: Run, environment: Served, tmp_path: Path) -> None:
    """With few calls the first checks are asked of the account of the environment; the rest is told as left out."""
    before = environment.ask(lambda server: len(server.calls) - len(server.calls.of("token")))
    ended = run("probe", "--calls", "3", "--report", tmp_path / "report", "--json")
    assert ended.code == 0
    assert "3 checks, 3 calls at most." in ended.err
    assert ended.value["calls"] == {"made": 3, "most": 3}
    assert ended.value["report"]["json"] == str(tmp_path / "report.json")
    assert "Left out, since --calls 3 has no room for them" in ended.err
    assert environment.ask(lambda server: len(server.calls) - len(server.calls.of("token"))) - before == 3


@pytest.mark.slow
def test_a_report_is_not_replaced_unasked(run: Run, environment: Served, tmp_path: Path) -> None:
    """A report that is there is refused before any call, and replaced with ``--force``."""
    (tmp_path / "report.json").write_text("{}")
    before = environment.ask(lambda server: len(server.calls))
    run("probe", "--report", tmp_path / "report").complains(2, "is there already; --force replaces it")
    assert environment.ask(lambda server: len(server.calls)) == before
    assert (tmp_path / "report.json").read_text() == "{}"
    assert run("probe", "--calls", "1", "--report", tmp_path / "report", "--force").code == 0
    assert json.loads((tmp_path / "report.json").read_text())["summary"]["facts"] == 1


@pytest.mark.slow
def test_a_report_of_another_probe_stays(environment: Served, start: Start, tmp_path: Path) -> None:
    """Where another program has written the report meanwhile, both are kept, and the later one's name is told."""
    process = hanging_probe(environment, start, tmp_path / "report")
    (tmp_path / "report.json").write_text("{}")
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=WHOLE_RUN)
    assert f"The report: {tmp_path / 'report-2.md'} and {tmp_path / 'report-2.json'}." in out
    assert (tmp_path / "report.json").read_text() == "{}"
    assert json.loads((tmp_path / "report-2.json").read_text())["ended_by"] == "interrupted"
    assert (tmp_path / "report-2.md").stat().st_mode & 0o077 == 0
    assert sorted(each.name for each in tmp_path.glob("report*")) == ["report-2.json", "report-2.md", "report.json"]


def test_a_report_that_cannot_be_written_is_refused_first(run: Run, environment: Served, tmp_path: Path) -> None:
    """No call is made for a report without a name, or in a folder that is not there."""
    (tmp_path / "linked.json").symlink_to(tmp_path / "no such folder" / "report.json")
    before = environment.ask(lambda server: len(server.calls))
    for name in (".", "/", ""):
        run("probe", "--report", name).complains(2, "has no name of its own")
    assert run("probe", "--report", tmp_path / "linked").code != 0
    assert environment.ask(lambda server: len(server.calls)) == before
    assert [each.name for each in tmp_path.iterdir()] == ["linked.json"]


def test_missing_credentials_are_told_alone(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an account no plan is printed that the error would follow, and no report begun."""
    monkeypatch.delenv("ACTON_PASSWORD")
    run("probe", "--report", tmp_path / "report").complains(3, "Missing from the environment: ACTON_PASSWORD.")
    assert not list(tmp_path.glob("report*"))


@pytest.mark.slow
def test_a_report_that_is_lost_is_summed_up(environment: Served, start: Start, tmp_path: Path) -> None:
    """What was found out is told also where its report cannot be written in the end."""
    folder = tmp_path / "folder"
    folder.mkdir()
    process = hanging_probe(environment, start, folder / "report")
    folder.rmdir()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=WHOLE_RUN)
    assert process.returncode != 0
    assert "1 fact: " in err
    assert "Traceback" not in err
    assert "The report: " not in err


@pytest.mark.slow
def test_a_difference_is_one_line(run: Run, environment: Served, tmp_path: Path) -> None:
    """An answer that has another shape is told in the summary, with its place and who expected what."""
    answer = Reply(200, [{"id": 5, "name": "John Doe", "email": "john.doe@act-on.com"}])
    environment.ask(lambda server: server.faults.add(answer, on="account.senders"))
    ended = run("probe", "--calls", "2", "--report", tmp_path / "report")
    assert ended.code == 0
    assert "  account.senders: answer, $[].id: whole number; expected by emulator: no such key" in ended.out
    assert "John" not in (tmp_path / "report.md").read_text()


@pytest.mark.slow
def test_a_refused_token_ends_it_with_its_code(
    run: Run, environment: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A token that is refused at once leaves no report; one that is revoked in the middle leaves what was found."""
    monkeypatch.setenv("ACTON_TOKEN", "no-such-token")
    refused = run("probe", "--report", tmp_path / "report")
    assert refused.code == 3
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setenv("ACTON_TOKEN", environment.ask(lambda server: server.issue_token())["access_token"])
    body = {"httpCode": "401", "httpMessage": "Unauthorized", "moreInformation": ""}

    def revoke_later(server: Emulator) -> None:
        server.faults.add(Pass(), on="account.get")
        for route in ("account.get", "account.senders"):
            server.faults.add(Reply(401, body), on=route, times=9)

    environment.ask(revoke_later)
    assert run("probe", "--report", tmp_path / "report").code == 3
    environment.ask(lambda server: server.faults.clear())
    told = json.loads((tmp_path / "report.json").read_text())
    assert told["ended_by"] == "AuthenticationFailed"
    assert told["summary"]["facts"] == 1


@pytest.mark.slow
def test_ctrl_c_leaves_a_whole_report(environment: Served, start: Start, tmp_path: Path) -> None:
    """An interrupted probe writes what it has found out, and tells that it was interrupted."""
    process = hanging_probe(environment, start, tmp_path / "report")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=WHOLE_RUN)
    assert process.returncode == 130
    assert err.splitlines()[-1] == "asyncsdk: interrupted"
    assert "The probe did not come to its end: interrupted." in out
    assert json.loads((tmp_path / "report.json").read_text())["ended_by"] == "interrupted"
    assert "interrupted" in (tmp_path / "report.md").read_text()


def hanging_probe(environment: Served, start: Start, report: Path) -> subprocess.Popen[str]:
    """A probe in the middle of its questions, one of which is never answered."""
    earlier = environment.count("account.senders")
    environment.ask(lambda server: server.faults.add(Hang(), on="account.senders"))
    process = start("probe", "--report", report)
    wait_until(lambda: environment.count("account.senders") > earlier)
    return process
