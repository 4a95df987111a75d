"""Whatever is wrong with an export, an importer says so and goes on; what it gives is in order."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from privatus.core.conversation import Conversation, Json
from privatus.core.errors import UnreadableInputError
from privatus.importers import claude, deepseek, grok, mistral
from privatus.importers.base import Importer, Notes
from privatus.importers.export import open_export
from support.conversations import json_values

_IMAGE_CARD = {"id": "k", "image_chunk": {"imageUuid": "i", "imageUrl": "u/i.png", "progress": 100}}
_CLAUDE = [
    {
        "uuid": "c-1",
        "name": "A chat",
        "created_at": "2026-01-02T10:00:00Z",
        "account": {"uuid": "u-1"},
        "project": {"uuid": "p", "name": "P"},
        "current_leaf_message_uuid": "b",
        "chat_messages": [
            {
                "uuid": "a",
                "sender": "human",
                "text": "Why?",
                "content": [
                    {"type": "text", "text": "Why?", "citations": [{"url": "u", "title": "t"}]}
                ],
                "created_at": "2026-01-02T10:00:00Z",
                "attachments": [{"file_name": "a.txt", "extracted_content": "x", "file_size": 1}],
                "files": [{"file_uuid": "f", "file_name": "a.png"}],
                "parent_message_uuid": "00000000-0000-4000-8000-000000000000",
            },
            {
                "uuid": "b",
                "sender": "assistant",
                "content": [
                    {"type": "thinking", "thinking": "Hm", "summaries": [{"summary": "S"}]},
                    {
                        "type": "tool_use",
                        "id": "t",
                        "name": "artifacts",
                        "input": {"command": "create", "id": "d", "content": "Hi", "title": "T"},
                    },
                    {
                        "type": "tool_use",
                        "name": "artifacts",
                        "input": {"command": "update", "id": "d", "old_str": "H", "new_str": "h"},
                    },
                    {
                        "type": "tool_result",
                        "tool_use_id": "t",
                        "content": [
                            {"type": "text", "text": "ok"},
                            {"type": "knowledge", "title": "K", "url": "u"},
                            {"type": "image", "source": {"data": "aGk="}},
                            {"type": "local_resource", "file_path": "/a"},
                        ],
                    },
                    {"type": "text", "text": '<antArtifact identifier="x">y</antArtifact>'},
                    {"type": "voice_note", "text": "v"},
                    {"type": "flag", "flag": "f"},
                ],
                "created_at": "2026-01-02T10:00:01Z",
                "parent_message_uuid": "a",
            },
        ],
    },
    {
        "uuid": "p-1",
        "name": "P",
        "prompt_template": "x",
        "docs": [{"filename": "a", "content": "b"}],
    },
    {
        "account_uuid": "u",
        "project_memories": {"p": "m"},
        "memory_files": [{"path": "/a", "content": "b"}],
    },
    {
        "uuid": "d-1",
        "project": {"name": "P"},
        "messages": [
            {
                "uuid": "m",
                "role": "assistant",
                "content": {
                    "content": "x",
                    "contentBlocks": [
                        {"type": "tool_call", "toolCall": {"name": "n", "input": {}}}
                    ],
                    "attachments": [{"name": "n", "content": "c"}],
                },
            }
        ],
    },
]
_MISTRAL = [
    {
        "id": name,
        "chatId": "c-1",
        "role": "user",
        "content": "Why?",
        "contentChunks": [
            {"type": "text", "text": "Why?"},
            {"type": "reference", "referenceIds": [1]},
            {"type": "tool_call", "name": "n", "publicArguments": "{}", "publicResult": None},
            {"type": "image_url", "imageUrl": "data:image/png;base64,aGk="},
        ],
        "createdAt": "2026-01-02T10:00:00Z",
        "canvas": [{"title": "t", "content": "c"}],
        "quotes": [{"text": "q"}],
        "files": [{"type": "image", "name": "a.png"}],
    }
    for name in ("a", "b")
]
_DEEPSEEK = [
    {
        "id": "c-1",
        "title": "A chat",
        "inserted_at": "2026-01-02T10:00:00+08:00",
        "mapping": {
            "root": {"id": "root", "parent": None, "children": ["1"], "message": None},
            "1": {
                "id": "1",
                "parent": "root",
                "children": ["2"],
                "message": {
                    "files": [{"file_name": "a"}],
                    "model": "m",
                    "inserted_at": "2026-01-02T10:00:00+08:00",
                    "fragments": [
                        {"type": "REQUEST", "content": "Why?"},
                        {
                            "type": "SEARCH",
                            "content": None,
                            "results": [{"url": "u", "title": "t"}],
                        },
                    ],
                },
            },
            "2": {"id": "2", "parent": "1", "message": {"role": "ASSISTANT", "content": "So."}},
        },
    }
]
_GROK = {
    "conversations": [
        {
            "conversation": {
                "id": "c",
                "user_id": "u",
                "leaf_response_id": "b",
                "asset_ids": ["i"],
            },
            "responses": [
                {
                    "response": {
                        "_id": "a",
                        "sender": "human",
                        "message": 'Why?<grok:render card_id="k"></grok:render>',
                        "create_time": {"$date": {"$numberLong": "1767348000000"}},
                        "file_attachments": ["i"],
                        "card_attachments_json": [json.dumps(_IMAGE_CARD)],
                    },
                    "share_link": None,
                },
                {
                    "response": {
                        "_id": "b",
                        "parent_response_id": "a",
                        "sender": "grok-4",
                        "message": "So.",
                        "thinking_trace": "Hm",
                        "steps": [
                            {"tagged_text": {"header": "h"}, "tool_usage_results": [{"a": 1}]}
                        ],
                        "web_search_results": [{"url": "u", "title": "t", "preview": "p"}],
                        "cited_web_search_results": [{"url": "u"}],
                        "generated_image_urls": ["u"],
                        "error": {"a": 1},
                    }
                },
            ],
        }
    ],
    "projects": [{"workspace_id": "w", "name": "P", "conversation_starters": ["s"]}],
    "tasks": [{"task_id": "t"}],
    "media_posts": [{"id": "m", "original_prompt": "p", "media_type": "image"}],
}
_EXPORTS: dict[str, tuple[Importer, str, Json]] = {
    "claude": (claude.IMPORTER, "conversations.json", _CLAUDE),
    "mistral": (mistral.IMPORTER, "chat-c-1.json", _MISTRAL),
    "deepseek": (deepseek.IMPORTER, "conversations.json", _DEEPSEEK),
    "grok": (grok.IMPORTER, "prod-grok-backend.json", _GROK),
}
# What such files are full of where a text or a number should be.
_WRONG = st.one_of(
    json_values(),
    st.sampled_from([None, "", 0, -1, 2**70, 1e308, True, [], {}, [[]], [None], {"a": None}]),
    st.sampled_from(["a", "b", "c-1", "root", "1", "text", "tool_use", "human", "\ud83d", "\0"]),
)


def places(value: Json) -> list[tuple[Any, Any]]:
    """Return each (container, key) in *value*."""
    found: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        inner = waiting.pop()
        keys = range(len(inner)) if isinstance(inner, list) else list(inner)
        for key in keys:
            found.append((inner, key))
            if isinstance(inner[key], list | dict):
                waiting.append(inner[key])
    return found


@st.composite
def mangled(draw: st.DrawFn, value: Json) -> Json:
    """Draw *value* with a few of its fields replaced or gone."""
    result = copy.deepcopy(value)
    for _ in range(draw(st.integers(1, 6))):
        all_places = places(result)
        if not all_places:
            break
        container, key = draw(st.sampled_from(all_places))
        if isinstance(container, dict) and draw(st.booleans()):
            del container[key]
        else:
            # A copy: the next round may write into it.
            container[key] = copy.deepcopy(draw(_WRONG))
    return result


def read(importer: Importer, path: Path) -> list[Conversation]:
    """Return what can be read of the file, which must not raise but in one way."""
    notes = Notes()
    try:
        with open_export(path) as export:
            importer.recognises(export)
            importer.is_whole_account(export)
            importer.account(export)
            found = list(importer.read(export, notes))
    except UnreadableInputError:
        return []
    assert notes.conversations_seen == len(found)
    assert notes.messages_seen == sum(len(c.messages) for c in found)
    return found


def check(conversation: Conversation) -> None:
    """Hold what every conversation promises."""
    assert conversation.external_id
    numbers = [message.number for message in conversation.messages]
    assert numbers == list(range(1, len(numbers) + 1))
    assert (conversation.active in numbers) or not numbers
    assert len({message.external_id for message in conversation.messages}) == len(numbers)
    for message in conversation.messages:
        assert message.parent is None or 1 <= message.parent < message.number
        for part in message.parts:
            assert part.attachment is None or part.attachment < len(message.attachments)
            part.text.encode()
            json.dumps(dict(part.data)).encode()
        json.dumps(dict(message.metadata))
    json.dumps(dict(conversation.metadata))
    conversation.title.encode()
    conversation.active_path()


@pytest.mark.parametrize("name", _EXPORTS)
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_wrong_fields_never_stop_an_import(
    name: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    importer, file, whole = _EXPORTS[name]
    path = tmp_path_factory.getbasetemp() / file

    path.write_text(json.dumps(data.draw(mangled(whole))), encoding="utf-8")

    for conversation in read(importer, path):
        check(conversation)


@pytest.mark.parametrize("name", _EXPORTS)
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_broken_bytes_never_stop_an_import(
    name: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    importer, file, whole = _EXPORTS[name]
    path = tmp_path_factory.getbasetemp() / file
    raw = json.dumps(whole).encode()

    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(start, min(len(raw), start + 40)))
    path.write_bytes(raw[:start] + data.draw(st.binary(max_size=8)) + raw[end:])

    for conversation in read(importer, path):
        check(conversation)


@pytest.mark.parametrize("name", _EXPORTS)
def test_the_whole_file_is_read_whole(name: str, tmp_path: Path) -> None:
    importer, file, whole = _EXPORTS[name]
    path = tmp_path / file
    path.write_text(json.dumps(whole), encoding="utf-8")

    found = read(importer, path)

    assert sum(len(c.messages) for c in found) >= 2
    for conversation in found:
        check(conversation)


@pytest.mark.parametrize("name", _EXPORTS)
def test_deep_nesting_stops_nothing(name: str, tmp_path: Path) -> None:
    importer, file, whole = _EXPORTS[name]
    # Deeper than the stack, in a place where any value may stand.
    text = json.dumps(whole).replace('"Why?"', "[" * 5000 + "]" * 5000)
    path = tmp_path / file
    path.write_text(text, encoding="utf-8")

    for conversation in read(importer, path):
        check(conversation)
