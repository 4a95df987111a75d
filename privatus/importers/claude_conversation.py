"""One Claude chat: its tree of messages, and the branch that was shown last."""

from __future__ import annotations

from collections.abc import Mapping
from operator import itemgetter

from privatus.core.conversation import Conversation, Json, Message, PartKind, Role
from privatus.importers import titles, values
from privatus.importers.base import Notes
from privatus.importers.claude_parts import Reading, read_content
from privatus.importers.content import leftover
from privatus.importers.external_ids import ExternalIds
from privatus.importers.tree import Node, order

SOURCE = "claude"
_ROLES = {"human": Role.USER, "assistant": Role.ASSISTANT, "system": Role.SYSTEM, "user": Role.USER}
# The parent of a first message.
_NO_PARENT = frozenset(
    {"00000000-0000-4000-8000-000000000000", "00000000-0000-0000-0000-000000000000"}
)
_TOOL_PARTS = frozenset({PartKind.TOOL_RESULT, PartKind.QUOTE})
_MESSAGE_FIELDS = (
    *("uuid", "text", "content", "sender", "created_at", "updated_at", "attachments", "files"),
    *("parent_message_uuid", "index", "model"),
)
_CONVERSATION_FIELDS = (
    *("uuid", "name", "created_at", "updated_at", "account", "chat_messages", "is_starred"),
    *("model", "current_leaf_message_uuid", "conversation_id"),
)
# A message with its time in unix milliseconds.
_Timed = tuple[int | None, dict[str, Json]]


def read_conversation(
    record: Mapping[str, Json], where: str, notes: Notes, account: str | None
) -> Conversation:
    """Return the chat in *record*, whose `chat_messages` is a list."""
    records = _timed(values.sequence(record["chat_messages"]), where, notes)
    has_parents = any(_named_parent(raw) for _, raw in records)
    # Without parents the order is our guess, and a leaf in the midst of it no branch's end.
    leaf = values.optional_text(record.get("current_leaf_message_uuid")) if has_parents else None
    placed, active = order(_nodes(records, has_parents), leaf)
    reading = Reading(notes)
    messages: list[Message] = []
    ids = ExternalIds()
    for number, parent, timed in placed:
        reading.replay.begin(parent)
        messages.append(_message(timed, number, parent, ids, reading))
        reading.replay.end(number)
    own_account = values.mapping(record.get("account")).get("uuid")
    name = values.text(record.get("name")).strip()
    project = values.mapping(record.get("project"))
    if not messages:
        notes.warn(where, "the conversation holds no messages")
    elif not any(message.parts for message in messages):
        notes.warn(where, "all messages of the conversation are empty")
    return Conversation(
        source=SOURCE,
        external_id=values.text(record.get("uuid")) or _made_up_id(record, messages),
        account=values.optional_text(own_account) or account,
        title=name
        or titles.from_text(values.text(record.get("summary")))
        or titles.from_messages(messages),
        created_at_ms=values.time_ms(record.get("created_at")),
        updated_at_ms=values.time_ms(record.get("updated_at")),
        model=values.optional_text(record.get("model")),
        project=values.optional_text(project.get("name"))
        or values.optional_text(project.get("uuid") or record.get("project_uuid")),
        is_starred=record.get("is_starred") is True,
        active=active,
        messages=tuple(messages),
        metadata=leftover(record, *_CONVERSATION_FIELDS),
    )


def _made_up_id(record: Mapping[str, Json], messages: list[Message]) -> str:
    """Return an id from what does not change when the chat goes on: how it began."""
    began = values.text(record.get("created_at"))
    if not messages:
        return values.stable_id(SOURCE, began, values.text(record.get("name")))
    return values.stable_id(SOURCE, began, str(messages[0].created_at_ms), messages[0].text)


def _timed(records: list[Json], where: str, notes: Notes) -> list[_Timed]:
    """Return the messages by time; one without a time comes after the one before it in the file.

    They stand in no reliable order, and often share a microsecond.
    """
    latest = 0
    found: list[tuple[int, int | None, dict[str, Json]]] = []
    for index, record in enumerate(records):
        if record is None:
            notes.ignored["null message"] += 1
        elif not isinstance(record, dict):
            notes.skip(f"{where} message {index}", "it is not a message record")
        else:
            at_ms = values.time_ms(record.get("created_at"))
            latest = latest if at_ms is None else at_ms
            found.append((latest, at_ms, record))
    found.sort(key=itemgetter(0))
    return [(at_ms, record) for _, at_ms, record in found]


def _named_parent(raw: Mapping[str, Json]) -> str | None:
    parent = raw.get("parent_message_uuid")
    return parent if isinstance(parent, str) and parent and parent not in _NO_PARENT else None


def _nodes(records: list[_Timed], has_parents: bool) -> list[Node[_Timed]]:
    """Return the messages as nodes; one that says nothing of a parent answers the one before it.

    Old exports name no parents at all.
    """
    nodes: list[Node[_Timed]] = []
    for position, (at_ms, raw) in enumerate(records):
        parent = _named_parent(raw)
        said = raw.get("parent_message_uuid", "")
        is_silent = said == "" or (said is None and not has_parents)
        if is_silent and nodes:
            parent = nodes[-1].id
        name = values.text(raw.get("uuid")) or f"#{position}"
        nodes.append(Node(name, parent, at_ms, (at_ms, raw)))
    return nodes


def _message(
    timed: _Timed, number: int, parent: int | None, ids: ExternalIds, reading: Reading
) -> Message:
    created_at_ms, raw = timed
    created_at = raw.get("created_at")
    content = read_content(raw, reading)
    sender = raw.get("sender")
    name = values.text(raw.get("uuid")) or values.stable_id(
        values.text(created_at), values.text(sender), values.text(raw.get("text"))
    )
    role = _ROLES.get(sender) if isinstance(sender, str) else None
    if role is None:
        reading.notes.unknown[f"sender {values.text(sender) or '(none)'}"] += 1
        role = Role.ASSISTANT
    elif role is Role.USER and content.parts and all(p.kind in _TOOL_PARTS for p in content.parts):
        # The shape of the API, where a tool's answer is sent in the person's name.
        role = Role.TOOL
    metadata = {**leftover(raw, *_MESSAGE_FIELDS), **content.metadata}
    updated_at = raw.get("updated_at")
    if updated_at and updated_at != created_at:
        metadata["updated_at"] = updated_at
    return Message(
        number=number,
        parent=parent,
        role=role,
        external_id=ids.take(name),
        parts=tuple(content.parts),
        created_at_ms=created_at_ms,
        model=values.optional_text(raw.get("model")),
        attachments=tuple(content.attachments),
        metadata=metadata,
    )
