"""Login at the shell: the pasted code, the kept token that commands use, and logout."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from asyncsdk.auth.kept_token import content_of
from asyncsdk.auth.tokens import Token
from asyncsdk.cli.login.kept_login import read_login
from asyncsdk.cli.login.redirect_uri import REDIRECT_URI
from asyncsdk.emulator import ExpireToken, Pass
from tests.cli.conftest import Ended, Run, command_to_go_on
from tests.cli.served import Served

Paste = Callable[..., Ended]

WINNING = ("USERNAME", "PASSWORD")


@pytest.fixture
def state(environment: Served, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The state folder, of a user whose environment names the client only."""
    for name in WINNING:
        monkeypatch.delenv(f"ACTON_{name}")
    return tmp_path / "state/asyncsdk"


@pytest.fixture
def sign_in(run: Run, state: Path, monkeypatch: pytest.MonkeyPatch) -> Paste:
    """Signs in with these lines of standard input, by default with a good code."""

    def sign_in(*lines: str, options: tuple[str, ...] = ()) -> Ended:
        reader, writer = os.pipe()
        os.write(writer, "".join(f"{line}\n" for line in lines).encode())
        os.close(writer)
        with os.fdopen(reader) as stdin, monkeypatch.context() as patch:
            patch.setattr(sys, "stdin", stdin)
            return run("login", "--paste", *options)

    return sign_in


def new_code(environment: Served, redirect_uri: str = REDIRECT_URI) -> str:
    """A code, as Act-On gives it to the browser."""
    return environment.ask(lambda server: server.platform.tokens.code(redirect_uri))


def forget_client(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shell in which nothing of the account is set."""
    for name in ("CLIENT_ID", "CLIENT_SECRET", "BASE_URL"):
        monkeypatch.delenv(f"ACTON_{name}")


def secrets_of(state: Path) -> list[str]:
    """Every secret that is kept."""
    kept = [json.loads(path.read_text()) for path in state.glob("*.json")]
    names = ("access_token", "refresh_token", "client_secret")
    return [each[name] for each in kept for name in names if name in each]


def test_commands_use_the_token_of_a_login(
    run: Run, sign_in: Paste, environment: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One login for all commands of the user, who needs no variable for them; they count together."""
    ended = sign_in(new_code(environment))
    assert (ended.code, ended.out.startswith("Signed in to account 12345 ")) == (0, True)
    forget_client(monkeypatch)
    logins = environment.count("token")
    assert run("lists").code == 0
    told = run("whoami", "--json").value
    assert (told["account_id"], told["user_name"]) == (12345, "John Doe")
    assert told["token_from"].startswith("asyncsdk login, kept in ")
    assert environment.count("token") == logins
    assert run("usage", "--json").value["calls_made"] == 4


def test_fleet_shows_the_account_of_a_login(run: Run, sign_in: Paste, environment: Served, state: Path) -> None:
    """Where the environment names no account, it is the one that commands work on."""
    run("fleet").complains(2, "sign in with asyncsdk login")
    sign_in(new_code(environment))
    assert run("lists").code == 0
    (account,) = run("fleet", "--json").value["accounts"]
    assert Path(account["token_file"]).parent == state


def test_the_whole_address_can_be_pasted(sign_in: Paste, environment: Served) -> None:
    """An address of another login is not taken, as its code may be somebody else's; the next line is."""
    other = f"{REDIRECT_URI}?{urlencode({'code': new_code(environment), 'state': 'another'})}"
    ended = sign_in(other, "", options=("--json",))
    assert ended.code == 3
    assert "belongs to another login" in ended.err
    assert sign_in(other, new_code(environment)).code == 0


def test_the_address_says_what_is_asked(sign_in: Paste, environment: Served) -> None:
    """It names the client and where to come back to, has a new state each time, and no secret."""
    seen = [sign_in(new_code(environment)).err.splitlines()[1] for _ in range(2)]
    asked = [parse_qs(urlsplit(address).query) for address in seen]
    assert asked[0]["redirect_uri"] == [REDIRECT_URI]
    assert asked[0]["state"] != asked[1]["state"]
    assert len(asked[0]["state"][0]) >= 32
    assert environment.server.credentials["client_secret"] not in "".join(seen)


def test_nothing_secret_is_shown_or_readable_by_others(
    run: Run, sign_in: Paste, environment: Served, state: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """No output and no log holds a token or a secret, and only their owner can read the files."""
    code = new_code(environment)
    with caplog.at_level("DEBUG"):
        ends = [sign_in(code), run("whoami"), run("whoami", "--json"), run("usage"), run("lists")]
    secrets = [*secrets_of(state), code]
    assert len(secrets) == 4
    told = "".join(f"{each.out}{each.err}" for each in ends) + caplog.text
    assert not [secret for secret in secrets if secret in told]
    assert state.stat().st_mode & 0o777 == 0o700
    assert all(path.stat().st_mode & 0o077 == 0 for path in state.iterdir())


def test_logout_removes_every_secret(run: Run, sign_in: Paste, environment: Served, state: Path) -> None:
    """The counts stay, so that another login knows those of the hour; commands say how to sign in."""
    sign_in(new_code(environment))
    secrets = secrets_of(state)
    assert run("logout").out.startswith("Signed out: ")
    left = "".join(path.read_text("latin-1") for path in state.iterdir())
    assert not [secret for secret in secrets if secret in left]
    assert run("logout", "--json").value == {"removed": False}
    run("lists").complains(3, "Sign in with asyncsdk login")
    sign_in(new_code(environment))
    assert run("usage", "--json").value["logins_left"] == 3


def test_logout_tells_of_a_token_that_is_kept_again(
    run: Run, sign_in: Paste, environment: Served, state: Path
) -> None:
    """A command that renewed its token after a logout has left it: the next logout removes it, and says so."""
    sign_in(new_code(environment))
    (token,) = state.glob("token-*.json")
    kept = token.read_bytes()
    run("logout")
    token.touch(0o600)
    token.write_bytes(kept)
    assert run("logout", "--json").value == {"removed": True}
    assert not token.exists()


def test_a_user_without_a_home_is_not_signed_in(run: Run, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As services are: commands say what is missing, and logout has nothing to do."""
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setenv("HOME", os.devnull)
    run("lists").complains(3, "Missing from the environment: ")
    assert run("logout").code == 0


def test_logout_removes_what_a_killed_login_left(
    run: Run, sign_in: Paste, environment: Served, state: Path
) -> None:
    """The temporary files of writers that were killed hold secrets, too."""
    sign_in(new_code(environment))
    (token,) = state.glob("token-*.json")
    for path in (state / "login.json", token):
        path.with_name(f".{path.name}.a1b2c3_d").write_bytes(path.read_bytes())
    run("logout")
    assert not [path for path in state.iterdir() if path.suffix == ".json" or path.name.startswith(".")]


def test_a_login_that_is_killed_between_its_files_leaves_a_good_one(
    run: Run, sign_in: Paste, environment: Served, state: Path
) -> None:
    """The token file is written first, and fits the login that was there: commands go on with the new token."""
    sign_in(new_code(environment))
    login = read_login(state)
    assert login is not None
    token = Token.from_answer(environment.ask(lambda server: server.issue_token()))
    environment.ask(lambda server: server.platform.tokens.revoke("access", f"Bearer {secrets_of(state)[1]}"))
    login.token_path(state).write_bytes(content_of(token, login.owner()).data)
    calls = environment.count("token")
    assert run("lists").code == 0
    assert environment.count("token") == calls


@pytest.mark.parametrize("place", ["relative/folder", ""])
def test_only_an_absolute_state_home_counts(
    run: Run,
    sign_in: Paste,
    environment: Served,
    state: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    place: str,
) -> None:
    """As the standard has it; otherwise it is the folder in the user's home."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_STATE_HOME", place)
    assert sign_in(new_code(environment)).code == 0
    assert list((tmp_path / "home").rglob("login.json"))
    assert not state.exists()


def test_a_code_that_is_refused_leaves_the_login_before(run: Run, sign_in: Paste, environment: Served) -> None:
    """Exit code 3 with Act-On's words; commands still work for whom they did."""
    sign_in(new_code(environment))
    ended = sign_in("a-code-that-is-none")
    assert ended.code == 3
    assert "Invalid authorization code" in ended.err
    assert run("lists").code == 0


@pytest.mark.parametrize("variables", [{"TOKEN": "t"}, {"USERNAME": "ada"}, {"REFRESH_TOKEN": ""}])
def test_variables_win_over_a_login(
    run: Run,
    sign_in: Paste,
    environment: Served,
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
) -> None:
    """A variable that says where a token comes from is never put aside; an empty one says nothing."""
    sign_in(new_code(environment))
    for name, value in variables.items():
        monkeypatch.setenv(f"ACTON_{name}", value)
    assert run("lists").code == (3 if any(variables.values()) else 0)


def test_a_refresh_token_of_the_environment_is_named(
    run: Run, environment: Served, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It spends no login, so that it is not called one."""
    token = environment.ask(lambda server: server.issue_token())
    monkeypatch.setenv("ACTON_REFRESH_TOKEN", token["refresh_token"])
    assert run("whoami", "--json").value["token_from"] == "ACTON_REFRESH_TOKEN"


def test_a_wrong_redirect_is_told_before_the_client_is_asked_for(
    run: Run, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody types a secret for nothing."""
    forget_client(monkeypatch)
    run("login", "--redirect", "http://acme.example/").complains(2, "--redirect must be")


def test_a_login_says_which_variables_win(
    sign_in: Paste, environment: Served, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Whoever has a token file is told that commands use that one."""
    monkeypatch.setenv("ACTON_TOKEN_FILE", str(tmp_path / "token"))
    assert "Commands do not use it here: ACTON_TOKEN_FILE" in sign_in(new_code(environment)).err


def test_a_token_is_sent_to_its_own_server_only(
    run: Run, sign_in: Paste, environment: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With another address in the environment, which may hold a password, it is an error, and nothing is sent."""
    sign_in(new_code(environment))
    monkeypatch.setenv("ACTON_BASE_URL", "http://ada:hidden@127.0.0.1:9")
    ended = run("lists")
    ended.complains(3, "ACTON_BASE_URL names another server.")
    assert "hidden" not in ended.err


def test_a_login_renews_its_token(run: Run, sign_in: Paste, environment: Served, state: Path) -> None:
    """A token that has ended is renewed without a person; where that is refused, the way back is told."""
    sign_in(new_code(environment))
    before = secrets_of(state)
    environment.ask(lambda server: server.revoke_access_tokens())
    assert run("lists").code == 0
    assert secrets_of(state) != before
    environment.ask(lambda server: (server.revoke_access_tokens(), server.revoke_refresh_tokens()))
    run("lists").complains(3, "Sign in again: asyncsdk login.")


@pytest.mark.slow
def test_a_run_that_needs_another_login_goes_on_after_it(
    run: Run, sign_in: Paste, environment: Served, tmp_path: Path
) -> None:
    """The token ends within a run: its line tells the way back, and the command that goes on from the journal."""
    sign_in(new_code(environment))
    path = tmp_path / "two.csv"
    path.write_text("Email\nada@example.com\ngrace@example.com\n")
    list_id = environment.new_list("Email")
    environment.ask(lambda server: server.faults.add(Pass(), on="contacts.upsert"))
    environment.ask(lambda server: server.faults.add(ExpireToken(), on="contacts.upsert"))
    environment.ask(lambda server: server.revoke_refresh_tokens())
    ended = run("upsert", list_id, path, "--via", "records")
    last = ended.ends_with(3, "Sign in again: asyncsdk login.")
    assert "To go on from " in last
    sign_in(new_code(environment))
    assert run(*command_to_go_on(last)).code == 0
    assert sorted(environment.emails(list_id)) == ["ada@example.com", "grace@example.com"]


def test_a_login_again_needs_no_client(
    sign_in: Paste, environment: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The id, the secret and the server of the login before are used: a secret goes to its own server only."""
    sign_in(new_code(environment))
    for name in ("CLIENT_ID", "CLIENT_SECRET"):
        monkeypatch.delenv(f"ACTON_{name}")
    assert sign_in(new_code(environment)).code == 0
    monkeypatch.delenv("ACTON_BASE_URL")
    assert sign_in(new_code(environment)).code == 0
    monkeypatch.setenv("ACTON_BASE_URL", "http://127.0.0.1:9")
    sign_in().complains(3, "Missing from the environment: ACTON_CLIENT_ID, ACTON_CLIENT_SECRET.")


def test_a_login_without_a_client_is_refused(sign_in: Paste, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody can be asked, the variables are named."""
    forget_client(monkeypatch)
    sign_in().complains(3, "Missing from the environment: ACTON_CLIENT_ID, ACTON_CLIENT_SECRET.")
    monkeypatch.setenv("ACTON_CLIENT_ID", "client")
    sign_in().complains(3, "Missing from the environment: ACTON_CLIENT_SECRET.")


@pytest.mark.parametrize("name", ["", "login.json", "token", "token.limits", "login.lock"])
def test_a_link_in_the_state_folder_is_refused(
    run: Run, sign_in: Paste, environment: Served, state: Path, name: str, tmp_path: Path
) -> None:
    """Of the folder or of any file: neither is it read, nor is a secret written to where it leads."""
    sign_in(new_code(environment))
    assert run("lists").code == 0
    token = next(path for path in state.glob("token-*.json"))
    path = state / name if not name.startswith("token") else Path(f"{token}{name.removeprefix('token')}")
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    run("lists").complains(2, "is a symbolic link")
    run("logout").complains(2, "is a symbolic link")
    sign_in(new_code(environment)).complains(2, "is a symbolic link")


@pytest.mark.parametrize("name", ["", "login.json"])
def test_what_others_can_use_is_refused(
    run: Run, sign_in: Paste, environment: Served, state: Path, name: str
) -> None:
    """A folder or a file that others may write to or read; the command that puts it right is told."""
    sign_in(new_code(environment))
    (state / name).chmod(0o750)
    run("lists").complains(2, f"chmod go= {state / name}".rstrip("/"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
@pytest.mark.parametrize("name", ["", "login.json"])
def test_what_belongs_to_somebody_else_is_refused(
    run: Run, sign_in: Paste, environment: Served, state: Path, name: str
) -> None:
    """Somebody else could choose the account that commands work on."""
    sign_in(new_code(environment))
    os.chown(state / name, 12345, -1)
    run("lists").complains(2, "belongs to another user")
    sign_in(new_code(environment)).complains(2, "belongs to another user")


@pytest.mark.parametrize("content", ["", "\x00", "{}", "[]", "what?"])
def test_a_damaged_token_is_put_right_by_a_login(
    run: Run, sign_in: Paste, environment: Served, state: Path, content: str
) -> None:
    """Commands refuse it, and the next login replaces it."""
    sign_in(new_code(environment))
    (token,) = state.glob("token-*.json")
    token.write_text(content)
    assert run("lists").code in {2, 3}
    assert sign_in(new_code(environment)).code == 0
    assert run("lists").code == 0


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"server": 1}', "\x00", "[" * 3_000])
def test_a_damaged_login_is_told_and_put_right(
    run: Run, sign_in: Paste, environment: Served, state: Path, content: str
) -> None:
    """One line, and the next login replaces it."""
    sign_in(new_code(environment))
    (state / "login.json").write_text(content)
    run("lists").complains(3, "is damaged. Sign in again: asyncsdk login.")
    assert sign_in(new_code(environment)).code == 0
    assert run("lists").code == 0
