"""From the records of an export to conversations: one bad record does not stop the rest."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from privatus.core.conversation import Conversation, Json
from privatus.importers import values
from privatus.importers.base import Notes
from privatus.importers.export import Export, Member

# What code that reads fields of a wrong type raises; JSON nested past all sense is the last.
_BAD_RECORD = (
    *(AttributeError, IndexError, KeyError, OverflowError, TypeError, ValueError),
    RecursionError,
)
_MAX_TITLE_CHARS = 60
# What an export is shows in its first files; an account can have thousands.
MAX_HEADS = 50


def key(*names: str) -> re.Pattern[bytes]:
    """Return what finds one of *names* as a key of JSON.

    Never in a text: there, each quotation mark has a backslash before it.
    """
    return re.compile(rb'"(?:' + "|".join(names).encode() + rb')"\s*:')


Reader = Callable[[dict[str, Json], str], Conversation | None]


def conversations(
    records: Iterable[tuple[str, Json]], read: Reader, notes: Notes
) -> Iterator[Conversation]:
    """Yield what *read* makes of each record, counted; None: *read* has noted what it was."""
    for where, record in records:
        if record is None:
            notes.ignored["null record"] += 1
            continue
        if not isinstance(record, dict):
            notes.skip(where, "it is not a record of a conversation")
            continue
        where = place(where, record)
        try:
            conversation = read(record, where)
        except _BAD_RECORD:
            notes.skip(where, "its fields are not what they are in other exports")
            continue
        if conversation is not None:
            yield counted(conversation, notes)


def json_members(export: Export) -> list[Member]:
    """Return the files that may hold records; a single file may be called anything."""
    if len(export.members) == 1:
        return list(export.members)
    return export.find("*.json")


def shows(export: Export, *keys: re.Pattern[bytes]) -> bool:
    """Say whether the beginning of one of the first JSON files holds all of *keys*."""
    for member in json_members(export)[:MAX_HEADS]:
        head = member.head()
        if all(key.search(head) for key in keys):
            return True
    return False


def folder_of(member: Member) -> str:
    """Return the folder, or ZIP, that a file lies in; empty if it lies loose."""
    return member.path.rpartition("/")[0]


def nearest(member: Member, by_folder: Mapping[str, str]) -> str | None:
    """Return what was said in the folder of a file or above it, else in the same export.

    Never what another export says that lies beside it: alone, a file must be what it was there.
    """
    folder = folder_of(member)
    top = folder.partition("/")[0]
    while folder and folder not in by_folder:
        folder = folder.rpartition("/")[0]
    if folder in by_folder:
        return by_folder[folder]
    near = (said for at, said in by_folder.items() if top and at.partition("/")[0] == top)
    return next(near, None)


def counted(conversation: Conversation, notes: Notes) -> Conversation:
    """Count the conversation and its messages as seen, and return it."""
    notes.conversations_seen += 1
    notes.messages_seen += len(conversation.messages)
    return conversation


def place(where: str, record: dict[str, Json]) -> str:
    """Return where a record stands, with its title if it has one."""
    title = values.text(record.get("title")) or values.text(record.get("name"))
    if len(title) > _MAX_TITLE_CHARS:
        title = title[:_MAX_TITLE_CHARS] + "…"
    return f"{where} «{title}»" if title else where
