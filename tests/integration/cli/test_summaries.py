"""Summaries, related conversations, titles and suggested tags from the command line."""

from __future__ import annotations

import pytest

from support.command_line import CommandLine


@pytest.fixture
def bread(cli: CommandLine) -> str:
    [found] = [c for c in cli.json("list")["conversations"] if c["title"] == "Sourdough"]
    return str(found["id"])[:8]


def test_a_summary_is_shown_with_the_messages_its_sentences_stand_in(
    cli: CommandLine, bread: str
) -> None:
    shown = cli.run("summary", "show", bread).stdout.splitlines()
    record = cli.json("summary", "show", bread)

    assert [line.split()[0] for line in shown] == [str(s["message"]) for s in record["sentences"]]
    assert record["author"] == "machine"
    assert record["version"] == 1
    assert all(said["text"] for said in record["sentences"])


def test_summaries_are_made_of_all_that_have_none(cli: CommandLine, bread: str) -> None:
    count = len(cli.json("list")["conversations"])

    assert cli.json("summary", "make") == {"made": count}
    assert cli.run("summary", "make").stdout == "Every conversation has its summary already.\n"
    assert len(cli.json("summary", "show", bread, "--all")["summaries"]) == 1
    assert cli.json("summary", "make", bread)["author"] == "machine"


def test_a_persons_words_are_written_and_taken_back(cli: CommandLine, bread: str) -> None:
    cli.run("summary", "make")
    written = cli.run("summary", "write", bread, "Feed it\nmore often")

    assert written.stdout == "Your words are the summary now.\n"
    assert cli.run("summary", "show", bread).stdout == "Feed it\nmore often\n"
    assert cli.json("summary", "reset", bread)["author"] == "machine"
    heads = [s["author"] for s in cli.json("summary", "show", bread, "--all")["summaries"]]
    assert heads == ["machine", "person"]
    again = cli.run("summary", "show", bread, "--all").stdout
    assert "in your words" in again
    refused = cli.run("summary", "reset", bread, code=1)
    assert refused.stderr.startswith("privatus: this chat has no summary of yours")


def test_related_conversations_titles_and_tags_are_listed_in_json(
    cli: CommandLine, bread: str
) -> None:
    assert isinstance(cli.json("related", bread)["related"], list)
    assert cli.json("title", "propose") == {"titles": []}
    assert all(set(tag) == {"name", "source"} for tag in cli.json("tag", "suggest", bread)["tags"])


def test_where_nothing_is_proposed_a_sentence_says_so(cli: CommandLine, bread: str) -> None:
    assert "No other conversation" in cli.run("related", bread).stderr
    assert "Every conversation has a title" in cli.run("title", "propose").stderr
