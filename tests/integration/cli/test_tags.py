"""Tags from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.chatgpt_chats import chat, write_chats
from support.command_line import CommandLine, lines


@pytest.fixture
def ids(cli: CommandLine) -> list[str]:
    return [c["id"] for c in cli.json("list")["conversations"]]


def _tags(cli: CommandLine) -> dict[str, list[str]]:
    return {c["id"]: c["tags"] for c in cli.json("list")["conversations"]}


def test_tags_are_given_taken_and_listed(cli: CommandLine, ids: list[str]) -> None:
    first, second, third = ids

    given = cli.run("tag", "add", "work/tax", first[:8], f"{second}.1")
    cli.run("tag", "add", "work", third, second)
    taken = cli.run("tag", "remove", "work", third, first)
    again = cli.run("tag", "remove", "work", third)

    assert given.stdout == "1 conversation and 1 message got the tag.\n"
    assert taken.stdout == "2 conversations lost the tag.\n"
    assert again.stdout == "Nothing lost the tag.\n"
    heading, *rows = lines(cli.run("tag", "list").stdout)
    assert heading.split() == ["TAG", "COLOUR", "CONVERSATIONS", "MESSAGES"]
    assert [row.split() for row in rows] == [["work", "1", "0"], ["work/tax", "1", "1"]]
    assert _tags(cli) == {first: [], second: ["work"], third: []}


def test_list_shows_what_has_a_tag(cli: CommandLine, ids: list[str]) -> None:
    cli.run("tag", "add", "work/tax", ids[1])

    found = cli.json("list", "--tag", "Work")["conversations"]
    nothing = cli.run("list", "--tag", "work", "--source", "claude")
    misspelt = cli.run("list", "--tag", "wrok/tax", code=1)

    assert [c["id"] for c in found] == [ids[1]]
    assert "No conversation has this tag" in nothing.stderr
    assert misspelt.stderr == "privatus: no tag is called wrok/tax, did you mean work/tax\n"


def test_what_a_search_finds_gets_a_tag_in_one_go(cli: CommandLine) -> None:
    chats = cli.json("tag", "add", "mine", "--query", "role:user")
    messages = cli.json("tag", "add", "asked", "--query", "role:user", "--messages")
    taken = cli.json("tag", "remove", "mine", "--query", "tag:mine bread")

    assert chats == {"tags": ["mine"], "conversations": 3, "messages": 0}
    assert messages == {"tags": ["asked"], "conversations": 0, "messages": 4}
    assert taken["conversations"] == 1
    assert {h["role"] for h in cli.json("search", "tag:asked")["hits"]} == {"user"}
    assert len(cli.json("list", "--tag", "mine")["conversations"]) == 2


def test_a_search_for_a_tag_that_is_not_there_offers_the_nearest(
    cli: CommandLine, ids: list[str]
) -> None:
    cli.run("tag", "add", "invoices", ids[0])

    result = cli.run("search", "bread", "tag:invoice", code=2)

    assert "did you mean invoices" in result.stderr
    assert "the nearest search is: bread tag:invoices" in result.stderr


def test_tags_are_renamed_merged_coloured_and_deleted(cli: CommandLine, ids: list[str]) -> None:
    cli.run("tag", "add", "bills", ids[0], ids[1])
    cli.run("tag", "add", "bills/paid", ids[1])
    cli.run("tag", "add", "invoices", ids[1])

    renamed = cli.run("tag", "rename", "bills", "money")
    merged = cli.run("tag", "merge", "money", "invoices")
    cli.run("tag", "colour", "invoices", "green")

    assert renamed.stdout == "2 tags renamed.\n"
    assert merged.stdout == "2 conversations moved.\n"
    document = cli.json("tag", "list")
    assert [
        (t["name"], t["colour"], t["conversations"], t["messages"], t["all_conversations"])
        for t in document["tags"]
    ] == [("invoices", "green", 2, 0, 2), ("invoices/paid", None, 1, 0, 1)]
    refused = cli.run("tag", "delete", "invoices", code=1)
    assert "--nested" in refused.stderr and "invoices/paid" in refused.stderr
    assert cli.run("tag", "delete", "invoices", "--nested").stdout == (
        "2 tags deleted, from 2 conversations.\n"
    )
    assert "no tags yet" in cli.run("tag", "list").stderr
    assert _tags(cli) == {chat: [] for chat in ids}


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("add", "work"), 2, "name ids, or what a search finds"),
        (("add", "work", "1a2b3c4d", "--query", "bread"), 2, "and not both"),
        (("remove", "work", "1a2b3c4d", "--messages"), 2, "goes with --query"),
        (("add", "work/", "1a2b3c4d"), 1, "a tag needs a name"),
        (("colour", "work", "ultraviolet"), 2, "takes one of red, orange"),
        (("rename", "work", "job"), 1, "there are none yet"),
        (("ad", "work"), 2, "did you mean 'add'"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    cli: CommandLine, arguments: tuple[str, ...], code: int, said: str
) -> None:
    result = cli.run("tag", *arguments, code=code)

    assert said in result.stderr
    assert len(lines(result.stderr)) == 1
    assert result.stdout == ""


def test_an_export_of_a_tag_holds_its_chats(
    cli: CommandLine, ids: list[str], tmp_path: Path
) -> None:
    cli.run("tag", "add", "work", ids[0])
    cli.run("tag", "add", "to do", f"{ids[0]}.1")

    cli.run("export", tmp_path / "out", "--format", "json", "tag:work")

    document = json.loads((tmp_path / "out" / "privatus-export.json").read_text(encoding="utf-8"))
    [chat] = document["conversations"]
    assert chat["id"] == ids[0]
    assert [(t["name"], t["message_id"], t["added_by"]) for t in chat["tags"]] == [
        ("work", None, "person"),
        ("to do", f"{ids[0]}.1", "person"),
    ]


def test_show_says_the_tags_of_a_chat_and_of_its_messages(cli: CommandLine, ids: list[str]) -> None:
    cli.run("tag", "add", "work", ids[0])
    cli.run("tag", "add", "to do", ids[0], f"{ids[0]}.1")

    text = cli.run("show", ids[0]).stdout
    document = cli.json("show", ids[0])

    assert "\ntagged to do, work\n" in text
    assert " · tagged to do ---\n" in text
    assert document["tags"] == ["to do", "work"]
    assert document["messages"][0]["tags"] == ["to do"]


def test_rules_tag_what_is_there_and_what_comes(cli: CommandLine, tmp_path: Path) -> None:
    made = cli.run("tag", "rule", "add", "baking", "sourdough", "-rye")
    export = write_chats(tmp_path / "conversations.json", chat("Buns", "A sourdough bun", "Yes"))
    imported = cli.run("import", export)

    assert made.stdout == "Rule 1 is made. 1 conversation got the tag.\n"
    assert lines(imported.stdout)[-1] == "1 conversation got a tag by a rule"
    [rule] = cli.json("tag", "rule", "list")["rules"]
    assert (rule["number"], rule["tag"], rule["query"], rule["conversations"]) == (
        1, "baking", "sourdough -rye", 2,
    )  # fmt: skip
    heading, row = lines(cli.run("tag", "rule", "list").stdout)
    assert heading.split() == ["NUMBER", "TAG", "CONVERSATIONS", "QUERY"]
    assert row.split() == ["1", "baking", "2", "sourdough", "-rye"]


def test_a_rule_goes_with_its_tags_or_without(cli: CommandLine) -> None:
    cli.run("tag", "rule", "add", "baking", "sourdough")
    cli.run("tag", "rule", "add", "keys", "rotation")

    kept = cli.run("tag", "rule", "remove", "1")
    taken = cli.run("tag", "rule", "remove", "2", "--tags")

    assert kept.stdout == "The rule is gone.\n"
    assert taken.stdout == "The rule is gone. 1 conversation lost the tag.\n"
    assert sorted(tag for tags in _tags(cli).values() for tag in tags) == ["baking"]
    assert "no rules yet" in cli.run("tag", "rule", "list").stderr
    assert "no rule has this number" in cli.run("tag", "rule", "remove", "1", code=1).stderr


def test_an_import_says_which_rule_could_not_run(
    cli: CommandLine, ids: list[str], tmp_path: Path
) -> None:
    cli.run("tag", "add", "work", ids[0])
    cli.run("tag", "rule", "add", "both", "bread", "tag:work")
    cli.run("tag", "delete", "work")
    export = write_chats(tmp_path / "conversations.json", chat("Buns", "A bun", "Yes"))

    report = cli.json("import", export)

    assert report["tagged"] == 0
    assert report["rule_problems"][0].startswith("rule 1: no tag is called work")


def test_a_rule_is_changed(cli: CommandLine) -> None:
    cli.run("tag", "rule", "add", "money", "key")

    said = cli.run("tag", "rule", "edit", "1", "bread", "--tag", "food").stdout
    cli.run("tag", "rule", "edit", "1", code=2)

    assert said.startswith("Rule 1 is changed. ")
    (rule,) = cli.json("tag", "rule", "list")["rules"]
    assert (rule["tag"], rule["query"]) == ("food", "bread")
