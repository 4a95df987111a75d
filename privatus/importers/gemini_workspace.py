"""Gemini's conversations of a Workspace account: "Conversation History/conversation_*.txt".

One JSON document a file: {title, creation_time, last_modification_time, conversation_turns:
[{user_turn: {prompt}} | {system_turn: {text: [{data, citations}]}}]}.
"""

from __future__ import annotations

from collections.abc import Iterator

from privatus.core.conversation import Conversation, Json, Message, Part, PartKind, Role
from privatus.importers import json_stream, records, titles, values
from privatus.importers.base import Notes
from privatus.importers.content import leftover
from privatus.importers.export import Export, Member
from privatus.importers.gemini_row import SOURCE

# Mostly each by itself.
_TURNS = ("user_turn", "system_turn")


def members(export: Export) -> Iterator[Member]:
    """Yield the members that are such conversations."""
    for member in export.find("conversation*.txt"):
        if b'"conversation_turns"' in member.head():
            yield member


def read(export: Export, notes: Notes) -> Iterator[Conversation]:
    """Yield the conversations."""
    found = (item for member in members(export) for item in json_stream.items(member, notes))
    yield from records.conversations(
        found, lambda record, where: _conversation(record, where, notes), notes
    )


def _conversation(record: dict[str, Json], where: str, notes: Notes) -> Conversation:
    messages: list[Message] = []
    for turn in values.sequence(record.get("conversation_turns")):
        said = [{k: turn[k]} for k in _TURNS if values.mapping(turn).get(k)] or [turn]
        messages += [_message(number, one) for number, one in enumerate(said, len(messages) + 1)]
        if messages[-1].parts and messages[-1].parts[0].kind is PartKind.UNKNOWN:
            notes.unknown["turn"] += 1
    if not messages:
        notes.warn(where, "the conversation holds no messages")
    created = values.text(record.get("creation_time"))
    return Conversation(
        source=SOURCE,
        external_id=values.stable_id(SOURCE, created, messages[0].text if messages else ""),
        title=values.text(record.get("title")) or titles.from_messages(messages),
        created_at_ms=values.time_ms(record.get("creation_time")),
        updated_at_ms=values.time_ms(record.get("last_modification_time")),
        active=len(messages) or None,
        messages=tuple(messages),
        metadata=leftover(
            record, "title", "creation_time", "last_modification_time", "conversation_turns"
        ),
    )


def _message(number: int, raw: Json) -> Message:
    turn = values.mapping(raw)
    user, system = values.mapping(turn.get("user_turn")), values.mapping(turn.get("system_turn"))
    inner = user or system
    if user:
        parts = [Part(kind=PartKind.TEXT, text=values.text(user.get("prompt")))]
    elif system:
        said = system.get("text")
        parts = [_answer(piece) for piece in (said if isinstance(said, list) else [said])]
    else:
        parts = [Part(kind=PartKind.UNKNOWN, data={"turn": raw})]
    return Message(
        number=number,
        parent=number - 1 or None,
        role=Role.USER if user else Role.ASSISTANT,
        external_id=f"#{number}",
        parts=tuple(parts),
        created_at_ms=values.time_ms(inner.get("turn_last_modified")),
        metadata=leftover(inner, "prompt", "text", "turn_last_modified"),
    )


def _answer(value: Json) -> Part:
    piece = values.mapping(value)
    text = values.text(value) or values.text(piece.get("data"))
    return Part(kind=PartKind.TEXT, text=text, data=leftover(piece, "data"))
