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
from support.chat_shapes import CLAUDE, DEEPSEEK, GROK, MISTRAL
from support.conversations import json_values

_EXPORTS: dict[str, tuple[Importer, str, Json]] = {
    "claude": (claude.IMPORTER, "conversations.json", CLAUDE),
    "mistral": (mistral.IMPORTER, "chat-c-1.json", MISTRAL),
    "deepseek": (deepseek.IMPORTER, "conversations.json", DEEPSEEK),
    "grok": (grok.IMPORTER, "prod-grok-backend.json", GROK),
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
@settings(max_examples=150, suppress_health_check=list(HealthCheck))
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
@settings(max_examples=100, suppress_health_check=list(HealthCheck))
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
