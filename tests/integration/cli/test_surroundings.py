"""What a terminal, a locale, a pipe and a disk can be like, and the command all the same."""

from __future__ import annotations

import fcntl
import os
import signal
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from support.chatgpt_chats import chat, write_chats
from support.command_line import (
    PASSWORD,
    ROOT,
    CommandLine,
    Terminal,
    lines,
    run_process,
)

# Neither in UTF-8, nor mended by Python.
_PLAIN_C = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def _in_shell(
    cli: CommandLine, arguments: str, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    mine = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **cli.environment, **environment}
    return subprocess.run(
        ["/bin/sh", "-c", f"{sys.executable} -m privatus {arguments}"],
        env=mine,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=60,
    )


def _import_unicode(cli: CommandLine, tmp_path: Path) -> None:
    export = write_chats(tmp_path / "e.json", chat("Größe 京都", "Wie groß ist Köln?", "Groß"))
    cli.run("import", export)


@pytest.mark.parametrize("command", ["list", "list --json", "stats", "search bread", "--help"])
def test_a_reader_that_goes_away_is_no_error(cli: CommandLine, command: str) -> None:
    done = _in_shell(cli, f"{command} | head -c 5")

    assert len(done.stdout) == 5
    assert done.stderr == b"" and done.returncode == 0


def test_what_a_locale_has_no_characters_for_ends_nothing(cli: CommandLine, tmp_path: Path) -> None:
    _import_unicode(cli, tmp_path)

    plain = _in_shell(cli, "list", **_PLAIN_C)
    latin = _in_shell(cli, "list", PYTHONIOENCODING="latin-1")
    found = _in_shell(cli, "search 'größe' --json", LC_ALL="C")

    assert plain.returncode == latin.returncode == 0
    assert plain.stderr == latin.stderr == b""
    assert "Größe 京都".encode() in plain.stdout
    assert "Größe ??".encode("latin-1") in latin.stdout
    # JSON is UTF-8 wherever it goes.
    assert "Größe".encode() in found.stdout


def test_bytes_that_are_no_text_are_searched_for_without_harm(cli: CommandLine) -> None:
    done = _in_shell(cli, "search \"$(printf 'gr\\366sse')\"", **_PLAIN_C)

    assert done.returncode == 0 and b"nothing found" in done.stdout


def test_a_narrow_terminal_shows_titles_and_ids(cli: CommandLine) -> None:
    terminal = Terminal("list", environment={**cli.environment, "COLUMNS": "40"})
    assert terminal.end() == 0

    shown = lines(terminal.screen.replace("\x1b[1m", "").replace("\x1b[0m", ""))
    assert any(line.strip() == "Sourdough" for line in shown)
    assert all(len(line) <= 40 for line in shown)
    assert any("4 messages" in line for line in shown)
    wide = Terminal("list", environment={**cli.environment, "COLUMNS": "100"})
    assert wide.end() == 0 and "MESSAGES" in wide.screen


def test_a_narrow_terminal_shows_the_log_and_the_commands_in_full(cli: CommandLine) -> None:
    narrow = {**cli.environment, "COLUMNS": "40"}
    log = Terminal("audit", "list", environment=narrow)
    assert log.end() == 0
    told = Terminal("--help", environment=narrow)
    assert told.end() == 0

    assert all(len(line) <= 40 for line in lines(log.screen))
    assert "3 new, 0 updated" in " ".join(log.screen.split())
    assert "Import exports of AI chats: ZIPs, folders or files." in " ".join(told.screen.split())
    assert "..." not in told.screen.partition("Commands:")[2]


def test_a_narrow_terminal_shows_the_recovery_code_in_one_piece(cli: CommandLine) -> None:
    terminal = Terminal("recovery", environment={**cli.environment, "COLUMNS": "50"})
    assert terminal.end() == 0

    assert "RECOVERY CODE" in terminal.screen
    assert "+--" not in terminal.screen and "| " not in terminal.screen


def test_a_terminal_that_does_not_know_its_width_is_taken_for_a_usual_one(
    cli: CommandLine,
) -> None:
    size = struct.pack("HHHH", 0, 0, 0, 0)
    terminal = Terminal("list", environment=cli.environment)
    fcntl.ioctl(terminal._terminal, termios.TIOCSWINSZ, size)

    assert terminal.end() == 0 and "Sourdough" in terminal.screen


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("command", ["list", "list --json", "stats"])
def test_output_that_cannot_be_written_is_an_error_in_one_line(
    cli: CommandLine, command: str
) -> None:
    done = _in_shell(cli, f"{command} > /dev/full")

    assert done.returncode == 1
    assert b"No space left" in done.stderr and len(lines(done.stderr.decode())) == 1


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&-"])
def test_closed_streams_do_not_stop_the_work(cli: CommandLine, tmp_path: Path, closed: str) -> None:
    export = write_chats(tmp_path / "e.json", chat("New", "one", "two"))

    done = _in_shell(cli, f"import {export} {closed}")

    assert done.returncode == 0 and b"Traceback" not in done.stderr
    assert "New" in cli.run("list").stdout


def test_a_wrong_password_may_be_typed_and_is_said(cli: CommandLine) -> None:
    person = Terminal("list", environment={"PRIVATUS_VAULT": str(cli.vault)})

    person.expect("Password: ")
    person.type(f"{PASSWORD}x")
    person.expect("the password is wrong")

    assert person.end() == 3


@pytest.mark.parametrize("mode", [0o000, 0o500])
def test_a_vault_without_permission_is_said(cli: CommandLine, tmp_path: Path, mode: int) -> None:
    export = write_chats(tmp_path / "e.json", chat("New", "one", "two"))
    cli.vault.chmod(mode)
    try:
        code, _, errors = run_process("import", export, environment=cli.environment)
    finally:
        cli.vault.chmod(0o700)

    assert code == 1
    assert len(lines(errors)) == 1 and "permissions" in errors


def test_a_file_that_may_not_be_read_is_named_and_the_others_come_in(
    cli: CommandLine, tmp_path: Path
) -> None:
    export = write_chats(tmp_path / "e.json", chat("New", "one", "two"))
    secret = write_chats(tmp_path / "secret.json", chat("Secret", "one", "two"))
    secret.chmod(0o000)

    code, told, _ = run_process("import", secret, export, environment=cli.environment)

    assert code == 4
    assert "secret.json: could not be read: " in told
    assert "permissions" in told and "1 conversation new" in told


def test_a_place_where_no_vault_can_be_made_is_said(cli: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    export = write_chats(tmp_path / "e.json", chat("New", "one", "two"))

    result = cli.run("import", export, "--vault", tmp_path / "file" / "vault", code=1)

    assert "cannot be made" in result.stderr and "choose another place" in result.stderr


def test_an_import_that_is_terminated_leaves_a_whole_vault(
    cli: CommandLine, tmp_path: Path
) -> None:
    chats = (chat(f"Chat {n}", "words " * 200, "more " * 200) for n in range(3_000))
    export = write_chats(tmp_path / "e.json", *chats)
    person = Terminal("import", export, environment=cli.environment)

    person.expect("importing e.json")
    person.terminate()

    assert person.end() == -signal.SIGTERM
    assert cli.json("check")["ok"]
    cli.run("import", export)
    assert cli.json("stats")["conversations"] == 3_003
