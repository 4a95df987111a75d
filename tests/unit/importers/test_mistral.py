"""Exports of Mistral's Le Chat."""

from __future__ import annotations

import base64
import unicodedata
from pathlib import Path
from typing import Any

from privatus.core.conversation import Conversation, Json, PartKind, Role
from privatus.importers.base import Notes
from privatus.importers.export import open_export
from privatus.importers.mistral import IMPORTER
from support.exports import read_export, write_json, write_zip

_PNG = b"\x89PNG\r\n\x1a\n0000"


def said(name: str, second: int, text: str, **fields: Any) -> dict[str, Json]:
    return {
        "id": name,
        "version": 0,
        "chatId": "c-1",
        "role": "user",
        "content": text,
        "contentChunks": None,
        "createdAt": f"2026-01-02T10:00:{second:02}.000Z",
        "reaction": "neutral",
        "canvas": [],
        "quotes": [],
        "files": [],
        **fields,
    }


def read(tmp_path: Path, *messages: Json, **files: bytes) -> tuple[list[Conversation], Notes]:
    members: dict[str, Json | bytes] = {"chat-c-1.json": list(messages)}
    members |= {f"chat-c-1-files/{name}": raw for name, raw in files.items()}
    return read_export(IMPORTER, write_zip(tmp_path / "chat-export-1.zip", members))


def test_messages_are_put_in_order_and_the_first_question_is_the_title(tmp_path: Path) -> None:
    [found], notes = read(
        tmp_path,
        said("c", 9, "Thanks"),
        said("b", 5, "Because.", role="assistant"),
        said("a", 5, "Why is it so?"),
    )

    assert [(m.external_id, m.number, m.parent) for m in found.messages] == [
        ("a", 1, None),
        ("b", 2, 1),
        ("c", 3, 2),
    ]
    assert [m.role for m in found.messages] == [Role.USER, Role.ASSISTANT, Role.USER]
    assert (found.external_id, found.title) == ("c-1", "Why is it so?")
    assert (found.created_at_ms, found.updated_at_ms) == (1767348005000, 1767348009000)
    assert (found.active, notes.conversations_seen, notes.messages_seen) == (3, 1, 3)


def test_each_file_is_a_chat_and_an_empty_one_is_kept(tmp_path: Path) -> None:
    members = {
        "chat-c-1.json": [said("a", 0, "One")],
        "chat-c-2.json": [said("a", 0, "Two", chatId="c-2")],
        "chat-c-3.json": [],
    }

    found, notes = read_export(IMPORTER, write_zip(tmp_path / "x.zip", members))

    assert [(c.external_id, c.title) for c in found] == [
        ("c-1", "One"),
        ("c-2", "Two"),
        ("c-3", ""),
    ]
    assert [n.reason for n in notes.warnings] == ["the conversation holds no messages"]
    assert found[2].active is None


def test_a_single_file_and_a_folder_called_files_are_recognised(tmp_path: Path) -> None:
    alone = write_json(tmp_path / "chat.json", [said("a", 0, "Hello")])
    zipped = write_zip(tmp_path / "x.zip", {"my-files/chat-c-1.json": [said("a", 0, "Hello")]})

    for path in (alone, zipped):
        with open_export(path) as export:
            assert IMPORTER.recognises(export)
            assert not IMPORTER.is_whole_account(export)
        assert [c.title for c in read_export(IMPORTER, path)[0]] == ["Hello"]


def test_chunks_come_instead_of_the_content_that_repeats_them(tmp_path: Path) -> None:
    call = {
        "type": "tool_call",
        "name": "web_search",
        "publicArguments": '{"query": "x"}',
        "publicResult": {"n": 1},
    }
    chunks = [
        call,
        {"type": "text", "text": "It is "},
        {"type": "reference", "referenceIds": [1, 2]},
        {"type": "text", "text": "so."},
        {"type": "hologram", "text": "New"},
    ]

    [found], notes = read(tmp_path, said("a", 0, "It is so.", contentChunks=chunks))

    [message] = found.messages
    assert [(p.kind, p.text, p.name) for p in message.parts] == [
        (PartKind.TOOL_CALL, '{"query": "x"}', "web_search"),
        (PartKind.TOOL_RESULT, '{\n  "n": 1\n}', "web_search"),
        (PartKind.TEXT, "It is so.", None),
        (PartKind.UNKNOWN, "New", "hologram"),
    ]
    assert message.parts[2].data == {"references": [{"at": 6, "referenceIds": [1, 2]}]}
    assert notes.unknown == {"chunk hologram": 1}
    assert message.metadata == {}


def test_content_that_says_more_than_the_chunks_is_kept(tmp_path: Path) -> None:
    chunks = [{"type": "text", "text": "It is"}]

    [found], _ = read(tmp_path, said("a", 0, "It is so.", contentChunks=chunks))

    assert found.messages[0].text == "It is"
    assert found.messages[0].metadata == {"content": "It is so."}


def test_attachments_are_found_beside_the_chat(tmp_path: Path) -> None:
    # As a Mac writes the name into a ZIP, and as the chat names it.
    stored, named = (unicodedata.normalize(form, "Müll.dat") for form in ("NFD", "NFC"))
    files = [{"type": "image", "name": named}, {"type": "text", "name": "gone.txt"}, {"name": ""}]

    path = tmp_path / "x.zip"
    members = {
        "top/chat-c-1.json": [said("a", 0, "Look", files=files)],
        f"top/chat-c-1-files/{stored}": _PNG,
        "top/chat-c-1-files/stray.bin": b"1",
    }
    notes = Notes()
    with open_export(write_zip(path, members)) as export:
        [found] = IMPORTER.read(export, notes)
        here, gone = found.messages[0].attachments
        assert here.open is not None
        assert here.open().read() == _PNG

    assert (here.name, here.media_type, here.size_bytes) == (named, "image/png", 12)
    assert (gone.name, gone.open) == ("gone.txt", None)
    assert (found.messages[0].metadata, gone.metadata) == ({}, {})
    assert [(p.kind, p.attachment) for p in found.messages[0].parts[1:]] == [
        (PartKind.IMAGE, 0),
        (PartKind.FILE, 1),
    ]
    assert notes.ignored == {"attachment that no message names": 1}


def test_pictures_quotes_and_canvases_are_parts(tmp_path: Path) -> None:
    data_url = "data:image/png;base64," + base64.b64encode(_PNG).decode()
    message = said(
        "a",
        0,
        "",
        contentChunks=[
            {"type": "image_url", "imageUrl": data_url},
            {"type": "image_url", "imageUrl": "https://e.org/a.png"},
            {"type": "thinking", "thinking": "Hm"},
        ],
        quotes=[{"text": "Quoted"}, "Said"],
        canvas=[{"title": "Plan", "content": "# Plan", "type": "text/markdown"}, {"id": 1}],
    )

    [found], notes = read(tmp_path, message)

    parts = found.messages[0].parts
    assert [(p.kind, p.text, p.name, p.url) for p in parts] == [
        (PartKind.QUOTE, "Quoted", None, None),
        (PartKind.QUOTE, "Said", None, None),
        (PartKind.IMAGE, "", "image", None),
        (PartKind.IMAGE, "", None, "https://e.org/a.png"),
        (PartKind.THINKING, "Hm", None, None),
        (PartKind.ARTIFACT, "# Plan", "Plan", None),
        (PartKind.UNKNOWN, "", "canvas", None),
    ]
    [picture] = found.messages[0].attachments
    assert picture.open is not None
    assert (picture.media_type, picture.open().read()) == ("image/png", _PNG)
    assert [p.data for p in parts] == [
        {},
        {},
        {},
        {},
        {},
        {"type": "text/markdown"},
        {"canvas": {"id": 1}},
    ]
    assert notes.unknown == {"canvas without a text": 1}


def test_what_the_model_does_not_name_is_kept(tmp_path: Path) -> None:
    message = said("a", 0, "Hi", reaction="like", version=2, reactionComment="!", preference=None)

    [found], _ = read(tmp_path, message)

    assert found.messages[0].metadata == {"reaction": "like", "version": 2, "reactionComment": "!"}


def test_a_chat_without_ids_takes_that_of_its_file(tmp_path: Path) -> None:
    [found], _ = read(tmp_path, said("", 0, "Hi", chatId=None))
    [again], _ = read(tmp_path, said("", 0, "Hi", chatId=None))

    assert found.external_id == "c-1"
    assert found.messages[0].external_id == again.messages[0].external_id != ""


def test_a_message_that_is_none_is_noted(tmp_path: Path) -> None:
    [found], notes = read(tmp_path, said("a", 0, "Hi", role="robot"), 7)

    assert [m.role for m in found.messages] == [Role.ASSISTANT]
    assert [n.where for n in notes.skipped] == ["chat-c-1.json[1]"]
    assert notes.unknown == {"role robot": 1}


def test_a_zip_as_it_comes_is_a_whole_account(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "chat-export-17.zip", {"chat-c-1.json": [said("a", 0, "Hi")]})

    with open_export(path) as export:
        assert IMPORTER.is_whole_account(export)
        assert IMPORTER.account(export) is None
