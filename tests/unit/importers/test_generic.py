"""Plain lists of conversations that other tools write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from privatus.core.conversation import Conversation, PartKind, Role
from privatus.importers import registry
from privatus.importers.base import Notes
from privatus.importers.export import open_export


def _read(folder: Path, value: Any) -> tuple[list[Conversation], Notes]:
    path = folder / "chats.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    notes = Notes()
    with open_export(path) as export:
        importer = registry.find(export)
        assert importer.source == "other"
        return list(importer.read(export, notes)), notes


def _chat(*messages: dict[str, Any]) -> dict[str, Any]:
    return {"id": "c1", "title": "Chat", "created_at": "2026-01-02T03:04:05Z", "messages": messages}


def test_roles_of_every_tool_are_understood_and_unknown_ones_are_counted(tmp_path: Path) -> None:
    said = ["human", "model", "developer", "function", "moderator"]

    [chat], notes = _read(tmp_path, [_chat(*({"role": r, "content": r} for r in said))])

    assert [m.role for m in chat.messages] == [
        *(Role.USER, Role.ASSISTANT, Role.SYSTEM, Role.TOOL, Role.ASSISTANT),
    ]
    assert chat.messages[4].author == "moderator"
    assert notes.unknown == {"role moderator": 1}


def test_thoughts_and_blocks_and_what_is_neither_are_kept(tmp_path: Path) -> None:
    message = {
        "role": "assistant",
        "reasoning_content": "Let me see.",
        "content": [{"type": "text", "text": "Yes."}, {"type": "hologram", "beam": 1}],
        "score": 3,
    }

    [chat], notes = _read(tmp_path, {"conversations": [_chat(message)]})

    thought, text, unknown = chat.messages[0].parts
    assert (thought.kind, thought.text) == (PartKind.THINKING, "Let me see.")
    assert (text.kind, text.text) == (PartKind.TEXT, "Yes.")
    assert (unknown.kind, dict(unknown.data)) == (PartKind.UNKNOWN, {"type": "hologram", "beam": 1})
    assert chat.messages[0].metadata == {"score": 3}
    assert notes.unknown == {"block hologram": 1}


def test_messages_follow_each_other_and_their_ids_are_the_same_at_each_import(
    tmp_path: Path,
) -> None:
    value = [_chat({"role": "user", "content": "a"}, {"role": "model", "content": "b"})]

    first, notes = _read(tmp_path, value)
    again, _ = _read(tmp_path, value)

    assert first == again
    assert [(m.number, m.parent) for m in first[0].messages] == [(1, None), (2, 1)]
    assert (notes.conversations_seen, notes.messages_seen) == (1, 2)


def test_what_is_no_message_is_named_and_the_rest_comes_in(tmp_path: Path) -> None:
    good = {"role": "user", "content": "a"}

    [chat], notes = _read(tmp_path, [_chat(good, "junk", good), {"title": "no messages"}])

    assert len(chat.messages) == 2
    assert notes.skipped_count == 2
    assert "messages[1]" in notes.skipped[0].where
