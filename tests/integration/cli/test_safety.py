"""Nothing that somebody wrote into a chat steers the terminal it is shown on."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from support.chatgpt_chats import chat, write_chats
from support.command_line import CommandLine, Terminal

# Everything that a terminal acts on but line feed and tab, and the marks that turn a line.
_STEERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_OURS = re.compile(r"\x1b\[[01]m")


def _evil_id(cli: CommandLine) -> str:
    (hit,) = cli.json("search", "evil")["hits"]
    return str(hit["message_id"])


@pytest.mark.parametrize(
    "command",
    [
        ("list",),
        ("list", "--json"),
        ("search", "evil"),
        ("search", "2J"),
        ("search", "evil", "--json"),
        ("search", "in:title", "red"),
        ("show", "ID"),
        ("show", "ID", "--json"),
        ("show", "ID", "--format", "markdown"),
        ("stats",),
        ("audit", "list"),
    ],
)
def test_escape_sequences_in_chats_do_not_reach_the_output(
    cli: CommandLine, command: tuple[str, ...]
) -> None:
    result = cli.run(*(_evil_id(cli) if word == "ID" else word for word in command))

    assert result.stdout
    assert not _STEERS.search(result.output)


def test_json_keeps_every_character_all_the_same(cli: CommandLine) -> None:
    (hit,) = cli.json("search", "evil")["hits"]

    assert hit["title"] == "\x1b[31mRed\x07 title\u202e"
    assert "\x9b2J" in cli.json("show", hit["message_id"])["messages"][0]["content"]


def test_escape_sequences_in_a_report_do_not_reach_the_output(
    cli: CommandLine, tmp_path: Path
) -> None:
    good = chat("New", "one", "two")
    odd = {"title": "\x1b[2JGone", "id": "\x1b[2Jid", "mapping": "none"}
    export = write_chats(tmp_path / "a\x1b[2J\u202e.json", good, odd)

    for options in ((), ("--json",), ("--verbose",)):
        assert not _STEERS.search(cli.run("import", export, *options).output)
    assert not _STEERS.search(cli.run("import", tmp_path / "b\x1b[2J.zip", code=4).output)


def test_escape_sequences_in_an_error_do_not_reach_the_output(
    empty_cli: CommandLine, tmp_path: Path
) -> None:
    result = empty_cli.run("list", "--vault", tmp_path / "a\x1b[2J\nb", code=1)

    assert "a\ufffd[2J b" in result.stderr
    assert not _STEERS.search(result.stderr)


def test_file_names_that_are_no_text_do_not_break_the_json(
    cli: CommandLine, tmp_path: Path
) -> None:
    name = b"chats-\xff.json".decode("utf-8", "surrogateescape")
    export = write_chats(tmp_path / name, chat("New", "one", "two"))
    broken = tmp_path / f"broken-{name}"
    broken.write_bytes(b"no chats")

    result = cli.run("import", export, broken, "--json", code=4)

    names = [file["name"] for file in json.loads(result.stdout_bytes)["files"]]
    assert [name[:6] for name in names] == ["chats-", "broken"]


def test_words_are_bold_on_a_terminal_and_nowhere_else(cli: CommandLine) -> None:
    arguments = ("search", "bread")

    plain = Terminal(*arguments, environment={**cli.environment, "NO_COLOR": "1"})
    bold = Terminal(*arguments, environment=cli.environment)
    assert plain.end() == 0 and bold.end() == 0

    assert "\x1b[1mbread\x1b[0m" in bold.screen
    assert not _STEERS.search(_OURS.sub("", bold.screen).replace("\r\n", "\n"))
    assert "\x1b" not in plain.screen
    assert "\x1b" not in cli.run(*arguments).output
