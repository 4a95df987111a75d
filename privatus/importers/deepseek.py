"""DeepSeek: a ZIP with conversations.json and user.json.

The outer shape is ChatGPT's, a `mapping` of nodes, but messages are made of fragments and name
no role. The ids of nodes ("1", "2", …) are unique within one conversation only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from privatus.core.conversation import Attachment, Conversation, Json, Message, PartKind, Role
from privatus.core.errors import UnreadableInputError
from privatus.importers import json_stream, media_type, records, titles, values
from privatus.importers.base import Notes
from privatus.importers.content import Content, leftover, readable_json
from privatus.importers.export import Export, Member
from privatus.importers.external_ids import ExternalIds
from privatus.importers.tree import Node, Placed, order

_MAPPING = records.key("mapping")
# ChatGPT's have `create_time` and `content.parts` instead.
_OURS = records.key("fragments", "inserted_at")
_ROLES = {
    "user": Role.USER,
    "human": Role.USER,
    "assistant": Role.ASSISTANT,
    "system": Role.SYSTEM,
    "tool": Role.TOOL,
}
_PAGES = frozenset({"SEARCH", "TOOL_SEARCH", "READ_LINK"})


class DeepSeekImporter:
    """Reads exports of DeepSeek."""

    source = "deepseek"
    label = "DeepSeek"

    def recognises(self, export: Export) -> bool:
        """Say whether some file holds a `mapping` with DeepSeek's fields."""
        return records.shows(export, _MAPPING, _OURS)

    def account(self, export: Export) -> str | None:
        """Return the user id of user.json."""
        for member in export.find("user.json"):
            try:
                user = values.mapping(json_stream.load(member))
            except UnreadableInputError:
                continue
            if user_id := values.text(user.get("user_id")) or values.text(user.get("id")):
                return user_id
        return None

    def is_whole_account(self, export: Export) -> bool:
        """Say yes to the ZIP as it comes: there is only one kind of export."""
        return bool(export.find("user.json")) and [
            member.name for member in export.find("conversations*.json")
        ] == ["conversations.json"]

    def read(self, export: Export, notes: Notes) -> Iterator[Conversation]:
        """Yield the conversations in the order of the file."""
        account = self.account(export)
        for member in export.members:
            if member.name.lower() == "user.json":
                notes.ignored["account data"] += 1
            elif _is_chats(member) or member.name.lower().startswith("conversations"):
                yield from records.conversations(
                    json_stream.items(member, notes, "conversations"),
                    lambda record, where: _conversation(record, where, account, notes),
                    notes,
                )
            else:
                notes.ignored[f"file {member.name}"] += 1


def _is_chats(member: Member) -> bool:
    head = member.head()
    return _MAPPING.search(head) is not None and _OURS.search(head) is not None


def _conversation(
    record: dict[str, Json], where: str, account: str | None, notes: Notes
) -> Conversation | None:
    mapping = record.get("mapping")
    if not isinstance(mapping, dict):
        notes.skip(where, "the record holds no messages (mapping)")
        return None
    # Branches are in the order of `children`, and the last one is shown. Times do not say more:
    # an answer made anew can carry the time of the first.
    placed, active = order([_node(key, node) for key, node in mapping.items()], None)
    ids = ExternalIds()
    messages = tuple(_message(place, ids, notes) for place in placed)
    if not messages:
        notes.warn(where, "the conversation holds no messages")
    created_at_ms = values.time_ms(record.get("inserted_at"))
    return Conversation(
        source=DeepSeekImporter.source,
        external_id=values.text(record.get("id"))
        or values.stable_id(
            DeepSeekImporter.source, str(created_at_ms), messages[0].text if messages else ""
        ),
        account=account,
        title=values.text(record.get("title")).strip() or titles.from_messages(messages),
        created_at_ms=created_at_ms,
        updated_at_ms=values.time_ms(record.get("updated_at")),
        # The model is the message's; the newest one stands for the conversation.
        model=next((m.model for m in reversed(messages) if m.model), None),
        active=active,
        messages=messages,
        metadata=leftover(record, "id", "title", "inserted_at", "updated_at", "mapping"),
    )


def _node(key: str, value: Json) -> Node[tuple[str, dict[str, Json]]]:
    node = values.mapping(value)
    message = node.get("message")
    return Node(
        id=key,
        parent=values.text(node.get("parent")) or None,
        time_ms=None,
        content=(key, message) if isinstance(message, dict) else None,
        children=[values.text(child) for child in values.sequence(node.get("children"))],
    )


def _message(place: Placed[tuple[str, dict[str, Json]]], ids: ExternalIds, notes: Notes) -> Message:
    key, raw = place.content
    content = Content()
    fragments = [f for f in values.sequence(raw.get("fragments")) if isinstance(f, dict)]
    for fragment in fragments:
        _add_fragment(fragment, content, notes)
    if not fragments:
        _add_older(raw, content)
    for file in values.sequence(raw.get("files")):
        _add_file(file, content)
    role = _role(raw, fragments)
    model = values.optional_text(raw.get("model"))
    metadata = leftover(
        raw,
        *("fragments", "content", "reasoning_content", "role", "files"),
        *("model", "inserted_at"),
    )
    return Message(
        number=place.number,
        parent=place.parent,
        role=role,
        external_id=ids.take(key),
        parts=tuple(content.parts),
        created_at_ms=values.time_ms(raw.get("inserted_at")),
        # Questions name it, too: it is the model that was asked.
        model=model if role is Role.ASSISTANT else None,
        attachments=tuple(content.attachments),
        metadata=metadata,
    )


def _role(raw: Mapping[str, Json], fragments: list[dict[str, Json]]) -> Role:
    named = _ROLES.get(values.text(raw.get("role")).lower())
    if named is not None:
        return named
    if any(fragment.get("type") == "REQUEST" for fragment in fragments):
        return Role.USER
    return Role.ASSISTANT


def _add_older(raw: Mapping[str, Json], content: Content) -> None:
    if thinking := values.text(raw.get("reasoning_content")):
        content.add(PartKind.THINKING, thinking)
    if text := values.text(raw.get("content")):
        content.add(PartKind.TEXT, text)


def _add_fragment(fragment: Mapping[str, Json], content: Content, notes: Notes) -> None:
    kind = values.text(fragment.get("type"))
    text = values.text(fragment.get("content"))
    more = leftover(fragment, "type", "content")
    if kind in ("REQUEST", "RESPONSE"):
        if text.strip():
            content.add(PartKind.TEXT, text, data=more)
    elif kind == "THINK":
        content.add(PartKind.THINKING, text, data=more)
    elif kind in _PAGES:
        _add_pages(kind, fragment, content)
    elif kind == "FILE":
        _add_file({**more, "content": text}, content)
    else:
        notes.unknown[f"fragment {kind or '(no type)'}"] += 1
        content.add(PartKind.UNKNOWN, text, name=kind or None, data=dict(fragment))


def _add_pages(kind: str, fragment: Mapping[str, Json], content: Content) -> None:
    """Add what was searched or opened, and each page that was found."""
    content.add(
        PartKind.TOOL_RESULT,
        readable_json(fragment.get("content")),
        name=kind.lower(),
        data=leftover(fragment, "type", "content", "results"),
    )
    for page in map(values.mapping, values.sequence(fragment.get("results"))):
        url = values.optional_text(page.get("url"))
        if page:
            content.add(
                PartKind.QUOTE,
                values.text(page.get("snippet")),
                name=values.optional_text(page.get("title")) or url,
                url=url,
                data=leftover(page, "url", "title", "snippet"),
            )


def _add_file(file: Json, content: Content) -> None:
    """Add a file, of which the export holds the name and at most the text that was read."""
    record = file if isinstance(file, dict) else {"name": values.text(file)}
    name = values.text(record.get("file_name")) or values.text(record.get("name"))
    text = values.text(record.get("content"))
    if not record or not (name or text or record.get("id")):
        return
    content.attach(
        Attachment(
            name=name or "unnamed file",
            media_type=media_type.of_name(name),
            size_bytes=values.size_bytes(record.get("file_size")),
            external_id=values.text(record.get("id")) or values.text(record.get("file_id")) or None,
            metadata=leftover(
                record, *("name", "file_name", "file_size", "id", "file_id", "content")
            ),
        ),
        text=text,
    )


IMPORTER = DeepSeekImporter()
