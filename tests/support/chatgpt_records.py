"""Records as ChatGPT's export holds them, for tests, and the way to read them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from privatus.core.conversation import Conversation, Json, Message, Part
from privatus.importers.base import Notes
from privatus.importers.chatgpt import IMPORTER
from support.exports import read_export, write_json, write_zip

START_S = 1_767_323_045.0
START_MS = 1_767_323_045_000
USER = {"id": "user-1", "email": "a@b", "chatgpt_plus_user": True}


def text(*parts: Json) -> dict[str, Json]:
    return {"content_type": "text", "parts": list(parts)}


def parts(*parts: Json) -> dict[str, Json]:
    return {"content_type": "multimodal_text", "parts": list(parts)}


def content(kind: str, **fields: Any) -> dict[str, Json]:
    return {"content_type": kind, **fields}


def said(id: str, content: Json, second: float | None = None, **fields: Any) -> dict[str, Json]:
    """Return a message of the person in the lean shape of 2026; *fields* add to it."""
    return {
        "id": id,
        "author": {"role": "user"},
        "create_time": None if second is None else START_S + second,
        "content": text(content) if isinstance(content, str) else content,
        **fields,
    }


def answered(id: str, content: Json, second: float | None = None, **fields: Any) -> dict[str, Json]:
    return said(id, content, second, **{"author": {"role": "assistant"}, **fields})


def told(id: str, tool: str, content: Json, **fields: Any) -> dict[str, Json]:
    """Return a message of a tool."""
    return said(id, content, **{"author": {"role": "tool", "name": tool}, **fields})


def node(
    key: str, parent: str | None, message: Json = None, **fields: Any
) -> tuple[str, dict[str, Json]]:
    return key, {"id": key, "parent": parent, "message": message, **fields}


def chat(*messages: dict[str, Json], **fields: Any) -> dict[str, Json]:
    """Return a conversation in which *messages* follow one another."""
    nodes = [node("root", None)]
    for message in messages:
        nodes.append(node(message["id"], nodes[-1][0], message))
    return tree(*nodes, **fields)


def tree(*nodes: tuple[str, Json], **fields: Any) -> dict[str, Json]:
    """Return a conversation of *nodes*, the last one active."""
    return {
        "conversation_id": "c-1",
        "title": "A chat",
        "create_time": START_S,
        "update_time": START_S + 60,
        "mapping": dict(nodes),
        "current_node": nodes[-1][0],
        **fields,
    }


def read(folder: Path, *records: Json, **members: Json | bytes) -> tuple[list[Conversation], Notes]:
    """Return what the importer makes of an export; *members* stand beside the conversations.

    In their names, a double underscore stands for a dot.
    """
    if not members:
        return read_export(IMPORTER, write_json(folder / "conversations.json", list(records)))
    beside = {name.replace("__", "."): content for name, content in members.items()}
    return read_export(
        IMPORTER, write_zip(folder / "export.zip", {"conversations.json": list(records), **beside})
    )


def read_message(folder: Path, message: dict[str, Json], **members: Json | bytes) -> Message:
    """Return the only message of an export."""
    [conversation], _ = read(folder, chat(message), **members)
    [found] = conversation.messages
    return found


def only(message: Message) -> Part:
    """Return the only part of a message."""
    [part] = message.parts
    return part


def words(conversation: Conversation) -> list[str]:
    return [message.text for message in conversation.messages]
