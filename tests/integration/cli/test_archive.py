"""Importing, listing, searching, reading and exporting from the command line."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from pathlib import Path

import pytest

from privatus.exporters import registry
from support.chatgpt_chats import chat, write_chats
from support.command_line import PASSWORD, CommandLine, lines
from support.filled import filled_vault

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def _id(cli: CommandLine, title: str) -> str:
    found = cli.json("list")["conversations"]
    (wanted,) = [c["id"] for c in found if c["title"] == title]
    return str(wanted)


def test_list_gives_scripts_every_conversation_with_the_promised_keys(cli: CommandLine) -> None:
    document = cli.json("list")

    assert set(document) == {"conversations"}
    assert len(document["conversations"]) == 3
    first = document["conversations"][0]
    assert set(first) == {
        "id", "title", "source", "kind", "created_at", "updated_at", "messages",
        "is_pinned", "is_starred", "is_unread", "is_archived", "is_in_trash", "folder", "tags",
        "merged_of",
    }  # fmt: skip
    assert _TIME.fullmatch(first["created_at"]) and _TIME.fullmatch(first["updated_at"])
    assert {c["title"]: c["messages"] for c in document["conversations"]}["Sourdough"] == 4


def test_list_says_that_there_is_more_and_how_to_see_it(cli: CommandLine) -> None:
    result = cli.run("list", "--limit", "2")

    heading, *rows = lines(result.stdout)
    assert heading.split() == ["ID", "CHANGED", "SOURCE", "MESSAGES", "TITLE"]
    assert len(rows) == 2
    assert "--offset 2" in result.stderr
    assert len(lines(cli.run("list", "--offset", "2").stdout)) == 2


def test_list_of_an_unknown_source_names_those_that_there_are(cli: CommandLine) -> None:
    result = cli.run("list", "--source", "clade")

    assert result.stdout == ""
    assert "Did you mean --source claude?" in result.stderr


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (("--limit", str(10**20)), ""),
        (("--offset", str(10**20)), "There are not so many conversations."),
        (("--source", "\udcff"), "No conversation is from there."),
    ],
)
def test_list_takes_whatever_a_shell_passes_on(
    cli: CommandLine, asked: tuple[str, ...], told: str
) -> None:
    assert told in cli.run("list", *asked).stderr


def test_a_search_of_an_unknown_source_names_the_nearest(cli: CommandLine, tmp_path: Path) -> None:
    misspelt = cli.run("search", "source:chatgtp", "sourdough")
    by_maker = cli.run("search", "source:OpenAI")
    known = cli.run("search", "source:claude")
    written = cli.run("export", tmp_path / "out", "--format", "csv", "source:chatgtp")

    assert "note: source:chatgtp is none that Privatus knows" in misspelt.stdout
    assert "did you mean source:chatgpt" in misspelt.stdout
    assert "did you mean source:chatgpt" in by_maker.stdout
    assert "note:" not in known.stdout
    assert "did you mean source:chatgpt" in written.stderr


def test_the_json_option_may_stand_before_the_command(cli: CommandLine) -> None:
    before = json.loads(cli.run("--json", "list").stdout)

    assert before == cli.json("list")


def test_a_snippet_shows_no_marks_of_markdown(tmp_path: Path, cli: CommandLine) -> None:
    table = "| sail | rope |\n|:-----|------|\n| jib | halyard |"
    text = f"# Rigging\n\n{table}\n\n```python\nhoist()\n```\n"
    cli.run("import", write_chats(tmp_path / "conversations.json", chat("Ship", "How?", text)))

    found = cli.json("search", "halyard")["hits"][0]["snippet"]

    assert found == "Rigging sail · rope jib · halyard hoist()"
    # The language of code is no part of what is read, but it is searched.
    assert cli.json("search", "python")["hits"][0]["snippet"].endswith("python hoist()")


def test_a_title_that_was_found_is_said_to_be_one(cli: CommandLine) -> None:
    assert "found in the title" in cli.run("search", "in:title sourdough").stdout


def test_show_numbers_the_messages(cli: CommandLine) -> None:
    shown = cli.run("show", _id(cli, "Sourdough")).stdout

    numbers = [int(n) for n in re.findall(r"^--- (\d+) · ", shown, re.MULTILINE)]
    assert numbers == sorted(numbers) and numbers[0] == 1 and len(numbers) > 1


def test_show_prints_the_branch_that_was_shown_last_and_mentions_the_others(
    cli: CommandLine,
) -> None:
    result = cli.run("show", _id(cli, "Sourdough")[:8])

    assert "Proof it cold" in result.stdout and "Use a tin" not in result.stdout
    assert "1 message of other branches" in result.stderr
    assert "Use a tin" in cli.run("show", _id(cli, "Sourdough"), "--all-branches").stdout


def test_show_gives_scripts_the_promised_keys(cli: CommandLine) -> None:
    conversation = cli.json("show", _id(cli, "Sourdough"))

    assert {"id", "title", "source", "kind", "created_at", "updated_at"} <= set(conversation)
    assert [m["content"] for m in conversation["messages"]] == [
        "My bread is flat", "Proof it cold", "Thanks",
    ]  # fmt: skip
    first, second, _ = conversation["messages"]
    assert set(first) == {
        "id", "parent_id", "role", "model", "created_at", "content", "attachments",
        "tags", "notes",
    }  # fmt: skip
    assert first["parent_id"] is None and second["parent_id"] == first["id"]
    assert second["role"] == "assistant" and second["model"] == "gpt-4o"
    assert _TIME.fullmatch(first["created_at"])


def test_show_json_is_the_same_by_format_and_by_option(cli: CommandLine) -> None:
    wanted = _id(cli, "Sourdough")

    by_format = json.loads(cli.run("show", wanted, "--format", "json", "--all-branches").stdout)

    assert by_format == cli.json("show", wanted, "--all-branches")
    assert len(by_format["messages"]) == 4


def test_show_prints_markdown(cli: CommandLine) -> None:
    text = cli.run("show", _id(cli, "Sourdough"), "--format", "markdown").stdout

    assert text.startswith("# Sourdough\n\n## You")


def test_a_message_that_a_search_found_is_marked_where_it_stands(cli: CommandLine) -> None:
    (hit,) = cli.json("search", "proof cold")["hits"]

    text = cli.run("show", hit["message_id"]).stdout

    marked = text[text.index(">>>") :]
    assert lines(marked)[1] == "Proof it cold"
    assert text.count(">>>") == 1


def test_a_message_on_another_branch_is_shown_with_its_branch(cli: CommandLine) -> None:
    (hit,) = cli.json("search", "tin")["hits"]

    text = cli.run("show", hit["message_id"]).stdout

    assert "Use a tin" in text and "Proof it cold" not in text


def test_an_id_that_names_nothing_is_answered_with_what_to_do(cli: CommandLine) -> None:
    known = _id(cli, "Sourdough")

    assert "privatus list" in cli.run("show", "00000000", code=1).stderr
    assert "no message 99" in cli.run("show", f"{known}.99", code=1).stderr
    assert "as in 1a2b3c4d.7" in cli.run("show", f"{known}.x", code=2).stderr


def test_versions_say_what_an_import_changed(cli: CommandLine, tmp_path: Path) -> None:
    grown = chat("Key rotation", "How do I rotate a key?", "Wrap it again", "And then?")
    cli.run("import", write_chats(tmp_path / "conversations.json", grown))

    first, second = cli.json("version", "list", _id(cli, "Key rotation"))["versions"]

    assert (first["added"], second["added"], second["changed"]) == (2, 1, 0)
    assert "1 added" in cli.run("version", "list", _id(cli, "Key rotation")).stdout


def test_search_gives_scripts_the_promised_keys(cli: CommandLine) -> None:
    document = cli.json("search", "bread")

    assert set(document) == {
        *("query", "total", "total_is_exact", "is_ranked", "ranked_within"),
        *("hits", "milliseconds"),
    }
    (hit,) = document["hits"]
    assert set(hit) == {
        "conversation_id", "message_id", "title", "source", "role", "created_at", "snippet",
        "score", "is_archived", "note", "note_number",
    }  # fmt: skip
    assert hit["message_id"] == f"{hit['conversation_id']}.1"
    assert hit["snippet"] == "My bread is flat" and hit["role"] == "user"
    assert document["total"] == 1 and document["total_is_exact"] is True


def test_search_shows_people_where_a_match_is_and_how_many_there_are(cli: CommandLine) -> None:
    shown = lines(cli.run("search", "bread").stdout)

    assert shown[0] == "Sourdough"
    assert re.fullmatch(r"  2024-10-27 \d\d:\d\d · ChatGPT · user · [0-9a-f]{8}\.1", shown[1])
    assert shown[2] == "  My bread is flat"
    assert re.fullmatch(r"1 match, in [\d.]+ ms", shown[3])


def test_a_search_may_leave_words_out_without_quotes_around_it(cli: CommandLine) -> None:
    assert len(cli.json("search", "rotate", "-wrap")["hits"]) == 1
    assert cli.json("search", "wrap", "-again")["total"] == 0
    # -h is in it, which is no option here.
    assert cli.json("search", "rotate", "-the")["total"] == 1


def test_a_mistyped_option_does_not_become_a_part_of_the_query(cli: CommandLine) -> None:
    result = cli.run("search", "bread", "--limt", "3", code=2)

    assert "--limit" in result.stderr and result.stdout == ""


def test_a_misspelt_word_is_answered_with_the_archives_spelling(cli: CommandLine) -> None:
    assert "did you mean: bread" in cli.run("search", "braed").stdout


def test_a_query_that_does_not_parse_is_answered_with_the_nearest(cli: CommandLine) -> None:
    result = cli.run("search", "(bread cold", code=2)

    assert result.stdout == ""
    (line,) = lines(result.stderr)
    assert line.startswith("privatus: ") and line.endswith("(bread cold)")


def test_stats_count_what_is_there(cli: CommandLine) -> None:
    document = cli.json("stats")

    assert document["conversations"] == 3 and document["messages"] == 8
    assert document["by_role"] == {"user": 4, "assistant": 4}
    assert document["by_model"] == {"gpt-4o": 4}
    assert document["sources"][0]["source"] == "chatgpt"
    assert document["database_bytes"] > 0
    assert "3 conversations, 8 messages" in cli.run("stats").stdout


def test_export_writes_what_a_query_finds_and_warns_that_it_is_plain(
    cli: CommandLine, tmp_path: Path
) -> None:
    result = cli.run("export", tmp_path / "out", "--format", "jsonl", "sourdough")

    records = (tmp_path / "out" / "messages.jsonl").read_text(encoding="utf-8").splitlines()
    assert {json.loads(record)["title"] for record in records} == {"Sourdough"}
    assert "1 conversation in 1 file" in result.stdout
    assert "not encrypted" in result.stderr


def test_an_export_of_what_matches_nothing_leaves_an_earlier_one_as_it_is(
    cli: CommandLine, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    cli.run("export", out, "--format", "html")
    before = {path: path.read_bytes() for path in out.rglob("*.html")}

    result = cli.run("export", out, "--format", "html", "zebrafish", "the")
    nowhere = cli.run("export", tmp_path / "new", "--format", "html", "zebrafish")

    assert "nothing was written" in result.stdout and "nothing was written" in nowhere.stdout
    assert {path: path.read_bytes() for path in out.rglob("*.html")} == before
    assert not (tmp_path / "new").exists()
    assert cli.json("export", out, "--format", "html", "zebrafish")["files"] == 0


def test_export_prints_the_notes_of_its_query(cli: CommandLine, tmp_path: Path) -> None:
    note = re.search(r"^note: .*$", cli.run("search", "colour:red").stdout, re.MULTILINE)

    result = cli.run("export", tmp_path / "out", "--format", "html", "colour:red")

    assert note is not None and note[0] in result.stderr


def test_export_says_what_of_a_former_one_stays(cli: CommandLine, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert "former" not in cli.run("export", out, "--format", "html").stderr

    narrower = cli.run("export", out, "--format", "html", "sourdough")

    assert len(list(out.rglob("*.html"))) == 4
    assert "2 files of a former export stay in the folder" in narrower.stderr
    assert "former" not in cli.run("export", out, "--format", "html").stderr


def test_export_gives_scripts_the_promised_keys(cli: CommandLine, tmp_path: Path) -> None:
    document = cli.json("export", tmp_path / "out", "--format", "csv")

    assert set(document) == {"files", "conversations", "bytes"}
    assert document["conversations"] == 3 and document["bytes"] > 0


def test_export_says_what_could_not_be_written_and_why(tmp_path: Path) -> None:
    vault = filled_vault(tmp_path / "vault")
    vault.vault.lock()
    for path in vault.blob_paths:
        path.write_bytes(path.read_bytes()[:-1])
    (tmp_path / "password").write_text(PASSWORD, encoding="utf-8")
    (tmp_path / "password").chmod(0o600)
    cli = CommandLine(vault=vault.folder, password_file=tmp_path / "password")

    shown = cli.run("export", tmp_path / "out", "--format", "markdown")
    document = cli.run("export", tmp_path / "out", "--format", "markdown", "--json")

    for result in (shown, document):
        problems = [line for line in lines(result.stderr) if line.startswith("warning: ")]
        assert len(problems) == len(vault.blob_paths) == 2
        assert "attachment" in problems[0]
    assert json.loads(document.stdout)["conversations"] == 3


def test_export_refuses_to_put_plain_text_into_the_vault(cli: CommandLine) -> None:
    result = cli.run("export", cli.vault / "out", "--format", "html", code=1)

    assert "not encrypted" in result.stderr
    assert not (cli.vault / "out").exists()


def test_export_looks_at_its_folder_before_a_password_is_asked_for(
    cli: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "letter.txt").write_text("Dear", encoding="utf-8")
    unasked = {"code": 1, "PRIVATUS_PASSWORD_FILE": None}

    full = cli.run("export", tmp_path, "--format", "csv", **unasked)
    file = cli.run("export", tmp_path / "letter.txt", "--format", "csv", **unasked)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    parquet = cli.run("export", tmp_path / "out", "--format", "parquet", **unasked)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    packaged = cli.run("export", tmp_path / "out", "--format", "parquet", **unasked)

    assert "is not empty" in full.stderr and "this is a file" in file.stderr
    assert f"{sys.executable} -m pip install pyarrow" in parquet.stderr
    # Its own path is no Python.
    assert "choose csv or jsonl" in packaged.stderr and "pip" not in packaged.stderr


def test_every_format_that_can_be_written_can_be_named() -> None:
    from privatus.cli.export import FORMATS

    assert list(FORMATS) == [exporter.format for exporter in registry.BUILT_IN]


def test_every_importer_is_named_where_sources_are_listed(cli: CommandLine) -> None:
    from privatus.importers.registry import BUILT_IN

    told = cli.run("list", "--source", "nobody").stderr

    assert all(importer.source in told for importer in BUILT_IN)
