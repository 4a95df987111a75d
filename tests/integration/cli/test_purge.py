"""Purging from the command line: asked for by a word, and said to be done."""

from __future__ import annotations

from privatus import Vault
from support.chatgpt_chats import chat, write_chats
from support.command_line import PASSWORD, CommandLine, Terminal


def _edited(cli: CommandLine) -> str:
    """Edit a message of a chat; return the chat's id."""
    wanted: str = next(c for c in cli.json("list")["conversations"] if c["title"] == "Sourdough")[
        "id"
    ]
    with Vault.open(cli.vault, PASSWORD) as vault:
        vault.editing.edit(wanted, 1, "My bread is fine")
    return wanted


def test_a_history_is_purged_without_a_question_if_that_is_said(cli: CommandLine) -> None:
    chat_id = _edited(cli)

    done = cli.json("purge", "history", chat_id[:8], "--yes")

    assert done == {
        "conversations": 0, "wordings": 1, "versions": 0, "annotations": 0, "files": 0
    }  # fmt: skip
    again = cli.run("purge", "history", f"{chat_id}.1")
    assert "nothing to purge" in again.stdout
    assert "My bread is fine" in cli.run("show", chat_id).stdout


def test_without_a_terminal_to_ask_on_nothing_is_purged(cli: CommandLine) -> None:
    chat_id = _edited(cli)

    result = cli.run("purge", "history", chat_id, code=2)

    assert "1 former wording" in result.stderr
    assert "message 1, as it was until" in result.stderr
    assert "Copies of the vault and exports that you made" in result.stderr
    assert "--yes" in result.stderr
    assert cli.json("purge", "history", chat_id, "--yes")["wordings"] == 1


def test_a_person_types_a_word_before_a_chat_is_deleted_for_good(cli: CommandLine) -> None:
    wanted = cli.json("list")["conversations"][0]["id"]

    terminal = Terminal("purge", "chat", wanted, environment=cli.environment)
    terminal.expect("Type purge to go on")
    terminal.type("yes")
    refused = terminal.end()
    assert len(cli.json("list")["conversations"]) == 3
    terminal = Terminal("purge", "chat", wanted, environment=cli.environment)
    terminal.expect("Type purge to go on")
    terminal.type("purge")
    terminal.expect("1 conversation deleted for good.")

    assert (refused, terminal.end()) == (2, 0)
    assert wanted not in [c["id"] for c in cli.json("list")["conversations"]]


def test_a_chat_in_the_trash_is_purged_by_its_id(cli: CommandLine) -> None:
    wanted = cli.json("list")["conversations"][0]["id"]
    with Vault.open(cli.vault, PASSWORD) as vault:
        vault.trash.put([wanted])

    done = cli.json("purge", "chat", wanted[:12], "--yes")

    assert done["conversations"] == 1
    assert "no conversation has this id" in cli.run("purge", "chat", wanted, code=1).stderr


def test_an_import_counts_what_was_deleted_and_brings_it_if_told(cli: CommandLine) -> None:
    export = write_chats(
        cli.vault.parent / "conversations.json",
        chat("Sourdough", "My bread is flat", "Proof it cold"),
        chat("A new one", "Hello", "Good day"),
    )
    cli.run("import", export)
    made = next(c for c in cli.json("list")["conversations"] if c["title"] == "A new one")
    cli.run("purge", "chat", made["id"], "--yes")

    told = cli.run("import", export).stdout
    said = cli.json("import", export)
    again = cli.json("import", export, "--with-deleted")

    assert "1 conversation deleted by you, left out" in told
    assert (said["conversations"]["new"], said["conversations"]["deleted"]) == (0, 1)
    assert (again["conversations"]["new"], again["conversations"]["deleted"]) == (1, 0)
    assert cli.json("check")["ok"] is True


def test_the_id_of_a_message_ends_in_a_number(cli: CommandLine) -> None:
    result = cli.run("purge", "history", "1a2b3c4d.x", code=2)

    assert "a dot and its number" in result.stderr
