"""`privatus backup chats` and `bring-back`: one thing out of a backup, into the open vault."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.command_line import CommandLine, lines
from support.filled import filled_vault


@pytest.fixture
def kept(cli: CommandLine, tmp_path: Path) -> CommandLine:
    cli.run("backup", "create", "--repo", tmp_path / "disk")
    return cli


def _id(cli: CommandLine, title: str) -> str:
    (found,) = (one["id"] for one in cli.json("list")["conversations"] if one["title"] == title)
    return str(found)


def test_a_chat_that_was_purged_comes_back_whole(kept: CommandLine) -> None:
    chat = _id(kept, "Sourdough")
    before = kept.json("show", chat, "--all-branches")
    kept.run("purge", "chat", chat, "--yes")
    (listed,) = kept.json("backup", "chats", "--title", "SOUR")["chats"]
    assert (listed["id"], listed["state"]) == (chat, "gone")

    done = kept.json("backup", "bring-back", chat[:8])

    assert (done["conversations"], done["messages"]) == (1, len(before["messages"]))
    assert kept.json("show", chat, "--all-branches")["messages"] == before["messages"]
    again = kept.run("backup", "bring-back", chat).stdout
    assert again == "Nothing came back: the vault has all of it as the backup does.\n"


def test_a_message_says_again_what_it_said(kept: CommandLine) -> None:
    chat = _id(kept, "Key rotation")
    kept.run("edit", "message", f"{chat[:8]}.2", "Something else")
    listed = kept.json("backup", "chats", chat)["messages"]
    assert [one["state"] for one in listed] == ["here", "changed"]
    shown = lines(kept.run("backup", "chats", chat).stdout)
    assert "CHANGED" in shown[2] and "Wrap it again" in shown[2]

    said = kept.run("backup", "bring-back", chat, "--message", "2").stdout

    assert said == "Brought back: 1 message.\n"
    assert "Wrap it again" in kept.run("show", chat).stdout


def test_a_chat_comes_out_of_the_trash(kept: CommandLine) -> None:
    chat = _id(kept, "Sourdough")
    kept.run("trash", "put", chat)
    said = kept.run("backup", "bring-back", chat).stdout
    assert said == "Brought back: 1 chat out of the trash.\n"


def test_what_says_something_else_now_is_told_and_how_it_comes_back(kept: CommandLine) -> None:
    chat = _id(kept, "Sourdough")
    kept.run("edit", "message", f"{chat}.1", "something else")
    said = kept.run("backup", "bring-back", chat).stdout
    assert said.startswith("The vault says something else now in 1 message: 1. --message N brings")
    assert kept.json("backup", "bring-back", chat)["differing"] == [1]
    kept.run("backup", "bring-back", chat, "--message", "1")
    assert "all of it as the backup" in kept.run("backup", "bring-back", chat).stdout


def test_what_is_not_there_is_told(kept: CommandLine) -> None:
    chat = _id(kept, "Sourdough")
    no_message = kept.run("backup", "bring-back", chat, "--message", "99", code=1)
    assert "no message of this number" in no_message.stderr
    no_file = ["backup", "bring-back", chat, "--message", "1", "--attachment", "1"]
    assert "no such file" in kept.run(*no_file, code=1).stderr
    alone = kept.run("backup", "bring-back", chat, "--attachment", "1", code=2)
    assert "--attachment needs --message" in alone.stderr
    nowhere = kept.run("backup", "bring-back", chat, "--to", "x", code=2)
    assert "--to needs --attachment" in nowhere.stderr
    assert "no chat" in kept.run("backup", "chats", "--title", "zebra").stderr


def test_of_a_chat_that_the_backup_lacks_is_told_where_those_are_that_it_has(
    kept: CommandLine,
) -> None:
    for command in ("chats", "bring-back"):
        for unknown in ("ffffffff", "f" * 32):
            said = kept.run("backup", command, unknown, code=1).stderr
            assert "the backup has no conversation with this id; `privatus backup chats`" in said
            assert "`privatus list`" not in said


def test_of_a_chat_that_was_archived_before_the_backup_is_told_so(kept: CommandLine) -> None:
    chat = _id(kept, "Sourdough")
    kept.run("archives", "create", "sourdough")
    kept.run("backup", "create")
    said = kept.run("backup", "bring-back", chat, code=1).stderr
    assert "was archived when the backup was made; look for it in an earlier backup" in said


def test_a_file_of_a_message_is_written_where_one_says(cli: CommandLine, tmp_path: Path) -> None:
    filled_vault(tmp_path / "with files").vault.lock()
    other = CommandLine(vault=tmp_path / "with files", password_file=cli.password_file)
    other.run("backup", "create", "--repo", tmp_path / "disk")
    (chat,) = (one["id"] for one in other.json("list")["conversations"] if _has_files(other, one))
    to = tmp_path / "plan.txt"
    command = ["backup", "bring-back", chat, "--message", "1", "--attachment", "1", "--to", to]

    said = other.run(*command).stdout

    assert said == f"The file lies in {to}.\n"
    assert to.read_bytes() == b"the plan" * 30_000
    assert "is there already" in other.run(*command, code=1).stderr


def _has_files(cli: CommandLine, listed: dict[str, str]) -> bool:
    messages = cli.json("backup", "chats", listed["id"])["messages"]
    return bool(messages and messages[0]["files"])


def test_titles_of_a_backup_do_nothing_to_the_terminal(kept: CommandLine) -> None:
    said = kept.run("backup", "chats").stdout
    assert "\x1b" not in said and "\x07" not in said and "\u202e" not in said
