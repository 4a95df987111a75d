"""Retention from the command line."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from privatus.core import clock
from privatus.core.retention import DAY_MS
from support.command_line import CommandLine, lines
from support.conversations import conversation, message
from support.vaults import ScratchVault


def test_nothing_is_decided_at_first(cli: CommandLine) -> None:
    said = lines(cli.run("retention", "list").stdout)

    kinds = ["Chats", "Messages", "Audit", "Errors", "Metrics"]
    assert said == [f"{kind}: kept for ever." for kind in kinds]
    assert cli.run("retention", "run").stdout == "Everything is kept: there is no policy.\n"
    assert cli.run("retention", "report").stderr == "There was no run yet.\n"


def test_a_dry_run_says_what_would_be_done_and_a_run_does_it_after_the_grace(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_ = cli.run("retention", "set", "chats", "archive", "--days", "100", "--grace", "7")
    assert set_.stdout == "Chats: archived after 100 days, and 7 days of grace.\n"

    dry = cli.run("retention", "run", "--dry-run")
    said = lines(dry.stdout)
    assert said[:2] == ["chats: 3 would be marked, 3 waiting", "  would be marked:"]
    listed = {one["id"]: one["title"] for one in cli.json("list")["conversations"]}
    planned = cli.json("retention", "run", "--dry-run")["planned"]
    assert {one["id"]: one["title"] for one in planned} == listed
    assert [line.split(maxsplit=2)[:2] for line in said[2:]] == [
        [one["id"][:8], one["since"][:10]] for one in planned
    ]
    assert "\x1b" not in dry.stdout and dry.stdout.count("Sourdough") == 1
    assert {(one["kind"], one["deed"]) for one in planned} == {("chats", "marked")}
    assert cli.json("retention", "list")["waiting"] == []
    assert "planned" not in cli.json("retention", "run")
    waiting = cli.json("retention", "list")["waiting"]
    assert len(waiting) == 3
    keep = cli.run("retention", "keep", "chats", waiting[0]["id"][:8])
    assert keep.stdout == "1 of what is marked stays.\n"
    later_ms = time.time_ns() // 1_000_000 + 8 * DAY_MS
    monkeypatch.setattr(clock, "now_ms", lambda: later_ms)
    done = cli.run("retention", "run")

    assert done.stdout == "chats: 2 archived, 1 kept by you\n"
    assert len(cli.json("archives", "list")["archived"]) == 2
    assert [c["id"] for c in cli.json("list")["conversations"]] == [waiting[0]["id"]]
    [last, first] = cli.json("retention", "report")["runs"]
    assert (last["kinds"][0]["archived"], first["kinds"][0]["marked"]) == (2, 3)
    assert "2 archived" in cli.run("retention", "report").stdout
    assert cli.json("check")["ok"]


def test_what_cannot_be_is_refused(cli: CommandLine) -> None:
    assert "keep, destroy" in cli.run("retention", "set", "audit", "archive", code=2).stderr
    assert "1 to" in cli.run("retention", "set", "chats", "destroy", "--grace", "0", code=2).stderr


def test_what_is_noted_goes_at_once_without_a_grace_and_the_dry_run_counts_it(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured = len(cli.json("log", "metrics")["metrics"])
    set_ = cli.run("retention", "set", "metrics", "destroy", "--days", "1", "--grace", "0")
    later_ms = time.time_ns() // 1_000_000 + 8 * DAY_MS
    monkeypatch.setattr(clock, "now_ms", lambda: later_ms)

    assert set_.stdout == "Metrics: destroyed after 1 day, at once.\n"
    said = lines(cli.run("retention", "run", "--dry-run").stdout)
    assert said[:2] == [f"metrics: {measured} would be destroyed", "  would be destroyed:"]
    assert said[2].endswith("  the measurements")
    assert cli.run("retention", "run").stdout == f"metrics: {measured} destroyed\n"
    # Of the run itself.
    assert [m["what"] for m in cli.json("log", "metrics")["metrics"]] == ["retention"]
    assert cli.json("check")["ok"]


def test_of_many_a_dry_run_names_ten_and_says_how_many_more_there_are(
    tmp_path: Path, cli: CommandLine
) -> None:
    chats = [
        conversation(
            *(message(number, "words", created_at_ms=number * DAY_MS) for number in (1, 2)),
            external_id=f"chat {number}",
            title=f"Chat {number:02}",
            updated_at_ms=number * DAY_MS,
        )
        for number in range(1, 13)
    ]
    made = ScratchVault.create(tmp_path / "many")
    made.bring(*chats)
    made.vault.lock()
    many = CommandLine(vault=tmp_path / "many", password_file=cli.password_file)
    many.run("retention", "set", "chats", "destroy")
    many.run("retention", "set", "messages", "destroy")

    said = lines(many.run("retention", "run", "--dry-run").stdout)

    head, marked, *named = said[:13]
    assert (head, marked) == ("chats: 12 would be marked, 12 waiting", "  would be marked:")
    assert [line.split(maxsplit=1)[1] for line in named[:10]] == [
        f"1970-01-{number + 1:02}  Chat {number:02}" for number in range(1, 11)
    ]
    assert named[10] == "    and 2 more"
    assert said[13] == ("messages: those of 12 chats would be marked, those of 12 chats waiting")
    assert said[15].endswith("1970-01-02  Chat 01 (2 messages)")
    assert len(many.json("retention", "run", "--dry-run")["planned"]) == 24
