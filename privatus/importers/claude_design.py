"""Chats of Claude Design, which have a shape of their own."""

from __future__ import annotations

from collections.abc import Mapping

from privatus.core.conversation import Attachment, Conversation, Json, Message, PartKind, Role
from privatus.importers import media_type, values
from privatus.importers.base import Notes
from privatus.importers.content import Content, leftover, readable_json, text_attachment
from privatus.importers.external_ids import ExternalIds

SOURCE = "claude"
_ROLES = {"user": Role.USER, "human": Role.USER, "assistant": Role.ASSISTANT, "system": Role.SYSTEM}


def is_design_chat(record: Mapping[str, Json]) -> bool:
    """Say whether *record* is a chat of Claude Design, whose messages wrap their content."""
    if not isinstance(record.get("messages"), list) or "uuid" not in record:
        return False
    first = next((m for m in record["messages"] if isinstance(m, dict)), None)
    if first is None:
        return "project" in record
    content = first.get("content")
    return isinstance(content, dict) and not content.keys().isdisjoint(
        ("contentBlocks", "content", "timestamp")
    )


def read_design_chat(record: Mapping[str, Json], notes: Notes, account: str | None) -> Conversation:
    """Return a chat of Claude Design; its messages stand in order."""
    messages: list[Message] = []
    ids = ExternalIds()
    for entry in values.sequence(record["messages"]):
        if isinstance(entry, dict):
            messages.append(_message(entry, len(messages) + 1, ids, notes))
    project = values.mapping(record.get("project"))
    return Conversation(
        source=SOURCE,
        external_id=values.text(record["uuid"])
        or values.stable_id(SOURCE, "design", values.text(record.get("created_at"))),
        account=account,
        title=values.text(record.get("title")),
        created_at_ms=values.time_ms(record.get("created_at")),
        updated_at_ms=values.time_ms(record.get("updated_at")),
        project=values.optional_text(project.get("name") or project.get("uuid")),
        active=len(messages) or None,
        messages=tuple(messages),
        metadata={
            "product": "design",
            **leftover(record, "uuid", "title", "created_at", "updated_at", "messages"),
        },
    )


def _message(entry: Mapping[str, Json], number: int, ids: ExternalIds, notes: Notes) -> Message:
    inner = entry.get("content")
    body = inner if isinstance(inner, dict) else {"content": inner}
    name = values.text(entry.get("uuid")) or values.text(body.get("id"))
    content = _content(body, notes)
    role = values.text(entry.get("role")) or values.text(body.get("role"))
    return Message(
        number=number,
        parent=number - 1 or None,
        role=_ROLES.get(role, Role.ASSISTANT),
        external_id=ids.take(name or f"#{number}"),
        parts=tuple(content.parts),
        created_at_ms=values.time_ms(entry.get("created_at"))
        or values.time_ms(body.get("timestamp")),
        author=values.optional_text(body.get("authorName")),
        attachments=tuple(content.attachments),
        metadata={
            **leftover(entry, "uuid", "role", "created_at", "content"),
            **leftover(
                body,
                *("id", "role", "content", "contentBlocks", "attachments", "timestamp"),
                *("authorName", "kind"),
            ),
        },
    )


def _content(body: Mapping[str, Json], notes: Notes) -> Content:
    content = Content()
    if text := values.text(body.get("content")):
        content.add(PartKind.TEXT, text)
    for block in map(values.mapping, values.sequence(body.get("contentBlocks"))):
        if block:
            _add_block(block, content, notes)
    for record in map(values.mapping, values.sequence(body.get("attachments"))):
        if record:
            _add_attachment(record, content)
    return content


def _add_block(block: Mapping[str, Json], content: Content, notes: Notes) -> None:
    text = values.text(block.get("text"))
    more = leftover(block, "type", "text")
    match block.get("type"):
        case "text":
            # `content` repeats the answer in some exports.
            if text and all(text != part.text for part in content.parts):
                content.add(PartKind.TEXT, text, data=more)
        case "thinking":
            if thought := text or values.text(block.get("thinking")):
                content.add(PartKind.THINKING, thought, data=leftover(more, "thinking"))
        case "tool_call":
            _add_call(values.mapping(block.get("toolCall")), content, leftover(more, "toolCall"))
        case "error":
            message = values.text(block.get("message"))
            content.add(PartKind.NOTICE, message, name="error", data=leftover(more, "message"))
        case "user_interjection":
            said = text or values.text(block.get("content"))
            content.add(PartKind.TEXT, said, name="interjection", data=leftover(more, "content"))
        case other:
            notes.unknown[f"design block {values.text(other) or '(no type)'}"] += 1
            content.add(PartKind.UNKNOWN, text, data=dict(block))


def _add_call(call: Mapping[str, Json], content: Content, beside: Mapping[str, Json]) -> None:
    name = values.optional_text(call.get("name"))
    more = {**beside, **leftover(call, "name", "input", "output")}
    content.add(PartKind.TOOL_CALL, readable_json(call.get("input")), name=name, data=more)
    if output := readable_json(call.get("output")):
        content.add(PartKind.TOOL_RESULT, output, name=name)


def _add_attachment(record: Mapping[str, Json], content: Content) -> None:
    name = values.text(record.get("name")) or "unnamed file"
    text = values.text(record.get("content"))
    external_id = values.optional_text(record.get("id"))
    more = leftover(record, "id", "name", "content")
    of_type = media_type.of_name(name)
    if text and (of_type is None or media_type.is_text(of_type)):
        attachment = text_attachment(
            name, text, of_type=of_type, external_id=external_id, metadata=more
        )
    else:
        attachment = Attachment(
            name=name, media_type=of_type, external_id=external_id, metadata=more
        )
    content.attach(attachment, text=text)
