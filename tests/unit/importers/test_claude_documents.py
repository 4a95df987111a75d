"""What Claude's export holds beside chats."""

from __future__ import annotations

from pathlib import Path

from privatus.core.conversation import Json, Kind, PartKind, Role
from privatus.importers.claude import IMPORTER
from privatus.importers.export import open_export
from support.exports import chats, read_export, write_json, write_zip


def test_a_project_is_a_document_wherever_it_stands(tmp_path: Path) -> None:
    project = {
        "uuid": "p-1",
        "name": "Garden",
        "description": "All on plants",
        "prompt_template": "Answer briefly.",
        "is_private": True,
        "is_starter_project": False,
        "creator": {"uuid": "u-1", "full_name": "Ada"},
        "docs": [{"uuid": "d-1", "filename": "a.md", "content": "# Roses"}, None, {"uuid": "d-2"}],
    }
    alone = write_zip(tmp_path / "projects-000.zip", {"projects/p-1.json": project})
    together = write_zip(tmp_path / "all.zip", {"projects.json": [project]})

    [found], notes = read_export(IMPORTER, alone)
    [same], _ = read_export(IMPORTER, together)

    assert found == same
    assert (found.kind, found.title, found.account) == (Kind.DOCUMENT, "Garden", "u-1")
    assert [(m.role, m.parts[0].kind, m.parts[0].text) for m in found.messages] == [
        (Role.USER, PartKind.TEXT, "All on plants"),
        (Role.SYSTEM, PartKind.TEXT, "Answer briefly."),
        (Role.USER, PartKind.FILE, "# Roses"),
        (Role.USER, PartKind.FILE, ""),
    ]
    assert len(found.active_path()) == 4
    assert [m.parent for m in found.messages] == [None, 1, 2, 3]
    assert found.metadata == {
        "document": "project",
        "is_private": True,
        "creator": {"uuid": "u-1", "full_name": "Ada"},
    }
    assert (notes.conversations_seen, notes.messages_seen) == (1, 4)


def test_memories_of_the_old_and_the_new_form_are_one_document(tmp_path: Path) -> None:
    old = [
        {
            "account_uuid": "u-1",
            "conversations_memory": "Likes tea.",
            "project_memories": {"p-1": "Grows roses.", "p-2": None},
        }
    ]
    new = {**old[0], "memory_files": [{"path": "/a.md", "content": "Tall.", "updated_at": "2026"}]}
    first = write_zip(tmp_path / "1.zip", {"memories.json": old})
    second = write_zip(tmp_path / "memories-000.zip", {"memories/u-1.json": new})

    [before], _ = read_export(IMPORTER, first)
    [after], _ = read_export(IMPORTER, second)

    assert (before.kind, before.account, before.title) == (Kind.DOCUMENT, "u-1", "Memory")
    assert before.external_id == after.external_id
    assert [(m.external_id, m.parts[0].text) for m in after.messages] == [
        ("conversations_memory", "Likes tea."),
        ("p-1", "Grows roses."),
        ("/a.md", "Tall."),
    ]
    assert before.messages[:2] == after.messages[:2]
    assert before.messages[1].metadata == {"project_uuid": "p-1"}
    assert after.metadata == {"document": "memory"}


def test_files_of_a_project_have_ids_and_bytes_where_they_are_texts(tmp_path: Path) -> None:
    docs = [
        {"filename": "a.docx", "content": "Read from it"},
        {"filename": "notes", "content": "Plain"},
        {"uuid": "d"},
    ]
    path = write_json(tmp_path / "p.json", {"uuid": "p", "name": "P", "docs": docs})

    [found], _ = read_export(IMPORTER, path)
    [again], _ = read_export(IMPORTER, path)

    files = [m.attachments[0] for m in found.messages]
    assert [(f.name, f.open is not None) for f in files] == [
        ("a.docx", False),
        ("notes", True),
        ("unnamed file", False),
    ]
    ids = [m.external_id for m in found.messages]
    assert ids == [m.external_id for m in again.messages]
    assert all(ids) and ids[2] == "d"


_DESIGN: dict[str, Json] = {
    "uuid": "d-1",
    "title": "Chat",
    "project": {"uuid": "p", "name": "Site"},
    "messages": [
        {
            "uuid": "m-1",
            "role": "user",
            "created_at": "2026-08-01T10:00:00Z",
            "content": {
                "content": "Redo the page",
                "timestamp": "2026-08-01T10:00:00Z",
                "authorName": "Ada",
                "attachments": [{"id": "a", "name": "Rules", "content": "Blue", "type": "text"}],
            },
        },
        {
            "uuid": "m-2",
            "role": "assistant",
            "content": {
                "timestamp": "2026-08-01T10:01:00Z",
                "contentBlocks": [
                    {"type": "thinking", "text": ""},
                    {"type": "text", "text": "Done"},
                    {
                        "type": "tool_call",
                        "toolCall": {"name": "ls", "input": {"path": ""}, "output": "a.html"},
                    },
                    {"type": "error", "message": "Overloaded", "debugInfo": {"a": 1}},
                    {"type": "hologram"},
                ],
            },
        },
    ],
}


def test_a_chat_of_claude_design_is_a_chat(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "design_chats-000.zip", {"design_chats/d-1.json": _DESIGN})

    with open_export(path) as export:
        assert IMPORTER.recognises(export)
    [found], _ = read_export(IMPORTER, path)

    assert chats([found]) == [found]
    assert found.project == "Site"
    assert found.metadata == {"product": "design", "project": {"uuid": "p", "name": "Site"}}
    assert [m.metadata for m in found.messages] == [{}, {}]
    assert [m.parent for m in found.messages] == [None, 1]


def test_the_blocks_of_claude_design_keep_their_kinds(tmp_path: Path) -> None:
    [found], notes = read_export(IMPORTER, write_json(tmp_path / "d-1.json", _DESIGN))

    question, answer = found.messages
    assert (question.text, question.author) == ("Redo the page", "Ada")
    assert question.parts[1].text == "Blue"
    assert answer.created_at_ms == 1785578460000
    assert [(p.kind, p.text) for p in answer.parts] == [
        (PartKind.TEXT, "Done"),
        (PartKind.TOOL_CALL, '{\n  "path": ""\n}'),
        (PartKind.TOOL_RESULT, "a.html"),
        (PartKind.NOTICE, "Overloaded"),
        (PartKind.UNKNOWN, ""),
    ]
    assert answer.parts[3].data == {"debugInfo": {"a": 1}}
    assert notes.unknown == {"design block hologram": 1}


def test_a_message_of_claude_design_needs_no_id_and_no_blocks(tmp_path: Path) -> None:
    def message(**content: Json) -> Json:
        return {"role": "assistant", "content": {"timestamp": "2026-08-01T10:00:00Z", **content}}

    blocks = [
        {"type": "thinking", "text": "Hm"},
        {"type": "user_interjection", "content": "Wait"},
        {"type": "text", "text": "Once"},
    ]
    messages = [message(id="b"), message(content="Once", contentBlocks=blocks), message()]
    path = write_json(tmp_path / "d.json", {"uuid": "d", "messages": messages})

    [found], _ = read_export(IMPORTER, path)

    assert [m.external_id for m in found.messages] == ["b", "#2", "#3"]
    assert [(p.kind, p.text, p.data) for p in found.messages[1].parts] == [
        (PartKind.TEXT, "Once", {}),
        (PartKind.THINKING, "Hm", {}),
        (PartKind.TEXT, "Wait", {}),
    ]
