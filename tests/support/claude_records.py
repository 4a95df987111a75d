"""Records as Claude's export holds them, for tests, and the way to read them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from privatus.core.conversation import Conversation, Json, Message, PartKind
from privatus.importers.base import Notes
from privatus.importers.claude import IMPORTER
from support.exports import read_export, write_json

# The parent of a first message.
ROOT = "00000000-0000-4000-8000-000000000000"
USER = {"uuid": "u-1", "full_name": "Ada", "email_address": "a@b", "verified_phone_number": None}


def said(uuid: str, minute: int | None, *blocks: Json, **fields: Any) -> dict[str, Json]:
    """Return a message record; a block that is a text is a block of type text."""
    content = [{"type": "text", "text": b} if isinstance(b, str) else b for b in blocks]
    at = f"2026-01-02T10:{minute:02}:00.000000Z" if minute is not None else None
    return {
        "uuid": uuid,
        "sender": "human",
        "created_at": at,
        "updated_at": at,
        "text": "",
        "content": content,
        "attachments": [],
        "files": [],
        **fields,
    }


def answered(uuid: str, minute: int | None, *blocks: Json, **fields: Any) -> dict[str, Json]:
    return said(uuid, minute, *blocks, **{"sender": "assistant", **fields})


def chat(*messages: Json, **fields: Any) -> dict[str, Json]:
    return {"uuid": "c-1", "name": "A chat", "chat_messages": list(messages), **fields}


def read(tmp_path: Path, value: Json) -> tuple[list[Conversation], Notes]:
    return read_export(IMPORTER, write_json(tmp_path / "conversations.json", value))


def read_one(tmp_path: Path, *messages: Json, **fields: Any) -> Conversation:
    [conversation], _ = read(tmp_path, [chat(*messages, **fields)])
    return conversation


def kinds(message: Message) -> list[PartKind]:
    return [part.kind for part in message.parts]
