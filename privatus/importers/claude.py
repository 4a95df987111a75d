"""Claude: the account export, its parts of 2026, and single conversations.

What a file holds is told by its records, not by its name: chats, projects, memories and chats of
Claude Design come in one ZIP or in one each, as lists, wrapped or bare.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from privatus.core.conversation import Conversation, Json
from privatus.core.errors import UnreadableInputError
from privatus.importers import claude_frames, json_stream, records, values
from privatus.importers.base import Notes
from privatus.importers.claude_conversation import read_conversation
from privatus.importers.claude_design import is_design_chat, read_design_chat
from privatus.importers.claude_documents import (
    is_memory,
    is_project,
    read_memory,
    read_project,
)
from privatus.importers.export import Export, Member

_CHATS = records.key("chat_messages")
_OTHER_RECORDS = records.key(
    *("conversations_memory", "memory_files", "prompt_template", "is_starter_project"),
    "contentBlocks",
)
_USERS = records.key("verified_phone_number")
_LINKS = records.key("export_url")
_ACCOUNT = re.compile(rb'"(?:account"\s*:\s*\{\s*"uuid|account_uuid)"\s*:\s*"([^"\\]{1,100})"')
_WHOLE = re.compile(r"data-.*-batch-0000(\.zip)?", re.IGNORECASE)


class ClaudeImporter:
    """Reads exports of Claude."""

    source = "claude"
    label = "Claude"

    def recognises(self, export: Export) -> bool:
        """Say whether some file holds records as Claude writes them."""
        kinds = (_CHATS, _OTHER_RECORDS, _USERS, _LINKS)
        return any(records.shows(export, kind) for kind in kinds) or bool(
            claude_frames.folders(export.members)
        )

    def account(self, export: Export) -> str | None:
        """Return the one user of users.json, else the account that the first records name."""
        members = records.json_members(export)[: records.MAX_HEADS]
        if any(_USERS.search(member.head()) for member in members):
            return next(iter(_users(export).values()), None)
        return next(filter(None, map(_named_account, members)), None)

    def is_whole_account(self, export: Export) -> bool:
        """Say yes only to the classic ZIP in one batch; the parts of 2026 name no whole."""
        return (
            _WHOLE.fullmatch(export.name) is not None
            and records.shows(export, _USERS)
            and records.shows(export, _CHATS)
        )

    def read(self, export: Export, notes: Notes) -> Iterator[Conversation]:
        """Yield chats and documents in the order of the files.

        Raises:
            UnreadableInputError: the export holds links to the data only.
        """
        users = _users(export)
        frames = claude_frames.folders(export.members)
        inside = {id(member) for members in frames.values() for member in members}
        members = [member for member in export.members if id(member) not in inside]
        if all(_LINKS.search(member.head()) for member in members) and not frames:
            raise UnreadableInputError(
                f"{export.name} holds links only; download the ZIP files that it lists, "
                "and import those"
            )
        for member in members:
            # Files that happen to lie together do not say of each other whose they are: alone,
            # each must match what it was when it lay there.
            account = records.nearest(member, users) or _named_account(member)
            yield from self._read_member(member, account, notes)
        for path, files in frames.items():
            artifact = claude_frames.read_artifact(path, files, notes)
            yield records.counted(artifact, notes)

    def _read_member(
        self, member: Member, account: str | None, notes: Notes
    ) -> Iterator[Conversation]:
        head = member.head()
        if _USERS.search(head):
            notes.ignored["account data"] += 1
        elif _LINKS.search(head):
            notes.ignored["list of download links"] += 1
        elif head.lstrip()[:1] not in (b"[", b"{"):
            notes.ignored[f"{_suffix(member)} file"] += 1
        else:
            has_chats = _CHATS.search(head) is not None

            def read(record: dict[str, Json], where: str) -> Conversation | None:
                found = _read_record(record, where, account, notes)
                if found is None and has_chats:
                    notes.skip(where, "the record holds no chat_messages")
                elif found is None:
                    notes.ignored[f"record of {member.name}"] += 1
                return found

            found = json_stream.items(member, notes, "conversations")
            yield from records.conversations(found, read, notes)


def _read_record(
    record: dict[str, Json], where: str, account: str | None, notes: Notes
) -> Conversation | None:
    if isinstance(record.get("chat_messages"), list):
        return read_conversation(record, where, notes, account)
    if is_memory(record):
        return read_memory(record, account)
    if is_project(record):
        return read_project(record, account)
    if is_design_chat(record):
        return read_design_chat(record, notes, account)
    return None


def _users(export: Export) -> dict[str, str]:
    """Return the one user of each users.json by the folder that it is in."""
    return {
        records.folder_of(member): user
        for member in records.json_members(export)[: records.MAX_HEADS]
        if _USERS.search(member.head()) and (user := _only_user(member))
    }


def _named_account(member: Member) -> str | None:
    found = _ACCOUNT.search(member.head())
    return found[1].decode("utf-8", "replace") if found else None


def _only_user(member: Member) -> str | None:
    try:
        users = json_stream.load(member)
    except UnreadableInputError:
        return None
    found = users if isinstance(users, list) else [users]
    return values.optional_text(values.mapping(found[0]).get("uuid")) if len(found) == 1 else None


def _suffix(member: Member) -> str:
    return member.name.rpartition(".")[2].lower()


IMPORTER = ClaudeImporter()
