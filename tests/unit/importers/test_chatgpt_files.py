"""What lies beside the conversations of a ChatGPT export, and what is damaged in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from privatus.core.conversation import PartKind
from privatus.importers.chatgpt import IMPORTER
from support.chatgpt_records import (
    START_MS,
    START_S,
    answered,
    chat,
    read,
    said,
    words,
)
from support.exports import read_export, write_zip


def test_feedback_and_share_links_stay_with_what_they_are_about(tmp_path: Path) -> None:
    feedback = [
        {"id": "f", "message_id": "m-1", "conversation_id": "c-1", "rating": "thumbsUp"},
        {"id": "f", "conversation_id": "c-1", "rating": "thumbsDown", "content": "{}"},
    ]
    shared = [{"id": "s-1", "conversation_id": "c-1", "title": "A chat", "is_anonymous": True}]

    [found], _ = read(
        tmp_path,
        chat(answered("m-1", "Hello")),
        message_feedback__json=feedback,
        shared_conversations__json=shared,
    )

    assert found.messages[0].metadata["feedback"] == {"rating": "thumbsUp"}
    assert found.metadata["feedback"] == [{"rating": "thumbsDown", "content": "{}"}]
    assert found.metadata["shared"] == [{"id": "s-1", "title": "A chat", "is_anonymous": True}]


def test_broken_side_files_are_said_and_stop_nothing(tmp_path: Path) -> None:
    names = ("message_feedback", "shared_conversations", "group_chats", "library_files")
    members = {f"{name}__json": b"{broken" for name in names}

    found, notes = read(tmp_path, chat(said("m-1", "Hello")), user__json=b"[", **members)

    assert len(found) == 1
    assert {note.where for note in notes.warnings} == {f"{name}.json" for name in names}


def test_group_chats_are_said_not_to_be_read(tmp_path: Path) -> None:
    _, notes = read(tmp_path, chat(said("m-1", "Hello")), group_chats__json={"chats": [{}, {}]})

    assert notes.skipped[0].reason == "2 group chats, which cannot be read yet"


def test_a_damaged_shard_does_not_take_the_others_with_it(tmp_path: Path) -> None:
    one = chat(said("m-1", "Hello"), conversation_id="c-1")
    two = chat(said("m-1", "Hello"), conversation_id="c-2")
    path = write_zip(
        tmp_path / "a.zip",
        {"conversations-000.json": [one] * 50, "conversations-001.json": [two]},
    )
    raw = bytearray(path.read_bytes())
    raw[raw.find(b"conversations-000.json") + 60] ^= 0xFF
    path.write_bytes(raw)

    found, notes = read_export(IMPORTER, path)

    assert [c.external_id for c in found] == ["c-2"]
    assert "conversations-000.json is damaged" in notes.skipped[0].reason


def test_a_message_that_cannot_be_read_is_kept_as_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise KeyError("a field")

    monkeypatch.setattr("privatus.importers.chatgpt_message.fill", fail)
    strange = said("m-2", {"content_type": "strange"})

    [found], notes = read(tmp_path, chat(said("m-1", "Hello"), strange))

    assert words(found) == ["Hello", ""]
    assert found.messages[1].parts[0].kind is PartKind.UNKNOWN
    assert found.messages[1].parts[0].data == strange
    assert notes.warnings_count == 1


def test_text_that_utf8_cannot_hold_is_mended(tmp_path: Path) -> None:
    [found], _ = read(tmp_path, chat(said("m-1", "half \ud83d"), title="T \ud83d"))

    assert found.title == "T \ufffd"
    assert words(found) == ["half \ufffd"]


def test_times_in_milliseconds_are_told(tmp_path: Path) -> None:
    [found], _ = read(tmp_path, chat(said("m-1", "x"), create_time=START_S * 1000))

    assert found.created_at_ms == START_MS
