"""Real-shaped exports of Claude, Mistral, Grok and DeepSeek, counted by a script of others.

The counts come from the folder of samples itself; the tests are skipped where it is missing.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from privatus.core.conversation import Conversation, Kind
from privatus.core.errors import UnreadableInputError
from privatus.importers import registry
from privatus.importers.base import Notes
from privatus.importers.export import open_export
from support.exports import chats, says_something

_SAMPLES = Path(__file__).resolve().parents[2].parent / "shared" / "samples"
_SOURCES = ("claude", "mistral", "grok", "deepseek")
# The script that counts knows no transcripts; this message is nothing but one.
_OTHER_TEXTS = {"claude/echomine-claude_voice_note.json": 1}
# Files without a chat: these many documents.
_DOCUMENTS_ONLY = {
    "claude/own-memories-000.zip": 1,
    "claude/own-projects-000.zip": 1,
    "claude/panchat-memories_v2.json": 1,
}
_SKIPPED: dict[str, list[str]] = {
    "claude/chatlore-claude.json": ["chatlore-claude.json[2] «Broken record»"],
    "claude/osteele-conversations-multiple-errors.json": [
        "osteele-conversations-multiple-errors.json[1] «Missing chat_messages»"
    ],
}


def _rows() -> Iterator[dict[str, str]]:
    if not _SAMPLES.is_dir():
        return
    with (_SAMPLES / "counts.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["file"].startswith(tuple(f"{source}/" for source in _SOURCES)):
                yield row


_COUNTED = {row["file"]: row for row in _rows() if row["convs"]}


def _read(path: Path) -> tuple[list[Conversation], Notes]:
    notes = Notes()
    with open_export(path) as export:
        return list(registry.find(export).read(export, notes)), notes


@pytest.mark.parametrize("file", sorted(_COUNTED) or ["(missing)"])
def test_a_sample_gives_exactly_its_counts(samples: Path, file: str) -> None:
    row = _COUNTED[file]

    found, notes = _read(samples / file)

    talks = chats(found)
    with open_export(samples / file) as export:
        assert registry.find(export).source == file.partition("/")[0]
    assert {c.source for c in found} == {file.partition("/")[0]}
    assert len(talks) == int(row["convs"])
    assert sum(len(c.messages) for c in talks) == int(row["msgs"])
    if row["empty_convs"]:
        assert sum(not c.messages for c in talks) == int(row["empty_convs"])
    if row["text"]:
        spoken = sum(bool(m.text.strip()) for c in talks for m in c.messages)
        assert spoken == _OTHER_TEXTS.get(file, int(row["text"]))
    assert [note.where for note in notes.skipped] == _SKIPPED.get(file, [])
    assert notes.conversations_seen == len(found)
    assert notes.messages_seen == sum(len(c.messages) for c in found)


def test_what_is_known_by_construction_comes_out(samples: Path) -> None:
    expected: dict[str, Any] = json.loads((samples / "own-expected.json").read_text())

    for file in (f for f in expected if f.startswith(_SOURCES)):
        found, _ = _read(samples / file)
        documents = [c.metadata["document"] for c in found if c.kind is Kind.DOCUMENT]
        counts = {
            "conversations": len(chats(found)),
            "messages": sum(len(c.messages) for c in chats(found)),
            "projects": documents.count("project"),
            "memories": documents.count("memory"),
        }
        for key in counts.keys() & expected[file].keys():
            assert (file, key, counts[key]) == (file, key, expected[file][key])


def test_every_fragment_of_deepseek_is_there(samples: Path) -> None:
    file = "deepseek/own-deepseek_data-2026.zip"
    expected = json.loads((samples / "own-expected.json").read_text())[file]["fragments"]

    found, _ = _read(samples / file)

    # A search is one fragment and shows as the search and the pages that it found.
    parts = [p for c in found for m in c.messages for p in m.parts]
    assert sum(part.kind != "quote" for part in parts) == expected


@pytest.mark.parametrize(("file", "count"), _DOCUMENTS_ONLY.items())
def test_a_file_without_chats_gives_documents(samples: Path, file: str, count: int) -> None:
    found, notes = _read(samples / file)

    assert [c.kind for c in found] == [Kind.DOCUMENT] * count
    assert all(c.messages for c in found)
    assert notes.skipped == []


def test_the_parts_of_2026_say_the_same_as_the_whole(samples: Path) -> None:
    def by_id(*files: str) -> dict[str, Conversation]:
        found = (c for file in files for c in _read(samples / "claude" / file)[0])
        return {c.external_id: c for c in found if c.metadata.get("document") != "memory"}

    whole = by_id("own-data-2026-03-01-00-00-00-batch-0000.zip")
    parts = by_id("own-conversations-000.zip", "own-conversations-001.zip", "own-projects-000.zip")

    assert whole.keys() == parts.keys()
    assert [parts[name] for name in whole] == list(whole.values())


@pytest.mark.parametrize("source", _SOURCES)
def test_importing_twice_gives_the_same(samples: Path, source: str) -> None:
    for path in sorted((samples / source).iterdir()):
        if path.name != "osteele-simple-invalid.json":
            assert _read(path)[0] == _read(path)[0], path.name


def test_a_shape_of_nobodys_is_refused(samples: Path) -> None:
    with pytest.raises(UnreadableInputError, match="not an export"):
        _read(samples / "claude/osteele-simple-invalid.json")


def test_plain_lists_of_other_tools_come_in_with_every_message(samples: Path) -> None:
    counts = {path.name: _count(_read(path)[0]) for path in sorted((samples / "other").iterdir())}

    assert counts == {
        "ailog-claude-generic.json": (1, 4),
        "ailog-deepseek-generic.json": (1, 4),
        "ailog-gemini-generic.json": (1, 4),
        "ucw-grok-generic.json": (2, 8),
    }


def _count(found: list[Conversation]) -> tuple[int, int]:
    return len(found), sum(len(conversation.messages) for conversation in found)


def test_a_malformed_export_gives_what_is_readable(samples: Path) -> None:
    found, notes = _read(samples / "claude/echomine-malformed_export.json")

    without_id, bad_time = found[1], found[2]
    assert without_id.external_id.startswith("sha256:")
    assert (bad_time.created_at_ms, bad_time.updated_at_ms) == (None, 1759492810000)
    assert [m.text for m in found[3].messages][1] == "Missing UUID and sender fields"
    assert notes.unknown == {"sender (none)": 1}


def test_a_chat_with_every_error_still_says_something_in_each_message(samples: Path) -> None:
    [found], _ = _read(samples / "claude/osteele-conversation-with-errors.json")

    assert all(says_something(message.parts) for message in found.messages)


def test_groks_file_can_be_opened(samples: Path) -> None:
    with open_export(samples / "grok/own-grok-export.zip") as export:
        found = list(registry.find(export).read(export, Notes()))
        files = [a for c in found for m in c.messages for a in m.attachments]
        opened = [a.open().read(4) for a in files if a.open is not None]

    assert opened == [b"\x89PNG"] * len(files)
    assert {a.media_type for a in files} == {"image/png"}
