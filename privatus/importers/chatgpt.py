"""ChatGPT: the data export of chatgpt.com, from 2023 to the shards of 2026.

Conversations stand in `conversations.json` or `conversations-000.json` and so on. The manifest of
2026 is taken as a hint only: it can name files that are not there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from privatus.core.conversation import Conversation, Json
from privatus.core.errors import UnreadableInputError
from privatus.importers import json_stream, records, values
from privatus.importers.base import Notes
from privatus.importers.chatgpt_assets import LIBRARY_FILE, NAMES_FILE, Assets, load_or_note
from privatus.importers.chatgpt_conversation import SOURCE, read_conversation
from privatus.importers.chatgpt_reading import Reading
from privatus.importers.export import Export, Member

_CONVERSATIONS = re.compile(r"conversations(?:[-_ ]?\(?\d+\)?)?\.json", re.IGNORECASE)
_MANIFEST = "export_manifest.json"
# What is in each of our conversations, and what is in those of others: DeepSeek's have a `mapping`.
_MAPPING = re.compile(rb'"mapping"\s*:\s*(?:\{|null)')
_FOREIGN = re.compile(rb'"(?:fragments|inserted_at|chat_messages)"\s*:')
# As what was uploaded to a chat is named.
UPLOAD = re.compile(r"file[-_]", re.IGNORECASE)
_EMPTY_LIST = re.compile(rb"\s*\[\s*(?:\]\s*)?")
# What stands beside the conversations and is used, or known to hold none.
_BESIDE = frozenset(
    {
        *("user.json", "user_settings.json", "message_feedback.json", "shared_conversations.json"),
        *("model_comparisons.json", "shopping.json", "sora.json", "tool_messages.json"),
        *("assets.json", "ads.json", "sectioned_conversations.json", "group_chats.json"),
        *("chat.html", _MANIFEST),
    }
)


class ChatGPTImporter:
    """Reads the exports of chatgpt.com."""

    source = SOURCE
    label = "ChatGPT"

    def recognises(self, export: Export) -> bool:
        return bool(_conversation_files(export))

    def account(self, export: Export) -> str | None:
        return next(iter(_users(export).values()), None)

    def is_whole_account(self, export: Export) -> bool:
        """Say whether the account's own files are there, and every file that the manifest names."""
        files = _conversation_files(export)
        has_account = bool(export.find("user.json") or export.find(_MANIFEST))
        return (
            has_account
            and all(_CONVERSATIONS.fullmatch(member.name) for member in files)
            and not any(_missing_files(export))
        )

    def read(self, export: Export, notes: Notes) -> Iterator[Conversation]:
        files = _conversation_files(export)
        users = _users(export)
        reading = _reading(export, notes)
        for name in _missing_files(export):
            notes.warn(_MANIFEST, f"it names {name}, which is not in the export")
        for member in files:
            account = records.nearest(member, users)
            yield from _read_file(member, replace(reading, account=account))
        if notes.skipped and not notes.conversations_seen:
            first = notes.skipped[0]
            raise UnreadableInputError(f"nothing could be read: {first.where}: {first.reason}")
        _note_the_rest(export, files, reading)


def _read_file(member: Member, reading: Reading) -> Iterator[Conversation]:
    return records.conversations(
        json_stream.items(member, reading.notes, "conversations"),
        lambda record, where: read_conversation(record, where, reading),
        reading.notes,
    )


def _conversation_files(export: Export) -> list[Member]:
    """Return the members that hold conversations, by their names or else by their shape."""
    named = [m for m in export.members if _CONVERSATIONS.fullmatch(m.name)]
    if named:
        heads = [m.head() for m in named]
        if not any(map(_is_ours, heads)):
            # An account without a conversation has an empty list; what is too damaged to have
            # a beginning is to be said by reading it.
            return [
                m
                for m, head in zip(named, heads, strict=True)
                if not head or _EMPTY_LIST.fullmatch(head)
            ]
        files = [m for m, head in zip(named, heads, strict=True) if not _FOREIGN.search(head)]
        return files + _of_other_names(export, files)
    others = [m for m in export.members if m.name.lower() not in _BESIDE]
    if len(export.members) > 1:
        others = [m for m in others if m.name.lower().endswith(".json")]
    elif others and _EMPTY_LIST.fullmatch(others[0].head()):
        return others
    return [m for m in others if _is_ours(m.head())]


def _of_other_names(export: Export, named: list[Member]) -> list[Member]:
    """Return what lies beside *named*, or elsewhere, and has our shape: a person renamed it.

    Below them, and by the name of an upload, it is what somebody gave to a chat.
    """
    folders = {"", *map(records.folder_of, named)}
    below = tuple(f"{folder}/" if folder else "" for folder in map(records.folder_of, named))
    return [
        m
        for m in export.find("*.json")
        if (records.folder_of(m) in folders or not m.path.startswith(below))
        and not _CONVERSATIONS.fullmatch(m.name)
        and not UPLOAD.match(m.name)
        and m.name.lower() not in _BESIDE
        and _is_ours(m.head())
    ]


def _is_ours(head: bytes) -> bool:
    return bool(_MAPPING.search(head)) and not _FOREIGN.search(head)


def _missing_files(export: Export) -> Iterator[str]:
    """Yield the conversation files that the manifest names and the export does not hold."""
    names = {member.name for member in export.members}
    for member in export.find(_MANIFEST):
        try:
            manifest = values.mapping(json_stream.load(member))
        except UnreadableInputError:
            continue
        listed = [
            values.text(values.mapping(file).get("path"))
            for file in values.sequence(manifest.get("export_files"))
        ]
        for logical in values.mapping(manifest.get("logical_files")).values():
            record = values.mapping(logical)
            for key in ("files", "shards"):
                for file in values.sequence(record.get(key)):
                    listed.append(values.text(values.mapping(file).get("path") or file))
        for path in dict.fromkeys(listed):
            name = path.rpartition("/")[2]
            if _CONVERSATIONS.fullmatch(name) and name not in names:
                yield name


def _users(export: Export) -> dict[str, str]:
    """Return the id of the account by the folder of the user.json that says it."""
    found: dict[str, str] = {}
    for member in export.find("user.json"):
        try:
            user = values.mapping(json_stream.load(member))
        except UnreadableInputError:
            continue
        if id := values.optional_text(user.get("id")):
            found.setdefault(records.folder_of(member), id)
    return found


def _reading(export: Export, notes: Notes) -> Reading:
    feedback: dict[str, Json] = {}
    feedback_in: dict[str, list[tuple[str, Json]]] = {}
    for conversation_id, message_id, said in _feedback(export, notes):
        feedback[message_id] = said
        feedback_in.setdefault(conversation_id, []).append((message_id, said))
    return Reading(
        notes=notes,
        assets=Assets(export, notes),
        feedback=feedback,
        feedback_in=feedback_in,
        shared=_shared(export, notes),
    )


def _rows(export: Export, name: str, notes: Notes) -> Iterator[dict[str, Json]]:
    for member in export.find(name):
        for row in values.sequence(load_or_note(member, notes)):
            if type(row) is dict:
                yield row


def _feedback(export: Export, notes: Notes) -> Iterator[tuple[str, str, Json]]:
    """Yield (conversation id, message id, what the person thought of the answer)."""
    for row in _rows(export, "message_feedback.json", notes):
        message_id = values.text(row.get("message_id")) or values.text(row.get("id"))
        said = values.rest(
            row, "id", "message_id", "conversation_id", "user_id", "workspace_id", "evaluation_name"
        )
        yield values.text(row.get("conversation_id")), message_id, said


def _shared(export: Export, notes: Notes) -> dict[str, list[Json]]:
    """Return the links by which conversations were shared, by the conversation's id."""
    shared: dict[str, list[Json]] = {}
    for row in _rows(export, "shared_conversations.json", notes):
        links = shared.setdefault(values.text(row.get("conversation_id")), [])
        links.append(values.rest(row, "conversation_id"))
    return shared


def _note_the_rest(export: Export, files: list[Member], reading: Reading) -> None:
    """Say what of the export no conversation holds."""
    notes = reading.notes
    read = {member.path for member in files}
    used = {m.path for pattern in (NAMES_FILE, LIBRARY_FILE) for m in export.find(pattern)}
    used |= {m.path for m in export.members if m.name.lower() in _BESIDE}
    for member in export.find("group_chats.json"):
        chats = values.sequence(values.mapping(load_or_note(member, notes)).get("chats"))
        if chats:
            notes.skip(member.path, f"{len(chats)} group chats, which cannot be read yet")
    unused = reading.assets.unused() - read - used
    if unused:
        notes.ignored["file that no message refers to"] += len(unused)


IMPORTER = ChatGPTImporter()
