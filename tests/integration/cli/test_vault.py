"""Checking a vault, its log, and sharing it with another program."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from privatus import Vault
from support.chatgpt_chats import chat, write_chats
from support.command_line import PASSWORD, CommandLine, lines, run_process


def test_check_gives_scripts_every_check_by_name(cli: CommandLine) -> None:
    document = cli.json("check")

    assert set(document) == {"ok", "checks"} and document["ok"] is True
    assert all(set(check) == {"name", "ok", "detail"} for check in document["checks"])
    assert {"header", "pages", "messages", "files", "log", "index"} <= {
        check["name"] for check in document["checks"]
    }


def test_check_tells_people_that_the_vault_is_whole(cli: CommandLine) -> None:
    assert lines(cli.run("check").stdout)[-1] == "The vault is whole."


def test_check_of_a_damaged_vault_ends_with_code_6(cli: CommandLine) -> None:
    database = cli.vault / "vault.db"
    with database.open("r+b") as file:
        file.seek(database.stat().st_size - 3000)
        file.write(os.urandom(16))

    result = cli.run("check", code=6)

    assert "DAMAGED" in result.output or "damaged" in result.output


def test_check_makes_the_index_anew_when_asked(cli: CommandLine) -> None:
    result = cli.run("check", "--rebuild-index")

    assert "11 entries" in result.stderr
    assert cli.json("search", "bread")["total"] == 1


def test_audit_lists_what_was_done_and_verifies_the_chain(cli: CommandLine) -> None:
    entries = cli.json("audit", "list")["entries"]

    assert [entry["action"] for entry in entries] == ["vault created", "import"]
    assert all(set(entry) == {"number", "at", "action", "details"} for entry in entries)
    assert cli.json("audit", "verify") == {"ok": True, "entries": 2}
    assert "2 entries, and the chain holds" in cli.run("audit", "verify").stdout
    shown = cli.run("audit", "list").stdout
    assert "conversations.json" in shown
    assert "conversations: 3 new, 0 updated" in shown


def test_reading_goes_on_while_another_program_writes(cli: CommandLine, tmp_path: Path) -> None:
    with Vault.open(cli.vault, PASSWORD):
        cli.run("list")
        cli.run("show", cli.json("search", "bread")["hits"][0]["message_id"])
        cli.run("stats")
        cli.run("check")
        cli.run("audit", "verify")
        cli.run("export", tmp_path / "out", "--format", "json")


@pytest.mark.usefixtures("impatient")
def test_writing_ends_with_code_5_while_another_program_writes(
    cli: CommandLine, tmp_path: Path
) -> None:
    export = write_chats(tmp_path / "conversations.json", chat("New", "one", "two"))

    with Vault.open(cli.vault, PASSWORD):
        busy = [
            cli.run("import", export, code=5),
            cli.run("recovery", code=5),
            cli.run("check", "--rebuild-index", code=5),
            cli.run("passwd", "--new-password-file", cli.password_file, code=5),
        ]

    assert all("another program" in result.stderr for result in busy)


def test_a_vault_named_on_the_command_line_counts_before_the_environment(
    cli: CommandLine, tmp_path: Path
) -> None:
    for place in (("--vault", cli.vault, "list"), ("list", "--vault", cli.vault)):
        assert "Sourdough" in cli.run(*place, PRIVATUS_VAULT=str(tmp_path / "none")).stdout


def test_the_vault_is_in_the_data_folder_if_nothing_is_named(tmp_path: Path) -> None:
    code, _, errors = run_process("list", environment={"XDG_DATA_HOME": str(tmp_path)})

    assert code == 1 and str(tmp_path / "privatus" / "vault") in errors
