"""ChatGPT exports for tests: linear chats, or with one regenerated answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_FIRST_AT_S = 1_730_000_000.0


def chat(title: str, *texts: str, id: str | None = None, other_answer: str | None = None) -> Any:
    """Return a conversation in which the person and the assistant say *texts* in turn.

    *other_answer* is a second answer to the first text, beside the branch that is shown.
    """
    key = id or title
    root = f"{key}-root"
    mapping: dict[str, Any] = {
        root: {"id": root, "message": None, "parent": None, "children": []},
    }
    parent = root
    for number, text in enumerate(texts, start=1):
        node = f"{key}-{number}"
        mapping[node] = _node(node, parent, number, text)
        mapping[parent]["children"].append(node)
        parent = node
    if other_answer is not None:
        node, question = f"{key}-other", f"{key}-1"
        mapping[node] = _node(node, question, 2, other_answer)
        mapping[question]["children"].insert(0, node)
    return {
        "id": key,
        "conversation_id": key,
        "title": title,
        "create_time": _FIRST_AT_S,
        "update_time": _FIRST_AT_S + len(texts),
        "mapping": mapping,
        "current_node": parent,
    }


def _node(node: str, parent: str, number: int, text: str) -> Any:
    role = "user" if number % 2 else "assistant"
    return {
        "id": node,
        "parent": parent,
        "children": [],
        "message": {
            "id": node,
            "author": {"role": role, "name": None, "metadata": {}},
            "create_time": _FIRST_AT_S + number,
            "content": {"content_type": "text", "parts": [text]},
            "status": "finished_successfully",
            "weight": 1.0,
            "metadata": {"model_slug": "gpt-4o"} if role == "assistant" else {},
            "recipient": "all",
        },
    }


def write_chats(path: Path, *chats: Any) -> Path:
    """Write an export of one file with *chats*, as they are."""
    path.write_text(json.dumps(chats), encoding="utf-8")
    return path
