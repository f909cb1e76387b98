"""``asyncsdk call``: every route of the table, from the table alone."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from asyncsdk import TABLE
from asyncsdk.cli.call.command_builder import build_command
from asyncsdk.emulator import Cut, StallJob
from tests.cli.conftest import Run
from tests.cli.served import Served

COLUMNS = '[{"heading": "Email", "type": "EMAIL"}, {"heading": "First Name"}]'


@pytest.fixture
def list_id(environment: Served) -> str:
    """A list with two columns and no records."""
    return environment.new_list("Email", "First Name")


@pytest.fixture
def rows_file(tmp_path: Path) -> Path:
    """A file of one row that can be used and one that cannot."""
    path = tmp_path / "rows.csv"
    path.write_text("Email,First Name\nada@example.com,Ada\nx y,Zed\n")
    return path


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(TABLE))
def test_every_route_has_help(run: Run, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """The whole help names each argument, and says how sure and how dangerous the route is."""
    monkeypatch.setenv("COLUMNS", "400")
    ended = run("call", name, "--help-all")
    route = TABLE[name]
    assert (ended.code, ended.err) == (0, "")
    for each in route.signature.parameters.values():
        positional = each.kind is not each.KEYWORD_ONLY
        assert (each.name.upper() if positional else f"--{each.name.replace('_', '-')}") in ended.out
    assert f"acton.{name}(" in ended.out
    assert f"{route.method} {route.path}" in ended.out
    assert f"{route.effect.value}: " in ended.out
    assert f"{route.shape.value}: " in ended.out


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(TABLE))
def test_no_argument_of_a_route_hides_an_option(name: str) -> None:
    """Each option of each route has one meaning."""
    command = build_command(TABLE[name], lambda route, arguments, manner: 0)
    options = [option for each in command.assemble_argument_collection() for option in each.names]
    assert len(options) == len(set(options))


@pytest.mark.slow
def test_help_of_one_route_tells_types_choices_and_texts(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Choices, the keys of a model, and the docstring's words are all there."""
    monkeypatch.setenv("COLUMNS", "400")
    out = run("call", "lists.merge", "--help").out
    for words in (
        "the list, such as l-0001.",
        "One of APPEND, APPEND_NO_DUPLICATES, UPSERT, UPDATE_ONLY, REPLACE.",
        "JSON: an object of heading [type] [ignore]; as it is, as @FILE, or as - for stdin",
        "--headings --no-headings",
        "must be True for REPLACE",
        "-> Job[UploadReport]",
    ):
        assert words in out


def test_alone_it_lists_every_row(run: Run) -> None:
    """Each route stands below its namespace, with its one-line summary."""
    lines = run("call").out.splitlines()
    assert "contacts: Records of a list." in lines
    for name, route in TABLE.items():
        line = next(line for line in lines if line.split()[:1] == [name])
        assert line.endswith(route.summary.replace("``", ""))


def test_a_namespace_lists_its_rows(run: Run) -> None:
    """The routes of others are left out; programs get JSON."""
    out = run("call", "contacts").out
    assert "contacts.upsert" in out
    assert "lists.all" not in out
    rows = run("call", "contacts", "--json").value
    assert [row["name"] for row in rows] == [name for name in TABLE if name.startswith("contacts.")]
    assert rows == run("call", "--json", "contacts").value


def test_a_contact_is_upserted(run: Run, environment: Served, list_id: str) -> None:
    """What is in the path is positional, all else has a name; the flags may stand before the route's name."""
    data = '{"First Name": "Ada"}'
    ended = run("call", "contacts.upsert", list_id, "--email", "ada@example.com", "--data", data)
    assert ended.code == 0
    assert "message: Record inserted" in ended.out
    assert environment.emails(list_id) == ["ada@example.com"]
    again = run("call", "--json", "contacts.upsert", list_id, "--email", "ada@example.com", "--data", data)
    assert (again.value["message"], again.value["status"]) == ("Record updated", "success")


@pytest.mark.parametrize("source", ["stdin", "file"])
def test_json_comes_from_a_file_or_from_stdin(
    run: Run, environment: Served, list_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    """``@FILE`` and ``-`` mean the same as the text itself."""
    path = tmp_path / "data.json"
    path.write_text('{"First Name": "Zoë"}', encoding="utf-8")
    monkeypatch.setattr(sys, "stdin", io.StringIO(path.read_text(encoding="utf-8")))
    value = "-" if source == "stdin" else f"@{path}"
    assert run("call", "contacts.upsert", list_id, "--email", "zoe@example.com", "--data", value).code == 0
    assert environment.ask(lambda server: server.rows(list_id))[0][:2] == ["zoe@example.com", "Zoë"]


@pytest.mark.slow
def test_a_page_is_a_table_and_all_of_it_with_all(run: Run, environment: Served) -> None:
    """One page by default, with a word that there is more; ``--all --json`` gives one item a line."""
    made = [environment.new_list("Email") for _ in range(3)]
    first = run("call", "lists.all", "--count", 2)
    assert first.out.splitlines()[0].split()[:2] == ["id", "name"]
    assert len(first.out.splitlines()) == 3
    assert "--all gives every one" in first.err
    assert len(run("call", "lists.all", "--count", 2, "--json").value["items"]) == 2
    whole = run("call", "lists.all", "--count", 2, "--all", "--json")
    assert {json.loads(line)["id"] for line in whole.out.splitlines()} >= set(made)
    table = run("call", "lists.all", "--all").out.splitlines()
    assert {line.split()[0] for line in table[1:]} >= set(made)


def test_records_of_a_list_are_a_table(run: Run, list_id: str) -> None:
    """Addresses are shown in full, for the user asked for them; times need a zone, fields are repeated."""
    run("call", "contacts.add", list_id, "--data", '{"Email": "ada@example.com", "First Name": "Ada"}')
    asked = ("--created-after", "2020-01-01T00:00:00Z", "--fields", "First Name", "--fields", "Email")
    lines = run("call", "lists.download", list_id, *asked).out.splitlines()
    assert lines[0].split("  ")[1:] == ["First Name", "Email"]
    assert lines[1].split()[1:] == ["Ada", "ada@example.com"]


@pytest.mark.slow
def test_a_job_is_awaited(run: Run, rows_file: Path) -> None:
    """Each state is told on stderr, the report on stdout; the rejected rows can be streamed afterwards."""
    job = run("call", "lists.create", "Leads", "--file", rows_file, "--columns", COLUMNS, "--json")
    assert (job.code, job.value["state"]) == (0, "done")
    report = job.value["report"]
    assert (report["appended"], report["rejected"]) == (1, 1)
    assert f"Job {job.value['job_id']}: done" in job.err
    rejected = run("call", "lists.rejected_records", report["rejects_file"], "--json")
    assert json.loads(rejected.out)["Email"] == "x y"
    assert "x y" in run("call", "lists.rejected_records", report["rejects_file"]).out
    assert "appended:     1" in run("call", "lists.upload_status", job.value["job_id"]).out


@pytest.mark.slow
def test_no_wait_prints_the_job_id(run: Run, rows_file: Path) -> None:
    """A script can go on with it; models of one sequence may be given one by one."""
    columns = [part for each in json.loads(COLUMNS) for part in ("--columns", json.dumps(each))]
    ended = run("call", "lists.create", "Leads", "--file", rows_file, *columns, "--no-wait")
    assert (ended.code, ended.err) == (0, "")
    assert run("job", ended.out.strip()).code == 0


@pytest.mark.slow
def test_lists_of_models_and_scalars_are_shown(run: Run, environment: Served, list_id: str) -> None:
    """A list of objects is a table, a list of texts is lines; with ``--json`` both are arrays."""
    user = {
        "user_type": "Sales",
        "email": "eve@example.com",
        "first_name": "E",
        "last_name": "V",
        "password": "abc12!",
    }
    created = run("call", "account.create_users", "--users", json.dumps(user))
    assert created.out.splitlines()[1].split() == ["eve@example.com", "ok"]
    run("call", "contacts.add", list_id, "--data", '{"Email": "ada@example.com"}')
    record_id = f"{list_id}:0"
    assert run("call", "contacts.get", list_id, record_id).out.splitlines()[:2] == [record_id, "ada@example.com"]
    assert run("call", "contacts.get", list_id, record_id, "--json").value[:2] == [record_id, "ada@example.com"]


def test_an_empty_sequence_can_be_given(run: Run) -> None:
    """To opt out of all categories is not the same as to name none."""
    assert run("call", "subscriptions.set_all", "--email", "ada@example.com", "--empty-categories").code == 0
    run("call", "subscriptions.set_all", "--email", "ada@example.com").complains(2, "--categories")


def test_no_account_is_needed_with_an_emulator(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """``--emulator`` is understood as by every other command."""
    monkeypatch.delenv("ACTON_PASSWORD")
    assert run("call", "lists.all", "--emulator").out == "none\n"


@pytest.mark.slow
def test_text_is_printed_as_it_is(run: Run) -> None:
    """HTML keeps its lines; with ``--json`` it is one JSON text."""
    html = "<p>\n\tHello</p>"
    made = run("call", "messages.create", "--type", "draft", "--subject", "Hi", "--html", html, "--json")
    ended = run("call", "messages.html", made.value["id"])
    assert html in ended.out
    assert ended.out.endswith("</html>\n")
    assert run("call", "messages.html", made.value["id"], "--json").value == ended.out


@pytest.fixture
def ingest(run: Run, request: pytest.FixtureRequest) -> str:
    """The id of an ingest that is done."""
    schema = {
        "name": request.node.name,
        "fields": [{"name": "plate", "type": "STRING"}],
        "unique_fields": ["plate"],
    }
    object_id = run("call", "custom_data.create_schema", "--schema", json.dumps(schema), "--json").value["id"]
    run("call", "custom_data.create_dataset", object_id, "--name", "fleet")
    rows = ("--rows", '[{"plate": "A1"}, {"plate": "B2"}]', "--mode", "UPSERT", "--no-abort-on-invalid-row")
    ended = run("call", "custom_data.ingest_rows", object_id, "fleet", *rows, "--json")
    job_id: str = ended.value["job_id"]
    return job_id


@pytest.mark.slow
def test_bytes_go_to_stdout_or_to_a_file(run: Run, ingest: str, tmp_path: Path) -> None:
    """A file that is there is replaced with ``--force`` only."""
    path = tmp_path / "report.csv"
    call = ("call", "custom_data.job_report", ingest)
    printed = run(*call)
    assert (printed.code, printed.err) == (0, "")
    assert printed.out
    saved = run(*call, "--output", path, "--json")
    assert saved.value == {"file": str(path), "bytes": len(printed.out)}
    assert path.read_bytes().decode() == printed.out
    run(*call, "--output", path).complains(2, "--force replaces it")
    assert run(*call, "--output", path, "--force").code == 0
    run(*call, "--output", tmp_path).complains(2, "is a directory")
    run(*call, "--output", tmp_path / "no" / "file").complains(2, "there is no folder")
    refused = run(*call, "--json")
    assert (refused.code, refused.value["exit"]) == (2, 2)
    assert "--output FILE" in refused.value["error"]


@pytest.mark.slow
def test_a_file_is_there_whole_or_not_at_all(run: Run, environment: Served, ingest: str, tmp_path: Path) -> None:
    """Where the download breaks off, what was there stays, and no temporary file does."""
    path = tmp_path / "report.csv"
    path.write_text("old")
    environment.ask(lambda server: server.faults.add(Cut("midway"), on="custom_data.job_report", times=10))
    run("call", "custom_data.job_report", ingest, "--output", path, "--force").complains(5, "")
    assert [each.name for each in tmp_path.iterdir()] == ["report.csv"]
    assert path.read_text() == "old"


@pytest.mark.slow
def test_ctrl_c_while_a_job_runs_tells_how_to_go_on(
    environment: Served, start: Callable[..., subprocess.Popen[str]], rows_file: Path
) -> None:
    """Exit code 130, and the command that looks at the job."""
    environment.ask(lambda server: server.faults.add(StallJob(), on="lists.create"))
    process = start("call", "lists.create", "Stalled", "--file", rows_file, "--columns", COLUMNS)
    assert process.stderr is not None
    assert process.stderr.readline().endswith(": pending\n")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=180)
    assert (process.returncode, out) == (130, "")
    assert "To see how it ends: asyncsdk call lists.upload_status " in err
    assert err.splitlines()[-1] == "asyncsdk: interrupted"
    assert "Traceback" not in err


@pytest.mark.slow
def test_other_commands_do_not_load_it() -> None:
    """What only ``call`` needs does not slow down the rest."""
    program = (
        "import sys; from asyncsdk.cli import main; main(['lists', '--emulator'])\n"
        "sys.exit('asyncsdk.cli.call.command' in sys.modules or 'asyncsdk.cli.call.command_builder' in sys.modules)"
    )
    ended = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True)  # noqa: S603 - ours
    assert ended.returncode == 0
