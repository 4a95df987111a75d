"""Exports of DeepSeek."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from privatus.core.conversation import Conversation, Json, PartKind, Role
from privatus.importers.base import Notes
from privatus.importers.deepseek import IMPORTER
from privatus.importers.export import open_export
from support.exports import read_export, write_json, write_zip


def node(name: str, parent: str | None, *fragments: Json, **fields: Any) -> dict[str, Json]:
    """Return a node with a message of *fragments*, given as (type, content) or whole."""
    made = [{"type": f[0], "content": f[1]} if isinstance(f, tuple) else f for f in fragments]
    message = {
        "files": [],
        "model": "deepseek-chat",
        "inserted_at": "2026-01-02T18:00:00.123000+08:00",
        "fragments": made,
        **fields,
    }
    return {"id": name, "parent": parent, "children": [], "message": message if made else None}


def chat(*nodes: dict[str, Json], **fields: Any) -> dict[str, Json]:
    mapping = {values["id"]: values for values in nodes}
    for values in nodes:
        if values["parent"] in mapping:
            mapping[values["parent"]]["children"].append(values["id"])
    return {
        "id": "c-1",
        "title": "A chat",
        "inserted_at": "2026-01-02T18:00:00+08:00",
        "updated_at": "2026-01-02T19:00:00+08:00",
        "mapping": mapping,
        **fields,
    }


def read(tmp_path: Path, *records: Json) -> tuple[list[Conversation], Notes]:
    return read_export(IMPORTER, write_json(tmp_path / "conversations.json", list(records)))


def test_a_chat_is_read_with_its_times_models_and_account(tmp_path: Path) -> None:
    record = chat(
        node("root", None),
        node("1", "root", ("REQUEST", "Why?")),
        node("2", "1", ("RESPONSE", "So.")),
    )
    path = write_zip(
        tmp_path / "deepseek_data.zip",
        {"user.json": {"user_id": "u-1", "email": "a@b"}, "conversations.json": [record]},
    )

    with open_export(path) as export:
        assert IMPORTER.recognises(export)
        assert IMPORTER.is_whole_account(export)
        assert IMPORTER.account(export) == "u-1"
    [found], notes = read_export(IMPORTER, path)

    assert (found.external_id, found.title, found.account) == ("c-1", "A chat", "u-1")
    assert (found.created_at_ms, found.updated_at_ms) == (1767348000000, 1767351600000)
    assert [(m.external_id, m.parent, m.role, m.text, m.model) for m in found.messages] == [
        ("1", None, Role.USER, "Why?", None),
        ("2", 1, Role.ASSISTANT, "So.", "deepseek-chat"),
    ]
    assert found.messages[0].created_at_ms == 1767348000123
    assert [m.metadata for m in found.messages] == [{}, {}]
    assert found.metadata == {}
    assert found.model == "deepseek-chat"
    assert notes.ignored == {"account data": 1}


def test_every_branch_is_kept_and_the_last_child_is_shown(tmp_path: Path) -> None:
    late, early = "2026-09-01T00:00:00+08:00", "2026-01-01T00:00:00+08:00"
    record = chat(
        node("root", None),
        node("1", "root", ("REQUEST", "Why?")),
        node("2", "1", ("RESPONSE", "First"), inserted_at=late),
        node("3", "1", ("RESPONSE", "Second"), inserted_at=early),
    )

    [found], _ = read(tmp_path, record)

    assert [(m.text, m.parent) for m in found.messages] == [
        ("Why?", None),
        ("First", 1),
        ("Second", 1),
    ]
    assert [m.text for m in found.active_path()] == ["Why?", "Second"]


def test_each_fragment_becomes_its_kind_of_part(tmp_path: Path) -> None:
    page = {"url": "https://e.org", "title": "A page", "snippet": "Words", "site": "e"}
    record = chat(
        node("root", None),
        node(
            "1",
            "root",
            ("THINK", "Hm"),
            {"type": "SEARCH", "content": None, "results": [page]},
            {"type": "FILE", "content": "Text of it", "file_name": "a.pdf"},
            ("RESPONSE", "So."),
            ("HOLOGRAM", "New"),
        ),
    )

    [found], notes = read(tmp_path, record)

    [message] = found.messages
    assert [(p.kind, p.text, p.name, p.url) for p in message.parts] == [
        (PartKind.THINKING, "Hm", None, None),
        (PartKind.TOOL_RESULT, "", "search", None),
        (PartKind.QUOTE, "Words", "A page", "https://e.org"),
        (PartKind.FILE, "Text of it", "a.pdf", None),
        (PartKind.TEXT, "So.", None, None),
        (PartKind.UNKNOWN, "New", "HOLOGRAM", None),
    ]
    assert [p.data for p in message.parts[:5]] == [{}, {}, {"site": "e"}, {}, {}]
    assert message.attachments[0].metadata == {}
    assert message.role is Role.ASSISTANT
    assert notes.unknown == {"fragment HOLOGRAM": 1}


def test_the_older_shape_without_fragments_is_read(tmp_path: Path) -> None:
    question = {**node("1", None, ("x", "x")), "message": {"role": "USER", "content": "Why?"}}
    answer = {
        **node("2", "1", ("x", "x")),
        "message": {"role": "ASSISTANT", "content": "So.", "reasoning_content": "Hm"},
    }

    [found], _ = read(tmp_path, chat(question, answer))

    assert [(m.role, m.text) for m in found.messages] == [
        (Role.USER, "Why?"),
        (Role.ASSISTANT, "So."),
    ]
    assert found.messages[1].parts[0].kind is PartKind.THINKING
    assert found.messages[1].metadata == {}


def test_files_are_named_without_their_bytes(tmp_path: Path) -> None:
    files = [{"id": "f-1", "file_name": "a.pdf", "file_size": 9, "status": "OK"}, "b.txt", None]

    [found], _ = read(tmp_path, chat(node("1", None, ("REQUEST", "Look"), files=files)))

    assert [
        (a.name, a.media_type, a.size_bytes, a.external_id) for a in found.messages[0].attachments
    ] == [
        ("a.pdf", "application/pdf", 9, "f-1"),
        ("b.txt", "text/plain", None, None),
    ]
    assert found.messages[0].attachments[0].metadata == {"status": "OK"}
    assert found.messages[0].metadata == {}


@pytest.mark.parametrize("mapping", [None, [], "x"])
def test_a_record_without_messages_is_noted(tmp_path: Path, mapping: Json) -> None:
    good = chat(node("1", None, ("REQUEST", "Why?")))

    found, notes = read(tmp_path, chat(title="Bad", mapping=mapping), good)

    assert [c.title for c in found] == ["A chat"]
    assert [n.where for n in notes.skipped] == ["conversations.json[0] «Bad»"]


def test_a_chat_without_id_or_title_gets_them_and_may_be_wrapped(tmp_path: Path) -> None:
    record = chat(node("1", None, ("REQUEST", "Why?")), id=None, title="")

    found = [
        read_export(IMPORTER, write_json(tmp_path / "conversations.json", value))[0]
        for value in ([record], {"conversations": [record]}, record)
    ]

    assert found[0] == found[1] == found[2]
    assert found[0][0].title == "Why?"
    assert found[0][0].external_id.startswith("sha256:")


def test_an_empty_chat_is_kept_and_said(tmp_path: Path) -> None:
    [found], notes = read(tmp_path, chat(node("root", None)))

    assert (found.messages, found.active) == ((), None)
    assert [n.reason for n in notes.warnings] == ["the conversation holds no messages"]


def test_chatgpts_mapping_is_not_ours(tmp_path: Path) -> None:
    theirs = [{"title": "x", "mapping": {"1": {"message": {"content": {"parts": ["fragments"]}}}}}]

    with open_export(write_json(tmp_path / "conversations.json", theirs)) as export:
        assert not IMPORTER.recognises(export)
