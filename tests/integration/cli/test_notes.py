"""Notes and highlights from the command line."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from support.chatgpt_chats import chat, write_chats
from support.command_line import CommandLine, lines


@pytest.fixture
def bread(cli: CommandLine) -> str:
    [found] = [c for c in cli.json("list")["conversations"] if c["title"] == "Sourdough"]
    return str(found["id"])[:8]


def test_notes_are_made_listed_and_removed(cli: CommandLine, bread: str) -> None:
    made = cli.run("note", "add", bread, "Bake on\nSunday")
    highlighted = cli.run("note", "highlight", f"{bread}.1", "is flat")
    cli.run("note", "add", f"{bread}.1", "whose?", "--quote", "My bread", "--colour", "pink")

    assert made.stdout == "Note 1 is made.\n"
    assert highlighted.stdout == "Highlight 2 is made.\n"
    first, second, third = cli.run("note", "list").stdout.rstrip("\n").split("\n\n")
    assert lines(first)[0] == "1  Sourdough"
    assert lines(first)[2:] == ["   Bake on", "   Sunday"]
    assert lines(second)[1].startswith(f"   {bread}.1 · ")
    assert lines(second)[1].endswith(" · yellow")
    assert lines(second)[2:] == ["   > is flat"]
    assert lines(third)[2:] == ["   > My bread", "   whose?"]
    assert cli.run("note", "remove", "1", "3").stdout == "2 notes removed.\n"
    assert [n["number"] for n in cli.json("note", "list")["notes"]] == [2]


def test_a_note_says_in_json_all_that_is_known_of_it(cli: CommandLine, bread: str) -> None:
    made = cli.json("note", "add", f"{bread}.1", "whose?", "--quote", "bread")
    [found] = cli.json("note", "list")["notes"]

    assert made == {"number": 1}
    assert found.pop("created_at").startswith("20")
    whole = found.pop("conversation_id")
    assert whole.startswith(bread)
    assert found == {
        "number": 1,
        "message_id": f"{whole}.1",
        "title": "Sourdough",
        "text": "whose?",
        "colour": None,
        "quote": "bread",
        "fit": "exact",
        "start": 3,
        "end": 8,
    }


def test_a_list_is_narrowed_by_a_search_words_and_colour(cli: CommandLine, bread: str) -> None:
    [other] = [c["id"] for c in cli.json("list")["conversations"] if c["title"] == "Key rotation"]
    cli.run("note", "highlight", f"{bread}.1", "flat", "--colour", "green")
    cli.run("note", "add", other, "Every year")

    def numbers(*words: str) -> list[int]:
        return [n["number"] for n in cli.json("note", "list", *words)["notes"]]

    assert numbers() == [1, 2]
    assert numbers("in:title", "rotation") == [2]
    assert numbers("bread", "-rotation") == [1]
    assert numbers("--colour", "green") == [1]
    assert numbers("--containing", "EVERY") == [2]
    nothing = cli.run("note", "list", "--lost")
    assert (nothing.stdout, nothing.stderr) == ("", "No note or highlight is like that.\n")


def test_a_note_is_edited_and_what_is_not_named_stays(cli: CommandLine, bread: str) -> None:
    cli.run("note", "add", f"{bread}.1", "whose?", "--quote", "bread")

    assert cli.run("note", "edit", "1", "--colour", "blue").stdout == "Note 1 is changed.\n"
    cli.run("note", "edit", "1", "mine")
    both = cli.json("note", "list")["notes"]
    cli.run("note", "edit", "1", "--colour", "none")
    [without] = cli.json("note", "list")["notes"]

    assert [(n["text"], n["colour"]) for n in both] == [("mine", "blue")]
    assert (without["text"], without["colour"]) == ("mine", None)


def test_a_passage_that_an_import_took_away_is_said_to_be_gone(
    cli: CommandLine, tmp_path: Path
) -> None:
    before = chat("Locks", "How do I open it?", "Turn it twice", id="locks")
    after = chat("Locks", "How do I open it?", "Push", id="locks")
    after["update_time"] = before["update_time"] + 60
    cli.run("import", write_chats(tmp_path / "before.json", before))
    [found] = [c["id"] for c in cli.json("list")["conversations"] if c["title"] == "Locks"]
    cli.run("note", "highlight", f"{found[:8]}.2", "Turn it twice")

    cli.run("import", write_chats(tmp_path / "after.json", after))

    told = lines(cli.run("note", "list", "--lost").stdout)
    assert told[1].endswith(" · yellow · no longer found")
    assert told[2] == "   > Turn it twice"


@pytest.mark.parametrize(
    ("arguments", "code", "hint"),
    [
        (("add", "1a2b"), 2, "TEXT is missing"),
        (("edit", "1"), 2, "say what to change"),
        (("edit", "1", "x"), 1, "no annotation has this number"),
        (("remove", "1"), 1, "no annotation has this number"),
        (("remove", "0"), 2, "takes a number from 1 on"),
        (("highlight", "{bread}", "flat"), 1, "add a dot and the message's number"),
        (("highlight", "{bread}.1", "FLAT"), 1, "as it stands there, in Markdown"),
        (("highlight", "{bread}.1", "a"), 1, "more than once; give more of it"),
        (("list", "--colour", "mauve"), 2, "--colour takes one of red, "),
        (("list", "--lots"), 2, "did you mean --lost"),
    ],
)
def test_what_is_not_meant_is_told_in_one_line(
    cli: CommandLine, bread: str, arguments: tuple[str, ...], code: int, hint: str
) -> None:
    words = [argument.replace("{bread}", bread) for argument in arguments]

    [line] = lines(cli.run("note", *words, code=code).output)

    assert hint in line


def test_no_chat_and_no_note_steers_the_terminal(cli: CommandLine) -> None:
    [red] = [c["id"] for c in cli.json("list")["conversations"] if "Red" in c["title"]]
    cli.run("note", "highlight", f"{red}.1", "evil \x1b]0;owned\x07 text")
    cli.run("note", "add", red, "a\x1b[31m\x07\u202e")

    told = cli.run("note", "list").stdout

    assert not [c for c in told if c in "\x1b\x07\x9b\u202e"]


def test_notes_are_written_as_markdown_csv_and_json(
    cli: CommandLine, bread: str, tmp_path: Path
) -> None:
    cli.run("note", "add", bread, "=1+1")
    cli.run("note", "add", f"{bread}.1", "whose?", "--quote", "My bread", "--colour", "pink")

    said = cli.run("note", "export", str(tmp_path / "notes.md")).stdout
    for name in ("notes.csv", "notes.json"):
        cli.run("note", "export", str(tmp_path / name), "sourdough")

    assert said == "2 notes written. The file is not encrypted.\n"
    document = (tmp_path / "notes.md").read_text()
    assert document.startswith("# Notes\n\n## Sourdough\n\n=1+1\n")
    assert "\n> My bread\n\nwhose?\n\n*message 1, " in document
    rows = list(csv.reader((tmp_path / "notes.csv").read_text().splitlines()))
    # No table calculates with what somebody wrote.
    assert [row[6] for row in rows] == ["text", "'=1+1", "whose?"]
    notes = json.loads((tmp_path / "notes.json").read_text())["notes"]
    assert [note["quote"] for note in notes] == [None, "My bread"]
    assert (tmp_path / "notes.md").stat().st_mode & 0o077 == 0


def test_an_export_of_notes_replaces_no_file_and_knows_its_format(
    cli: CommandLine, tmp_path: Path
) -> None:
    there = tmp_path / "notes.md"
    there.write_text("mine")

    cli.run("note", "export", str(there), code=1)
    cli.run("note", "export", str(tmp_path / "notes.doc"), code=2)

    assert there.read_text() == "mine"
