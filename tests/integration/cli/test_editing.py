"""Editing and versions from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.command_line import CommandLine, lines


@pytest.fixture
def bread(cli: CommandLine) -> str:
    [found] = [c for c in cli.json("list")["conversations"] if c["title"] == "Sourdough"]
    return str(found["id"])[:8]


def _texts(cli: CommandLine, chat: str) -> list[str]:
    said = cli.json("show", chat, "--all-branches")
    return [m["content"] for m in said["messages"]]


def test_a_message_is_edited_and_its_versions_are_listed_and_compared(
    cli: CommandLine, bread: str
) -> None:
    before = _texts(cli, bread)

    done = cli.run("edit", "message", f"{bread}.1", "My bread is round", "--why", "it is")

    assert done.stdout == "The message says this now. This is version 2.\n"
    assert _texts(cli, bread) == ["My bread is round", *before[1:]]
    first, second = cli.json("version", "list", bread)["versions"]
    assert (first["version"], first["kind"], first["actor"]) == (1, "import", "import")
    assert (second["kind"], second["actor"], second["description"]) == ("edit", "person", "it is")
    listed = lines(cli.run("version", "list", bread).stdout)
    assert len(listed) == 3
    assert "1 changed" in listed[2] and listed[2].endswith("it is")
    shown = cli.run("version", "show", bread, "1").stdout
    assert before[0] in shown and "round" not in shown
    difference = cli.run("version", "diff", bread, "1").stdout
    assert "~ message 1, changed" in difference and "{+round+}" in difference
    [changed] = cli.json("version", "diff", bread, "1", "2")["messages"]
    assert (changed["before"], changed["after"]) == (before[0], "My bread is round")
    assert cli.run("version", "diff", bread, "2", "2").stdout == ""


def test_a_version_is_restored_as_a_new_one(cli: CommandLine, bread: str) -> None:
    before = _texts(cli, bread)
    cli.run("edit", "message", f"{bread}.1", "My bread is round")

    assert cli.json("version", "restore", bread, "1") == {
        "conversation_id": cli.json("show", bread)["id"],
        "version": 3,
        "kind": "restore",
        "messages": [1],
    }
    assert _texts(cli, bread) == before


def test_the_text_comes_from_a_file_or_the_input(
    cli: CommandLine, bread: str, tmp_path: Path
) -> None:
    path = tmp_path / "text.md"
    path.write_text("From *a file*\n", encoding="utf-8")
    cli.run("edit", "message", f"{bread}.1", "--file", str(path))
    assert _texts(cli, bread)[0] == "From *a file*"

    path.write_bytes(b"\xff\xfe")
    failed = cli.run("edit", "message", f"{bread}.1", "--file", str(path), code=2)
    assert "not text in UTF-8" in failed.stderr
    failed = cli.run("edit", "message", f"{bread}.1", code=2)
    assert "give the text" in failed.stderr


def test_a_passage_is_cut_by_its_words_or_its_place(cli: CommandLine, bread: str) -> None:
    text = _texts(cli, bread)[0]
    cli.run("edit", "cut", f"{bread}.1", text[:3])
    assert _texts(cli, bread)[0] == text[3:]

    cli.run("edit", "cut", f"{bread}.1", "--span", "0", "2")
    assert _texts(cli, bread)[0] == text[5:]
    failed = cli.run("edit", "cut", f"{bread}.1", "not there", code=2)
    assert "exactly once" in failed.stderr


def test_messages_are_removed_and_a_title_is_given(cli: CommandLine, bread: str) -> None:
    before = _texts(cli, bread)
    assert cli.run("edit", "remove", f"{bread}.1").stdout.startswith("1 message removed.")
    assert _texts(cli, bread) == before[1:]

    cli.run("edit", "title", bread, "My sourdough")
    assert cli.json("show", bread)["title"] == "My sourdough"
    cli.run("edit", "title", bread, "")
    assert cli.json("show", bread)["title"] == "Sourdough"
    failed = cli.run("edit", "remove", f"{bread}.1", code=1)
    assert "no message of this number" in failed.stderr
    assert cli.run("check").stdout.count("ok") > 3
