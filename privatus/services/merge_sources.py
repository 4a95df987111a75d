"""Chats as a merge takes them, and the hybrid that is made of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from privatus.core.annotation import Annotation
from privatus.core.conversation import Attachment, Conversation, Json, Kind, Message
from privatus.core.marks import Mark, SetMark, has_mark
from privatus.core.merge import HYBRID_SOURCE, MERGED_KEY, MergeOrder
from privatus.core.tag import Tagging
from privatus.services.merge_plan import MergePlan
from privatus.services.whole import of_rows, present
from privatus.storage.blob_files import BlobFiles
from privatus.storage.conversations import StoredConversation
from privatus.storage.store import Tables

_KEPT_MARKS = (Mark.PINNED, Mark.STARRED, Mark.UNREAD)
# As many titles as one reads in one; the rest is told by their number.
_TITLES = 3


@dataclass(frozen=True, slots=True)
class SourceChat:
    """A chat that is merged, with the revision of each of its messages by number."""

    stored: StoredConversation
    chat: Conversation
    revisions: dict[int, int]


def load_source(tables: Tables, stored: StoredConversation, blobs: BlobFiles) -> SourceChat:
    """Read a chat with all that a person has put on it.

    Raises:
        TamperedError: something of it is not what was sealed.
    """
    rows = present(tables.messages.of_conversation(stored.id, stored.container))
    chat = of_rows(tables, stored, rows, blobs)
    return SourceChat(stored, chat, {row.number: row.revision for row in rows})


def hybrid_of(
    chats: Sequence[Conversation], plan: MergePlan, order: MergeOrder, title: str
) -> Conversation:
    """Return the hybrid that *plan* makes of *chats*."""
    messages = [{m.number: m for m in chat.messages} for chat in chats]
    made = []
    for planned in plan.messages:
        copies = [messages[index][number] for index, number in planned.origins]
        index, number = planned.origins[0]
        external_id = external_id_of(chats[index].id, number)
        made.append(copy_of(copies, planned.number, planned.parent, external_id))
    kinds, projects = {c.kind for c in chats}, {c.project for c in chats}
    return Conversation(
        kind=kinds.pop() if len(kinds) == 1 else Kind.AI,
        source=HYBRID_SOURCE,
        external_id=str(uuid4()),
        title=title,
        created_at_ms=min(times_said(chats, "created_at_ms"), default=None),
        updated_at_ms=max(times_said(chats, "updated_at_ms"), default=None),
        model=max(chats, key=lambda c: c.updated_at_ms or c.created_at_ms or 0).model,
        project=projects.pop() if len(projects) == 1 else None,
        active=plan.shown or None,
        marks=_marks(chats),
        tags=_tags(chats, plan),
        annotations=_annotations(chats, plan),
        messages=tuple(made),
        metadata={MERGED_KEY: _made_of(chats, order)},
    )


def external_id_of(source_id: UUID | None, number: int) -> str:
    """Return what the copy of a message is called, in the hybrid and in what is exported of it."""
    return f"{source_id.hex if source_id else ''}.{number}"


def copy_of(
    copies: Sequence[Message], number: int, parent: int | None, external_id: str
) -> Message:
    """Return the message of the hybrid for what several sources have alike: the first one's.

    What that lacks is taken from the others: the time, and the contents of files.
    """
    first = copies[0]
    times = (m.created_at_ms for m in copies)
    return replace(
        first,
        number=number,
        parent=parent,
        external_id=external_id,
        # Whoever wrote it, here it is what its source says.
        is_edited=False,
        created_at_ms=next((time for time in times if time is not None), None),
        attachments=tuple(_with_content(file, copies[1:]) for file in first.attachments),
    )


def _with_content(file: Attachment, others: Iterable[Message]) -> Attachment:
    if file.open is not None:
        return file
    named = (f for m in others for f in m.attachments if f.name == file.name and f.open)
    found = next(named, None)
    return file if found is None else replace(file, open=found.open)


def times_said(chats: Iterable[Conversation], name: str) -> list[int]:
    """Return the times of *chats* that are known: `created_at_ms` or `updated_at_ms`."""
    return [time for chat in chats if (time := getattr(chat, name)) is not None]


def proposed_title(chats: Sequence[Conversation]) -> str:
    """Return what the hybrid may be called: what the chats are called, each name once."""
    titles = list(dict.fromkeys(chat.title for chat in chats if chat.title))
    more = len(titles) - _TITLES
    return " + ".join(titles[:_TITLES]) + (f" + {more}" if more > 0 else "")


def _made_of(chats: Sequence[Conversation], order: MergeOrder) -> dict[str, Json]:
    sources = [
        {"id": "" if c.id is None else c.id.hex, "source": c.source, "title": c.title}
        for c in chats
    ]
    return {"order": order.value, "sources": sources}


def _marks(chats: Sequence[Conversation]) -> tuple[SetMark, ...]:
    found = []
    for mark in _KEPT_MARKS:
        said = [one for chat in chats for one in chat.marks or () if one.mark is mark]
        is_starred = mark is Mark.STARRED and any(chat.has_star for chat in chats)
        if is_starred or has_mark(said, mark) or any(one.is_set for one in said):
            at_ms = max((one.set_at_ms for one in said if one.is_set), default=0)
            found.append(SetMark(mark=mark, is_set=True, set_at_ms=at_ms))
    return tuple(found)


def _tags(chats: Sequence[Conversation], plan: MergePlan) -> tuple[Tagging, ...]:
    numbers = plan.numbers()
    return tuple(
        replace(tag, number=None if tag.number is None else numbers[index, tag.number])
        for index, chat in enumerate(chats)
        for tag in chat.tags
        if tag.number is None or (index, tag.number) in numbers
    )


def _annotations(chats: Sequence[Conversation], plan: MergePlan) -> tuple[Annotation, ...]:
    numbers = plan.numbers()
    found: dict[tuple[object, ...], Annotation] = {}
    for index, chat in enumerate(chats):
        for said in chat.annotations:
            if said.number is not None and (index, said.number) not in numbers:
                continue
            number = None if said.number is None else numbers[index, said.number]
            copied = replace(said, id=None, number=number, revision=None)
            # The same note on both copies of a message is one note on it.
            found.setdefault((number, said.passage, said.colour, said.text), copied)
    return tuple(found.values())


def span_of(messages: Iterable[Message]) -> tuple[int | None, int | None]:
    """Return when the first and the last of *messages* were said, as far as they say it."""
    low, high = math.inf, -math.inf
    for message in messages:
        if message.created_at_ms is not None:
            low, high = min(low, message.created_at_ms), max(high, message.created_at_ms)
    return (None, None) if low is math.inf else (int(low), int(high))
