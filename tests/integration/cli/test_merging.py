"""Merging chats from the command line."""

from __future__ import annotations

from support.command_line import CommandLine, lines


def _ids(cli: CommandLine) -> dict[str, str]:
    return {c["title"]: c["id"] for c in cli.json("list")["conversations"]}


def test_two_chats_are_merged_listed_once_and_taken_back(cli: CommandLine) -> None:
    ids = _ids(cli)
    first, second = ids["Sourdough"], ids["Key rotation"]

    merged = cli.run("merge", first[:8], second)
    listed = cli.json("list")["conversations"]

    [made] = [c for c in listed if c["merged_of"]]
    assert merged.stdout == f"2 chats merged into {made['id'][:8]}: 6 messages.\n"
    assert (made["title"], made["source"]) == ("Sourdough + Key rotation", "privatus")
    assert {c["id"] for c in listed}.isdisjoint({first, second})
    found = cli.json("search", "is:merged", "bread OR rotate")["hits"]
    assert {hit["conversation_id"] for hit in found} == {first, second}

    undone = cli.run("merge", "--undo", made["id"])
    assert undone.stdout == ("2 chats back in the list; what was merged of them is in the trash.\n")
    assert _ids(cli) == ids


def test_a_dry_run_says_what_would_be_made(cli: CommandLine) -> None:
    ids = _ids(cli)

    told = lines(cli.run("merge", *ids.values(), "--dry-run").stdout)
    record = cli.json("merge", *ids.values(), "--dry-run", "--order", "sequence")

    assert told[1:3] == ["8 messages", "1 branch beside the 7 messages that are shown"]
    assert (record["messages"], record["shown"], record["duplicates"]) == (8, 7, 0)
    assert _ids(cli) == ids


def test_what_makes_no_sense_is_said(cli: CommandLine) -> None:
    [first, *_] = _ids(cli).values()

    assert "two chats or more" in cli.run("merge", first, code=1).stderr
    assert "--undo takes one id" in cli.run("merge", first, "--undo", first, code=2).stderr
    assert "not merged" in cli.run("merge", "--undo", first, code=1).stderr


def test_a_chat_is_split_at_a_message(cli: CommandLine) -> None:
    first = _ids(cli)["Sourdough"]

    told = cli.run("split", f"{first[:8]}.3", "--title", "Thanks").stdout

    ids = _ids(cli)
    assert told == f"2 messages moved into a new chat, {ids['Thanks'][:8]}.\n"
    assert "begins with this message" in cli.run("split", f"{first}.1", code=1).stderr
