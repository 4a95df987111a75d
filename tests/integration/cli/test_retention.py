"""Retention from the command line."""

from __future__ import annotations

import time

import pytest

from privatus.core import clock
from privatus.core.retention import DAY_MS
from support.command_line import CommandLine, lines


def test_nothing_is_decided_at_first(cli: CommandLine) -> None:
    said = lines(cli.run("retention", "list").stdout)

    assert said == ["Chats: kept for ever.", "Messages: kept for ever.", "Audit: kept for ever."]
    assert cli.run("retention", "run").stdout == "Everything is kept: there is no policy.\n"
    assert cli.run("retention", "report").stderr == "There was no run yet.\n"


def test_a_dry_run_says_what_would_be_done_and_a_run_does_it_after_the_grace(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_ = cli.run("retention", "set", "chats", "archive", "--days", "100", "--grace", "7")
    assert set_.stdout == "Chats: archived after 100 days, and 7 days of grace.\n"

    dry = cli.run("retention", "run", "--dry-run")
    assert dry.stdout == "chats: 3 would be marked, 3 waiting\n"
    assert cli.json("retention", "list")["waiting"] == []
    cli.run("retention", "run")
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
