"""Conversations as other tools write them: objects with `messages` of `role` and `content`.

No provider's own format: what scripts, other archives and chat programs use between them.  It is
asked last, so an official export is never taken for it.
"""

from __future__ import annotations

from collections.abc import Iterator

from privatus.core.conversation import Conversation, Json, Message, PartKind, Role
from privatus.importers import json_stream, records, titles, values
from privatus.importers.base import Notes
from privatus.importers.content import Content, leftover
from privatus.importers.export import Export, Member
from privatus.importers.external_ids import ExternalIds

_SHAPE = (records.key("messages"), records.key("role"), records.key("content"))
_ROLES = {
    "user": Role.USER,
    "human": Role.USER,
    "assistant": Role.ASSISTANT,
    "model": Role.ASSISTANT,
    "ai": Role.ASSISTANT,
    "bot": Role.ASSISTANT,
    "system": Role.SYSTEM,
    "developer": Role.SYSTEM,
    "tool": Role.TOOL,
    "function": Role.TOOL,
}
_TIMES = ("created_at", "timestamp", "create_time", "createdAt", "time", "date")
_UPDATES = ("updated_at", "update_time", "updatedAt")
_THOUGHTS = ("reasoning_content", "thinking", "reasoning")


class GenericImporter:
    """Reads lists of conversations with plain messages."""

    source = "other"
    label = "another tool"

    def recognises(self, export: Export) -> bool:
        """Say whether a JSON file holds messages with a role and a content."""
        return records.shows(export, *_SHAPE)

    def account(self, export: Export) -> str | None:
        """Return None: nothing in these files says whose they are."""
        return None

    def is_whole_account(self, export: Export) -> bool:
        """Say no: nothing in these files says that they are all there is."""
        return False

    def read(self, export: Export, notes: Notes) -> Iterator[Conversation]:
        """Yield the conversations in the order of the files."""
        for member in export.members:
            if _is_chats(member):
                yield from records.conversations(
                    json_stream.items(member, notes, "conversations", "chats"),
                    lambda record, where: _conversation(record, where, notes),
                    notes,
                )
            else:
                notes.ignored[f"file {member.name}"] += 1


def _is_chats(member: Member) -> bool:
    head = member.head()
    return all(key.search(head) for key in _SHAPE)


def _conversation(record: dict[str, Json], where: str, notes: Notes) -> Conversation | None:
    raw = record.get("messages")
    if not isinstance(raw, list):
        notes.skip(where, "the record holds no messages")
        return None
    ids = ExternalIds()
    found: list[Message] = []
    for position, value in enumerate(raw):
        if isinstance(value, dict):
            found.append(_message(value, len(found) + 1, ids, notes))
        elif value is not None:
            notes.skip(f"{where}.messages[{position}]", "it is not a message")
    messages = tuple(found)
    if not messages:
        notes.warn(where, "the conversation holds no messages")
    created_at_ms = _time(record, _TIMES)
    return Conversation(
        source=GenericImporter.source,
        external_id=values.text(record.get("id") or record.get("uuid"))
        or values.stable_id(
            GenericImporter.source, str(created_at_ms), messages[0].text if messages else ""
        ),
        title=(values.text(record.get("title")) or values.text(record.get("name"))).strip()
        or titles.from_messages(messages),
        created_at_ms=created_at_ms,
        updated_at_ms=_time(record, _UPDATES),
        model=values.optional_text(record.get("model"))
        or next((m.model for m in reversed(messages) if m.model), None),
        active=messages[-1].number if messages else None,
        messages=messages,
        metadata=leftover(
            record, "id", "uuid", "title", "name", "model", "messages", *_TIMES, *_UPDATES
        ),
    )


def _message(raw: dict[str, Json], number: int, ids: ExternalIds, notes: Notes) -> Message:
    content = Content()
    for name in _THOUGHTS:
        if thought := values.text(raw.get(name)):
            content.add(PartKind.THINKING, thought)
    _add_words(raw.get("content"), content, notes)
    said = values.text(raw.get("role"))
    role = _ROLES.get(said.lower())
    if role is None:
        notes.unknown[f"role {said or '(none)'}"] += 1
    return Message(
        number=number,
        parent=number - 1 or None,
        role=role or Role.ASSISTANT,
        external_id=ids.take(values.text(raw.get("id") or raw.get("uuid")) or f"#{number}"),
        parts=tuple(content.parts),
        created_at_ms=_time(raw, _TIMES),
        author=values.optional_text(raw.get("name")) or (said or None if role is None else None),
        model=values.optional_text(raw.get("model")),
        attachments=tuple(content.attachments),
        metadata=leftover(
            raw, "id", "uuid", "role", "content", "name", "model", *_TIMES, *_THOUGHTS
        ),
    )


def _add_words(value: Json, content: Content, notes: Notes) -> None:
    """Add text, or a list of blocks as the programming interfaces of the providers have them."""
    if not isinstance(value, list):
        if text := values.text(value):
            content.add(PartKind.TEXT, text)
        elif value:
            notes.unknown["content of a message"] += 1
            content.add(PartKind.UNKNOWN, data={"raw": value})
        return
    for block in value:
        record = values.mapping(block)
        text = block if isinstance(block, str) else values.text(record.get("text"))
        if text:
            content.add(PartKind.TEXT, text, data=leftover(record, "type", "text"))
        elif block:
            notes.unknown[f"block {values.text(record.get('type')) or '(no type)'}"] += 1
            content.add(PartKind.UNKNOWN, data=record or {"raw": block})


def _time(record: dict[str, Json], names: tuple[str, ...]) -> int | None:
    times = (values.time_ms(record.get(name)) for name in names)
    return next((time for time in times if time is not None), None)


IMPORTER = GenericImporter()
