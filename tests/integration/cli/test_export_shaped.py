"""Exports with less in them: without metadata, or redacted."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from support.chatgpt_chats import chat, write_chats
from support.command_line import CommandLine


@pytest.fixture
def out(cli: CommandLine, tmp_path: Path) -> Path:
    """Return where to export to, of a vault with a chat full of what tells of somebody."""
    export = write_chats(
        tmp_path / "conversations.json",
        chat(
            "Mail of ada@example.org",
            "Write to ada@example.org or +49 30 901820",
            "password: hunter2!x",
        ),
    )
    cli.run("import", export)
    return tmp_path / "out"


def test_a_redacted_export_says_what_it_replaced_and_that_it_is_no_guarantee(
    cli: CommandLine, out: Path
) -> None:
    result = cli.run("export", out, "--format", "markdown", "--redact", "Mail")

    assert re.search("replaced: [0-9]+ e-mail, 1 phone, 1 secret", result.stderr)
    assert "read it before you share it" in result.stderr
    [page] = out.rglob("*.md")
    text = page.read_text(encoding="utf-8")
    assert page.name.startswith("Mail of e-mail 1 ")
    assert "Write to [e-mail 1] or [phone 1]" in text.replace("\\", "")
    assert "ada@" not in text and "hunter2" not in text


def test_a_redacted_export_counts_for_scripts(cli: CommandLine, out: Path) -> None:
    done = cli.json("export", out, "--format", "csv", "--redact", "Mail")

    assert (done["replaced"]["phone"], done["replaced"]["secret"]) == (1, 1)
    assert done["replaced"]["e-mail"] > 1
    assert "replaced" not in cli.json("export", out, "--format", "csv")


def test_numbers_without_a_prefix_are_those_of_the_country_that_is_said(
    cli: CommandLine, out: Path, tmp_path: Path
) -> None:
    export = write_chats(tmp_path / "more.json", chat("Ring", "Ring 030 901820 please", "Yes"))
    cli.run("import", export)

    cli.run("export", out, "--format", "jsonl", "--redact", "--country", "DE", "in:title Ring")

    assert "Ring [phone 1] please" in (out / "messages.jsonl").read_text(encoding="utf-8")


def test_an_export_without_metadata_has_no_times_models_ids_and_tags(
    cli: CommandLine, out: Path
) -> None:
    wanted = cli.json("list")["conversations"][0]["id"]
    cli.run("tag", "add", "work", wanted)

    cli.run("export", out, "--format", "json", "--without-metadata")

    found = json.loads((out / "privatus-export.json").read_text(encoding="utf-8"))
    assert len(found["conversations"]) == 4
    for conversation in found["conversations"]:
        assert conversation["title"] and conversation["messages"]
        assert conversation["id"] is None
        assert conversation["created_at"] is None and conversation["model"] is None
        assert conversation["tags"] == []
        assert {message["created_at"] for message in conversation["messages"]} == {None}


def test_a_page_without_metadata_begins_with_its_title(cli: CommandLine, out: Path) -> None:
    cli.run("export", out, "--format", "markdown", "--without-metadata", "Sourdough")

    [page] = out.rglob("*.md")
    assert page.read_text(encoding="utf-8").lstrip().startswith("# Sourdough")
