"""One conversation of a ChatGPT export: a record with a `mapping` of nodes, as our values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from privatus.core.conversation import Conversation, Json, Message
from privatus.importers import titles, values
from privatus.importers.base import Notes
from privatus.importers.chatgpt_message import read_message, unread_message
from privatus.importers.chatgpt_reading import Reading
from privatus.importers.content import leftover
from privatus.importers.tree import Node, Tree, order

SOURCE = "chatgpt"

_FIELDS = (
    *("id", "conversation_id", "title", "create_time", "update_time", "mapping", "current_node"),
    *("is_archived", "is_starred"),
)
# What code raises that meets a type that it did not expect, in spite of all checks.
_BAD_MESSAGE = (AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError)
# Stands for the choice of a model, which each answer then names.
_NO_MODELS = ("", "auto")
_ABSENT = object()

# A node's key, its message and when that was made.
_Content = tuple[str, dict[str, Json], int | None]


def read_conversation(record: dict[str, Json], where: str, reading: Reading) -> Conversation | None:
    """Return the conversation in *record*; None, with a note, if it is none."""
    notes = reading.notes
    if "mapping" not in record:
        # Some exports hold the account among the conversations.
        if "email" in record:
            notes.ignored["account record"] += 1
        else:
            notes.skip(where, "it is no conversation; it has no messages")
        return None
    id = values.text(record.get("conversation_id")) or values.text(record.get("id"))
    nodes = list(_nodes(values.mapping(record["mapping"]), where, notes))
    tree = order(nodes, values.optional_text(record.get("current_node")))
    messages = _messages(tree, id, where, reading)
    if not messages:
        notes.warn(where, "the conversation holds no messages")
    return Conversation(
        source=SOURCE,
        external_id=id or _made_up_id(messages),
        account=reading.account,
        title=values.text(record.get("title")).strip() or titles.from_messages(messages),
        created_at_ms=values.time_ms(record.get("create_time")),
        updated_at_ms=values.time_ms(record.get("update_time")),
        model=_model(record, messages),
        project=_project(record),
        is_archived=record.get("is_archived") is True,
        is_starred=record.get("is_starred") is True,
        active=tree.active,
        messages=messages,
        metadata=_metadata(record, id, messages, reading),
    )


def _nodes(mapping: Mapping[str, Json], where: str, notes: Notes) -> Iterator[Node[_Content]]:
    said_elsewhere: dict[str, str] | None = None
    for key, node in mapping.items():
        if type(node) is not dict:
            notes.warn(where, "a node of the conversation is no record and was left out")
            continue
        message = node.get("message")
        parent = node.get("parent", _ABSENT)
        if parent is _ABSENT:
            if said_elsewhere is None:
                said_elsewhere = _parents(mapping)
            parent = said_elsewhere.get(key)
        time_ms: int | None = None
        content: _Content | None = None
        if type(message) is dict:
            time_ms = values.time_ms(message.get("create_time"))
            content = (key, message, time_ms)
        children = node.get("children")
        yield Node(
            key,
            parent if type(parent) is str else None,
            time_ms,
            content,
            children if type(children) is list else (),
        )


def _parents(mapping: Mapping[str, Json]) -> dict[str, str]:
    """Return the parents of nodes that do not name one: as the `children` say it.

    If no node says anything of either, they are one after the other, as they stand.
    """
    nodes = {key: node for key, node in mapping.items() if type(node) is dict}
    if not any("parent" in node or "children" in node for node in nodes.values()):
        return dict(zip(islice(nodes, 1, None), nodes, strict=False))
    return {
        child: key
        for key, node in nodes.items()
        for child in values.sequence(node.get("children"))
        if type(child) is str
    }


def _messages(
    tree: Tree[_Content], conversation_id: str, where: str, reading: Reading
) -> tuple[Message, ...]:
    messages: list[Message] = []
    ids: set[str] = set()
    for number, parent, (key, raw, time_ms) in tree.placed:
        external_id = raw.get("id")
        if type(external_id) is not str or not external_id or external_id in ids:
            # Keys are unique, but another message's id may be this one's key.
            external_id = key if key and key not in ids else f"{key}#{number}"
        ids.add(external_id)
        try:
            message = read_message(
                number, parent, external_id, raw, time_ms, conversation_id, reading
            )
        except _BAD_MESSAGE:
            reading.notes.warn(where, "a message could not be read and was kept as it stands")
            message = unread_message(number, parent, external_id, raw)
        messages.append(message)
    return tuple(messages)


def _model(record: Mapping[str, Json], messages: Sequence[Message]) -> str | None:
    for key in ("default_model_slug", "model_slug"):
        slug = values.text(record.get(key))
        if slug not in _NO_MODELS:
            return slug
    return next((message.model for message in reversed(messages) if message.model), None)


def _project(record: Mapping[str, Json]) -> str | None:
    """Return the id of the project, once called "snorlax"; an export holds no names of them."""
    for key in ("conversation_template_id", "gizmo_id"):
        id = values.text(record.get(key))
        if id.startswith("g-p-") or (id and record.get("gizmo_type") == "snorlax"):
            return id
    return None


def _metadata(
    record: Mapping[str, Json], id: str, messages: Sequence[Message], reading: Reading
) -> dict[str, Json]:
    metadata = leftover(record, *_FIELDS)
    if id in reading.shared:
        metadata["shared"] = reading.shared[id]
    if id in reading.feedback_in:
        # Some exports name the conversation only.
        ids = {message.external_id for message in messages}
        rest = [said for message_id, said in reading.feedback_in[id] if message_id not in ids]
        if rest:
            metadata["feedback"] = rest
    return metadata


def _made_up_id(messages: Sequence[Message]) -> str:
    """Return an id from what does not change when the conversation grows."""
    first = next((m for m in messages if m.text), None)
    if first is None:
        return values.stable_id(SOURCE, *(m.external_id for m in messages[:1]))
    return values.stable_id(SOURCE, str(first.created_at_ms), first.text)
