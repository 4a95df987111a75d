"""Mistral's Le Chat ("Vibe" since 2026): a ZIP with one file of messages for each chat.

    chat-<uuid>.json      a list of messages, in no order
    chat-<uuid>-files/    their attachments

A chat has no title, no times of its own and no model.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

from privatus.core.conversation import Attachment, Conversation, Json, Message, PartKind, Role
from privatus.importers import json_stream, media_type, records, titles, values
from privatus.importers.base import Notes
from privatus.importers.content import Content, leftover, readable_json
from privatus.importers.export import Export, Member
from privatus.importers.external_ids import ExternalIds

_CHAT_ID = records.key("chatId")
_OURS = records.key("contentChunks", "preferenceOver", "reactionDetail")
_FILE = re.compile(r"(?:.*/)?chat-[^/]+-files/.+", re.DOTALL)
_NAME = re.compile(r"chat-(.+)\.json", re.IGNORECASE)
_WHOLE = re.compile(r"chat-export-\d+(\.zip)?", re.IGNORECASE)
_ROLES = {"user": Role.USER, "assistant": Role.ASSISTANT, "system": Role.SYSTEM, "tool": Role.TOOL}
_MESSAGE_FIELDS = (
    *("id", "chatId", "role", "content", "contentChunks", "createdAt", "files", "quotes"),
    *("canvas", "model", "reaction", "version"),
)
_NEUTRAL = ("neutral", 0, None)


class MistralImporter:
    """Reads exports of Mistral's Le Chat."""

    source = "mistral"
    label = "Mistral Le Chat"

    def recognises(self, export: Export) -> bool:
        """Say whether some file holds messages with `chatId` and Mistral's fields."""
        return records.shows(export, _CHAT_ID, _OURS)

    def account(self, export: Export) -> str | None:
        """Return None: the export does not name the account."""
        return None

    def is_whole_account(self, export: Export) -> bool:
        """Say yes to the ZIP as it comes: it has no parts."""
        return _WHOLE.fullmatch(export.name) is not None

    def read(self, export: Export, notes: Notes) -> Iterator[Conversation]:
        """Yield the chats in the order of the ZIP."""
        used: set[str] = set()
        chats = (chat for member in export.members for chat in _chats(member, notes))
        yield from records.conversations(
            chats, lambda record, where: _conversation(record, where, export, used, notes), notes
        )
        unused = sum(bool(_FILE.fullmatch(m.path)) and m.path not in used for m in export.members)
        if unused:
            notes.ignored["attachment that no message names"] += unused


def _is_chat(member: Member) -> bool:
    head = member.head()
    return _CHAT_ID.search(head) is not None and _OURS.search(head) is not None


def _chats(member: Member, notes: Notes) -> Iterator[tuple[str, Json]]:
    """Yield each chat of a file as one record: its id, the messages, and where files are."""
    if _FILE.fullmatch(member.path):
        return
    named = _NAME.fullmatch(member.name)
    chats: dict[str, list[Json]] = {}
    if _is_chat(member):
        for where, message in json_stream.items(member, notes, "messages"):
            if isinstance(message, dict):
                chat_id = values.text(message.get("chatId")) or (named[1] if named else "")
                chats.setdefault(chat_id, []).append(message)
            else:
                notes.skip(where, "it is not a message record")
    elif named and member.head().strip() == b"[]":
        chats[named[1]] = []
    else:
        notes.ignored[f"file {member.name}"] += 1
    for chat_id, messages in chats.items():
        folder = member.path.rpartition("/")[0]
        yield member.path, {"id": chat_id, "messages": messages, "folder": folder}


def _conversation(
    record: Mapping[str, Json], where: str, export: Export, used: set[str], notes: Notes
) -> Conversation:
    chat_id = record["id"]
    folder = f"{record['folder']}/chat-{chat_id}-files/".lstrip("/")
    ids = ExternalIds()
    messages: list[Message] = []
    for raw in sorted(record["messages"], key=_place):
        content = _content(raw, notes)
        for file in map(values.mapping, values.sequence(raw.get("files"))):
            _add_file(file, folder, export, used, content)
        messages.append(_message(raw, content, len(messages) + 1, ids, notes))
    if not messages:
        notes.warn(where, "the conversation holds no messages")
    times = [m.created_at_ms for m in messages if m.created_at_ms is not None]
    return Conversation(
        source=MistralImporter.source,
        external_id=chat_id
        or values.stable_id(MistralImporter.source, messages[0].external_id if messages else ""),
        title=titles.from_messages(messages),
        created_at_ms=min(times, default=None),
        updated_at_ms=max(times, default=None),
        model=next((m.model for m in reversed(messages) if m.model), None),
        active=len(messages) or None,
        messages=tuple(messages),
    )


def _place(raw: Mapping[str, Json]) -> tuple[int, bool]:
    # Of one moment, the question comes first.
    return values.time_ms(raw.get("createdAt")) or 0, raw.get("role") != "user"


def _message(
    raw: Mapping[str, Json], content: Content, number: int, ids: ExternalIds, notes: Notes
) -> Message:
    named = values.text(raw.get("role"))
    role = _ROLES.get(named.lower())
    if role is None:
        notes.unknown[f"role {named or '(none)'}"] += 1
        role = Role.ASSISTANT
    created_at_ms = values.time_ms(raw.get("createdAt"))
    metadata = {**leftover(raw, *_MESSAGE_FIELDS), **content.metadata}
    metadata.update((k, raw[k]) for k in ("reaction", "version") if raw.get(k) not in _NEUTRAL)
    return Message(
        number=number,
        parent=number - 1 or None,
        role=role,
        external_id=ids.take(
            values.text(raw.get("id"))
            or values.stable_id(str(created_at_ms), named, values.text(raw.get("content")))
        ),
        parts=tuple(content.parts),
        created_at_ms=created_at_ms,
        model=values.optional_text(raw.get("model")),
        attachments=tuple(content.attachments),
        metadata=metadata,
    )


def _content(raw: Mapping[str, Json], notes: Notes) -> Content:
    content = Content()
    for quote in values.sequence(raw.get("quotes")):
        _add_quote(quote, content)
    # `content` may be the chunks themselves, as programs send them.
    chunks = values.sequence(raw.get("contentChunks")) or values.sequence(raw.get("content"))
    _add_chunks(chunks, content, notes)
    text = values.text(raw.get("content"))
    said = "".join(part.text for part in content.parts if part.kind is PartKind.TEXT)
    if text.strip() and not said:
        content.add(PartKind.TEXT, text)
    elif "".join(text.split()) not in "".join(said.split()):
        content.metadata["content"] = text
    for canvas in values.sequence(raw.get("canvas")):
        _add_canvas(canvas, content, notes)
    return content


def _add_chunks(chunks: list[Json], content: Content, notes: Notes) -> None:
    """Add the chunks; a text that is only interrupted by references stays one text."""
    said: list[str] = []
    references: list[Json] = []

    def finish() -> None:
        text = "".join(said)
        if text.strip() or references:
            data = {"references": list(references)} if references else {}
            content.add(PartKind.TEXT, text, data=data)
        said.clear()
        references.clear()

    for chunk in map(values.mapping, chunks):
        kind = chunk.get("type")
        if kind == "text":
            said.append(values.text(chunk.get("text")))
        elif kind == "reference":
            at = sum(map(len, said))
            references.append({"at": at, **leftover(chunk, "type")})
        elif chunk:
            finish()
            _add_chunk(chunk, content, notes)
    finish()


def _add_chunk(chunk: Mapping[str, Json], content: Content, notes: Notes) -> None:
    kind = values.text(chunk.get("type"))
    more = leftover(chunk, "type")
    if kind == "tool_call":
        name = values.optional_text(chunk.get("name"))
        asked = readable_json(chunk.get("publicArguments"))
        known = ("name", "publicArguments", "publicResult")
        content.add(PartKind.TOOL_CALL, asked, name=name, data=leftover(more, *known))
        if result := readable_json(chunk.get("publicResult")):
            content.add(PartKind.TOOL_RESULT, result, name=name)
    elif kind == "image_url":
        url = chunk.get("imageUrl")
        found = values.text(url) or values.text(values.mapping(url).get("url"))
        content.add_image_url(found, data=leftover(more, "imageUrl"))
    elif kind == "file_reference":
        content.add(PartKind.FILE, name=values.optional_text(chunk.get("name")), data=more)
    elif kind == "thinking":
        text = values.text(chunk.get("thinking")) or values.text(chunk.get("text"))
        content.add(PartKind.THINKING, text, data=leftover(more, "thinking", "text"))
    else:
        notes.unknown[f"chunk {kind or '(no type)'}"] += 1
        content.add(
            PartKind.UNKNOWN, values.text(chunk.get("text")), name=kind or None, data=dict(chunk)
        )


def _add_quote(quote: Json, content: Content) -> None:
    record = quote if isinstance(quote, dict) else {"text": quote}
    text = values.text(record.get("text")) or values.text(record.get("content"))
    if text or leftover(record):
        content.add(PartKind.QUOTE, text, data=leftover(record, "text", "content"))


def _add_canvas(canvas: Json, content: Content, notes: Notes) -> None:
    record = values.mapping(canvas)
    body = values.text(record.get("content")) or values.text(record.get("text"))
    if body:
        content.add(
            PartKind.ARTIFACT,
            body,
            name=values.optional_text(record.get("title"))
            or values.optional_text(record.get("name")),
            data=leftover(record, "content", "text", "title", "name"),
        )
    elif canvas:
        notes.unknown["canvas without a text"] += 1
        content.add(PartKind.UNKNOWN, name="canvas", data={"canvas": canvas})


def _add_file(
    file: Mapping[str, Json], folder: str, export: Export, used: set[str], content: Content
) -> None:
    name = values.text(file.get("name"))
    if not name:
        return
    # macOS takes the accents of a name apart, and people zip their folders there.
    spellings = (unicodedata.normalize(form, name) for form in ("NFC", "NFD"))
    paths = (folder + spelling for spelling in (name, *spellings))
    member = next(filter(None, map(export.get, paths)), None)
    of_type = media_type.of_name(name)
    if member is not None:
        used.add(member.path)
        of_type = of_type or media_type.sniff(member.head(media_type.SNIFFED_BYTES))
    attachment = Attachment(
        name=name,
        media_type=of_type,
        size_bytes=member.size_bytes if member is not None else None,
        metadata=leftover(file, "name", "type"),
        open=member.open if member is not None else None,
    )
    content.attach(attachment, kind=PartKind.IMAGE if file.get("type") == "image" else None)


IMPORTER = MistralImporter()
