"""Privatus' own JSON, read from a folder, a ZIP and a document alone."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from privatus.core.conversation import Conversation, Part, PartKind
from privatus.core.errors import UnreadableInputError
from privatus.importers.base import Notes
from privatus.importers.export import open_export
from privatus.importers.privatus_json import IMPORTER
from support.conversations import attachment, conversation, message
from support.privatus_exports import read_json, write_json

MESSAGE = {"id": "1", "role": "user", "external_id": "m", "parts": [{"kind": "text", "text": "x"}]}
CHAT = {"kind": "ai", "source": "claude", "external_id": "c", "messages": [MESSAGE]}


def document(*conversations: Any, version: int = 1) -> str:
    return json.dumps(
        {"format": "privatus-export", "version": version, "conversations": conversations}
    )


def read(tmp_path: Path, *conversations: Any) -> tuple[list[Conversation], Notes]:
    path = tmp_path / "mine.json"
    path.write_text(document(*conversations), encoding="utf-8")
    found, _, notes = read_json(path)
    return found, notes


def archived(folder: Path, target: Path, prefix: str) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, prefix + path.relative_to(folder).as_posix())
    return target


def test_folder_zip_and_document_give_the_same_conversations(tmp_path: Path) -> None:
    chat = conversation(message(1, "Hi", attachments=(attachment("a.txt", b"abc"),)), title="T")
    folder = tmp_path / "chats"
    write_json([chat], folder)

    from_folder, folder_files, notes = read_json(folder)
    from_zip, zip_files, _ = read_json(archived(folder, tmp_path / "flat.zip", ""))
    from_deep, deep_files, _ = read_json(archived(folder, tmp_path / "deep.zip", "my chats/"))
    alone, no_files, alone_notes = read_json(folder / "privatus-export.json")

    assert from_folder == from_zip == from_deep == alone == [chat]
    assert folder_files == zip_files == deep_files == [[b"abc"]]
    assert no_files == [[None]]
    assert (notes.conversations_seen, notes.messages_seen, notes.warnings_count) == (1, 1, 0)
    assert [note.reason for note in alone_notes.warnings] == [
        "1 of its files are not beside it; give the whole folder"
    ]


def test_the_source_and_account_are_those_of_the_document(tmp_path: Path) -> None:
    [chat], _ = read(tmp_path, {**CHAT, "source": "grok", "account": "me"})

    assert (chat.source, chat.account, chat.external_id) == ("grok", "me", "c")


def test_a_document_of_a_newer_privatus_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "new.json"
    path.write_text(document(CHAT, version=2))

    with open_export(path) as export:
        assert IMPORTER.recognises(export)
        with pytest.raises(UnreadableInputError, match="newer Privatus"):
            list(IMPORTER.read(export, Notes()))


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        '{"conversations": []}',
        '{"format": "other", "version": 1}',
        '[{"title": "{\\"format\\": \\"privatus-export\\", \\"version\\": 1"}]',
        "no JSON",
    ],
)
def test_other_files_are_not_ours(tmp_path: Path, text: str) -> None:
    path = tmp_path / "privatus-export.json"
    path.write_text(text)

    with open_export(path) as export:
        assert not IMPORTER.recognises(export)


def test_spaces_do_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "pretty.json"
    path.write_text(json.dumps(json.loads(document(CHAT)), indent=4), encoding="utf-16")

    found, _, _ = read_json(path)

    assert [chat.messages[0].text for chat in found] == ["x"]


def test_a_damaged_file_is_not_taken_for_what_it_was(tmp_path: Path) -> None:
    chat = conversation(message(1, attachments=(attachment("a.txt", b"abc"),)))
    write_json([chat], tmp_path)
    [file] = (tmp_path / "files").iterdir()
    file.write_bytes(b"abd")

    with pytest.raises(UnreadableInputError, match="damaged"):
        read_json(tmp_path)


def test_each_conversation_is_told_of_its_own_missing_files(tmp_path: Path) -> None:
    lost = {**MESSAGE, "attachments": [{"name": "a", "sha256": "0" * 64}]}

    _, notes = read(tmp_path, {**CHAT, "title": "Lost", "messages": [lost]}, CHAT)

    assert [note.where for note in notes.warnings] == ["mine.json[0] «Lost»"]


def test_an_attachment_cannot_name_another_file(tmp_path: Path) -> None:
    folder = tmp_path / "chats"
    folder.mkdir()
    (tmp_path / "secret").write_text("x")
    file = {"name": "a", "sha256": "../../secret"}
    chat = {**CHAT, "messages": [{**MESSAGE, "attachments": [file, {"name": "b", "sha256": 1}]}]}
    (folder / "privatus-export.json").write_text(document(chat))

    _, files, notes = read_json(folder)

    assert files == [[None, None]]
    assert notes.warnings_count == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"kind": "seance"}, "its kind is not one that we know"),
        ({"source": None}, "a source is missing"),
        ({"external_id": 7}, "a external_id is missing"),
        ({"id": "x"}, "its id is not a UUID"),
        ({"id": 7}, "its id is not a UUID"),
        ({"created_at": "yesterday"}, "a time is not in ISO 8601"),
        ({"created_at": 2**63}, "a time is out of all bounds"),
        ({"messages": [{**MESSAGE, "created_at": -(2**70)}]}, "a time is out of all bounds"),
        ({"messages": [{**MESSAGE, "id": str(2**63)}]}, "a message has no id that ends in a num"),
        ({"active_id": "9"}, "its active_id is none of its messages"),
        ({"messages": {}}, "its messages are not a list of objects"),
        ({"messages": [None]}, "its messages are not a list of objects"),
        ({"messages": [{**MESSAGE, "id": "a.b"}]}, "a message has no id that ends in a number"),
        ({"messages": [{**MESSAGE, "id": "0"}]}, "a message has no id that ends in a number"),
        ({"messages": [{**MESSAGE, "role": "ghost"}]}, "its role is not one that we know"),
        ({"messages": [{**MESSAGE, "parent_id": "1"}]}, "answers one that does not stand before"),
        ({"messages": [MESSAGE, MESSAGE]}, "not in the order of their numbers"),
        ({"messages": [MESSAGE, {**MESSAGE, "id": "2"}]}, "have the same external_id"),
        ({"messages": [{**MESSAGE, "parts": [{"kind": "text", "attachment": 0}]}]}, "names an att"),
        ({"messages": [{**MESSAGE, "parts": [{"kind": "file", "attachment": -1}]}]}, "names an at"),
    ],
)
def test_a_record_that_breaks_a_rule_is_skipped_and_the_rest_comes(
    tmp_path: Path, change: dict[str, Any], reason: str
) -> None:
    found, notes = read(tmp_path, {**CHAT, **change}, CHAT)

    assert len(found) == 1
    assert notes.skipped_count == 1
    assert reason in notes.skipped[0].reason
    assert (notes.conversations_seen, notes.messages_seen) == (1, 1)


def test_what_is_not_in_the_format_is_kept(tmp_path: Path) -> None:
    part = {"kind": "hologram", "text": "shape", "depth": 3}
    file = {"name": "a", "colour": "red"}
    raw = {**MESSAGE, "parts": [part], "attachments": [file], "mood": "good", "metadata": {"a": 1}}

    [chat], notes = read(tmp_path, {**CHAT, "messages": [raw], "mood": "bad"})

    [said] = chat.messages
    assert said.parts == (Part(kind=PartKind.UNKNOWN, text="shape", data=part),)
    assert said.metadata == {"a": 1, "mood": "good"}
    assert said.attachments[0].metadata == {"colour": "red"}
    assert chat.metadata == {"mood": "bad"}
    assert notes.unknown == {"part hologram": 1}


def test_fields_that_are_left_out_have_their_defaults(tmp_path: Path) -> None:
    [chat], notes = read(tmp_path, CHAT)

    assert chat == conversation(message(1, "x", external_id="m"), external_id="c", active=None)
    assert (notes.skipped_count, notes.warnings_count) == (0, 0)


def test_the_example_of_the_docs_is_read(tmp_path: Path) -> None:
    docs = Path(__file__).parents[3] / "docs" / "json-format.md"
    example = docs.read_text(encoding="utf-8").rpartition("```json\n")[2].partition("```")[0]
    path = tmp_path / "example.json"
    path.write_text(example, encoding="utf-8")

    [chat], _, notes = read_json(path)

    assert [said.text for said in chat.active_path()] == ["Hello", "Hello yourself"]
    assert (notes.skipped_count, notes.warnings_count) == (0, 0)


def test_times_of_other_programs_are_understood(tmp_path: Path) -> None:
    times = {
        "2025-01-02T11:11:12+01:00": 1_735_812_672_000,
        "2025-01-02 10:11:12.345678": 1_735_812_672_345,
        "2025-01-02": 1_735_776_000_000,
    }

    found, _ = read(tmp_path, *({**CHAT, "created_at": text} for text in times))

    assert [chat.created_at_ms for chat in found] == list(times.values())


def test_the_export_never_stands_for_the_whole_account(tmp_path: Path) -> None:
    write_json([], tmp_path)

    with open_export(tmp_path) as export:
        assert not IMPORTER.is_whole_account(export)
        assert IMPORTER.account(export) is None
