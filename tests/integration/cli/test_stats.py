"""`privatus stats`: tables of counts, for people, scripts and spreadsheets."""

from __future__ import annotations

import csv
import io

import pytest

from support.command_line import CommandLine


def _rows(cli: CommandLine, *arguments: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(cli.run("stats", *arguments, "--csv").stdout)))


@pytest.mark.parametrize(
    ("by", "columns"),
    [
        ("day", {"day", "messages"}),
        ("hour", {"weekday", "hour", "messages"}),
        ("month", {"month", "messages", "words"}),
        ("source", {"source", "messages", "words"}),
        ("model", {"model", "messages", "words"}),
        ("role", {"role", "messages", "words"}),
        ("language", {"language", "messages", "words"}),
        ("code", {"code", "messages"}),
        ("chat", {"id", "source", "messages", "days", "title"}),
        ("topic", {"month", "chats", "topics"}),
        ("attachment", {"source", "attachments", "bytes"}),
        ("cost", {"model", "answers", "tokens_read", "tokens_written", "us_dollars"}),
    ],
)
def test_each_table_is_the_same_for_scripts_and_spreadsheets(
    cli: CommandLine, by: str, columns: set[str]
) -> None:
    document = cli.json("stats", "--by", by)
    rows = _rows(cli, "--by", by)

    assert document["by"] == by
    assert all(set(row) == columns for row in document["rows"])
    assert [
        {k: "" if v is None else str(v) for k, v in row.items()} for row in document["rows"]
    ] == rows
    cli.run("stats", "--by", by)


def test_counts_add_up_to_all_messages(cli: CommandLine) -> None:
    for by in ("day", "hour", "month", "source", "role"):
        assert sum(int(row["messages"]) for row in _rows(cli, "--by", by)) == 8


def test_a_query_narrows_what_is_counted(cli: CommandLine) -> None:
    assert cli.json("stats", "--by", "role", "--query", "role:user")["rows"] == [
        {"role": "user", "messages": 4, "words": 15}
    ]
    assert cli.json("stats", "--query", "bread")["rows"][0]["messages"] == 1


def test_a_table_for_a_spreadsheet_has_to_be_named(cli: CommandLine) -> None:
    result = cli.run("stats", "--csv", code=2)

    assert "--by day" in result.stderr


def test_a_query_that_does_not_parse_is_said_to_be_one(cli: CommandLine) -> None:
    assert "parenthesis" in cli.run("stats", "--query", "(bread", code=2).stderr


def test_a_cost_says_that_it_is_an_estimate_and_of_when(cli: CommandLine) -> None:
    result = cli.run("stats", "--by", "cost")

    assert "An estimate" in result.stderr
    assert "prices as of 2026-11-22" in result.stderr


def test_counting_anew_changes_nothing_that_is_right(cli: CommandLine) -> None:
    before = cli.json("stats", "--by", "month")

    assert cli.json("stats", "--by", "month", "--recount") == before
    assert cli.json("check")["ok"]
