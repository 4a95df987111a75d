"""CSV, JSON lines and Parquet: a row a message."""

from __future__ import annotations

import csv
import json
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from privatus.core.annotation import Passage
from privatus.core.conversation import Part, PartKind, Role
from privatus.core.errors import UserError
from privatus.core.jobs import Job
from privatus.exporters import parquet, registry
from privatus.exporters.table import cell
from support.conversations import annotation, attachment, conversation, message, tagging

ID = "6ba7b810-9dad-41d1-80b4-00c04fd430c8"
CHAT = conversation(
    message(1, "Hi", created_at_ms=1_735_812_672_345),
    message(
        2,
        model="claude-3",
        parts=(
            Part(kind=PartKind.THINKING, text="Hm"),
            Part(kind=PartKind.TEXT, text='Say "hello",\nworld'),
        ),
        attachments=(attachment("a.png", b"x"), attachment("b.png", None)),
        is_edited=True,
    ),
    message(3, "other", parent=1, role=Role.ASSISTANT),
    id=UUID(ID),
    title="Greeting",
    active=2,
    folder="letters/old",
    tags=(tagging("work"), tagging("to do", 2)),
    annotations=(
        annotation("of the whole"),
        annotation("polite", 2, colour="pink", passage=Passage(start=5, quote="hello")),
        annotation("", 2, colour="blue", passage=Passage(start=13, quote="world")),
    ),
)


def table(folder: Path) -> list[dict[str, str]]:
    with (folder / "messages.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def test_csv_has_a_row_a_message(tmp_path: Path) -> None:
    registry.find("csv").write([CHAT], tmp_path, Job())

    first, second, third = table(tmp_path)
    assert first == {
        "conversation_id": ID,
        "title": "Greeting",
        "source": "claude",
        "kind": "ai",
        "message_id": f"{ID}.1",
        "parent_id": "",
        "role": "user",
        "author": "",
        "model": "",
        "created_at": "2025-01-02T10:11:12.345Z",
        "is_active": "true",
        "is_hidden": "false",
        "is_edited": "false",
        "text": "Hi",
        "attachments": "",
        "tags": "work",
        "folder": "letters/old",
        "notes": "of the whole",
        "highlights": "",
    }
    assert second["is_edited"] == "true"
    assert second["text"] == 'Say "hello",\nworld'
    assert (second["parent_id"], second["model"]) == (f"{ID}.1", "claude-3")
    assert second["attachments"] == "a.png; b.png"
    assert second["tags"] == "work; to do"
    assert (second["notes"], second["highlights"]) == ("of the whole; polite", "hello; world")
    assert third["is_active"] == "false"


def test_csv_begins_with_a_mark_and_ends_its_lines_as_the_rfc_says(tmp_path: Path) -> None:
    registry.find("csv").write([conversation("a")], tmp_path, Job())

    raw = (tmp_path / "messages.csv").read_bytes()

    assert raw.startswith(b"\xef\xbb\xbfconversation_id,")
    assert raw.count(b"\r\n") == 2 and raw.endswith(b"\r\n")


@pytest.mark.parametrize(
    "formula",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "'=1"],  # noqa: RUF001
)
def test_no_cell_is_a_formula(tmp_path: Path, formula: str) -> None:
    chat = conversation(message(1, formula, author=formula), title=formula, external_id=formula)

    registry.find("csv").write([chat], tmp_path, Job())

    [row] = table(tmp_path)
    for column in ("text", "title", "author", "conversation_id"):
        assert row[column] == "'" + re.sub(r"(?<=\s)=", "'=", formula)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("budget;=cmd|' /C calc'!A0;x", "budget;'=cmd|' /C calc'!A0;x"),
        ("a\t+1", "a\t'+1"),
        ("one\n- two\r\n@three", "one\n'- two\r\n'@three"),
        ("a;;'b", "a;;''b"),
        ("\t=1", "'\t'=1"),
        ("a = b; c - d, -e\nf", "a = b; c - d, -e\nf"),
    ],
)
def test_no_piece_of_a_cell_is_a_formula_where_semicolons_part_cells(text: str, safe: str) -> None:
    assert cell(text) == safe
    assert re.sub(r"(?:\A|(?<=[;\t\r\n]))'", "", safe) == text


def _written(text: str, colour: str, start: int, quote: str) -> dict[str, object]:
    """Return an annotation of message 2 as JSON has it."""
    return {
        "message_id": f"{ID}.2",
        "passage": {"start": start, "quote": quote, "prefix": "", "suffix": ""},
        "colour": colour,
        "text": text,
        "created_at": "2025-01-02T10:11:12.345Z",
    }


def test_json_lines_have_a_message_each_with_its_parts(tmp_path: Path) -> None:
    registry.find("jsonl").write([CHAT], tmp_path, Job())

    lines = (tmp_path / "messages.jsonl").read_text(encoding="utf-8").splitlines()

    records = [json.loads(line) for line in lines]
    assert [record["message_id"] for record in records] == [f"{ID}.{n}" for n in (1, 2, 3)]
    assert records[1] == {
        "conversation_id": ID,
        "title": "Greeting",
        "source": "claude",
        "kind": "ai",
        "message_id": f"{ID}.2",
        "parent_id": f"{ID}.1",
        "role": "assistant",
        "author": None,
        "model": "claude-3",
        "created_at": None,
        "is_active": True,
        "is_hidden": False,
        "is_edited": True,
        "text": 'Say "hello",\nworld',
        "attachments": ["a.png", "b.png"],
        "tags": ["work", "to do"],
        "folder": "letters/old",
        "notes": ["of the whole", "polite"],
        "highlights": ["hello", "world"],
        "annotations": [
            _written("polite", "pink", 5, "hello"),
            _written("", "blue", 13, "world"),
        ],
        "parts": [
            {"kind": "thinking", "text": "Hm"},
            {"kind": "text", "text": 'Say "hello",\nworld'},
        ],
    }


def test_parquet_has_a_row_a_message_with_real_times(tmp_path: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet")

    registry.find("parquet").write([CHAT], tmp_path, Job())

    rows = pq.read_table(tmp_path / "messages.parquet").to_pylist()
    assert [row["message_id"] for row in rows] == [f"{ID}.{n}" for n in (1, 2, 3)]
    assert rows[0]["created_at"] == datetime(2025, 1, 2, 10, 11, 12, 345_000, tzinfo=UTC)
    assert rows[1]["attachments"] == ["a.png", "b.png"]
    assert rows[1]["created_at"] is None
    assert [row["is_edited"] for row in rows] == [False, True, False]


def test_row_groups_of_parquet_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    monkeypatch.setattr(parquet, "_MAX_GROUP_ROWS", 2)

    registry.find("parquet").write([CHAT, CHAT, CHAT], tmp_path / "rows", Job())
    monkeypatch.setattr(parquet, "_MAX_GROUP_CHARS", 5)
    long = conversation("12345", "12345", "12345")
    registry.find("parquet").write([long], tmp_path / "chars", Job())

    by_rows = pq.ParquetFile(tmp_path / "rows" / "messages.parquet").metadata
    by_chars = pq.ParquetFile(tmp_path / "chars" / "messages.parquet").metadata
    assert [by_rows.row_group(i).num_rows for i in range(by_rows.num_row_groups)] == [2, 2, 2, 2, 1]
    assert [by_chars.row_group(i).num_rows for i in range(by_chars.num_row_groups)] == [1, 1, 1]


def test_parquet_without_pyarrow_is_not_offered_and_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pyarrow")
    assert registry.find("parquet") in registry.ready()
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    assert registry.find("parquet") not in registry.ready()
    assert len(registry.ready()) == len(registry.BUILT_IN) - 1
    with pytest.raises(UserError, match="choose another format"):
        registry.find("parquet").write([CHAT], tmp_path / "chats", Job())

    assert not (tmp_path / "chats").exists()


@pytest.mark.parametrize("format", ["csv", "jsonl", "parquet"])
def test_half_a_surrogate_pair_becomes_a_question_mark(tmp_path: Path, format: str) -> None:
    chat = conversation(message(1, "x\ud83dy", author="\udc00"), title="\ud800")

    assert registry.find(format).write([chat], tmp_path, Job()).conversations == 1
    if format != "parquet":
        assert b"x?y" in (tmp_path / f"messages.{format}").read_bytes()
