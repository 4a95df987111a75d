"""Duplicates from the command line."""

from __future__ import annotations

from pathlib import Path

from support.chatgpt_chats import chat, write_chats
from support.command_line import CommandLine, lines

_TEXT = "Cut the roses above a bud that looks outwards, with a clean blade, when no frost is due "


def test_duplicates_are_listed_and_dismissed(cli: CommandLine, tmp_path: Path) -> None:
    export = write_chats(
        tmp_path / "conversations.json",
        chat("Roses", "How do I cut roses?", _TEXT * 4),
        chat("Roses again", "How do I cut roses?", _TEXT * 4),
    )
    assert "No chat is there twice" in cli.run("duplicates", "list").stderr
    cli.run("import", export)

    heading, columns, *rows = lines(cli.run("duplicates", "list").stdout)
    [group] = cli.json("duplicates", "list")["groups"]

    assert heading == "2 chats, the same"
    assert columns.split() == ["ID", "CHANGED", "SOURCE", "MESSAGES", "WORDS", "TITLE"]
    assert {row.split("  ")[-1].strip() for row in rows} == {"Roses", "Roses again"}
    assert (group["is_exact"], group["similarity"], len(group["chats"])) == (True, 1.0, 2)

    told = cli.run("duplicates", "dismiss", *(c["id"] for c in group["chats"])).stdout
    assert told == "1 pair will not be listed again.\n"
    assert cli.json("duplicates", "list")["groups"] == []
