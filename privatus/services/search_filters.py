"""What the database says to the filters of a search: states, projects and tags."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from privatus.core import tag as tags
from privatus.core.errors import QueryError
from privatus.core.tag import Tag
from privatus.search.narrowing import ALL, Narrowing
from privatus.search.syntax import NOTED, Filters, Query, is_negative
from privatus.services import search_folders, search_notes, search_people, tag_names
from privatus.services.search_notes import Noted
from privatus.storage.states import States
from privatus.storage.store import Tables

# Measured at a million messages: looking at so many takes 40 to 100 ms, and looking through all
# messages with a common word 400 ms.
_FEW = 2_000


def narrowing(tables: Tables, query: Query) -> Narrowing:
    """Return what the filters of *query* leave. A tag takes those along that lie in it.

    A query that is unfinished may have a tag that is typed half.

    Raises:
        QueryError: there is no such tag.
        TamperedError: a tag is not what was sealed.
    """
    filters = query.filters
    by_state = _by_state(tables, query)
    hidden = tables.trash.hidden() if by_state is None else set()
    if not (filters.tags or filters.without_tags or _is_noted(filters)):
        if by_state is None:
            return Narrowing(without_conversations=hidden) if hidden else ALL
        return Narrowing(conversations=by_state, few=_few(tables, by_state, ()))
    known = tables.tags.all()
    wanted = [_marked(tables, _meant(known, name, query)) for name in filters.tags]
    wanted += _noted(tables, filters, is_wanted=True)
    unwanted = [_marked(tables, _meant(known, name, query)) for name in filters.without_tags]
    unwanted += _noted(tables, filters, is_wanted=False)
    conversations, messages = _all_of(wanted, by_state)
    return Narrowing(
        conversations=conversations,
        messages=messages,
        without_conversations=hidden.union(*(m.conversations for m in unwanted)),
        without_messages=set().union(*(m.messages for m in unwanted)),
        few=None if conversations is None else _few(tables, conversations, messages),
    )


def _is_noted(filters: Filters) -> bool:
    return any(getattr(filters, f"has_{kind}") is not None for kind in NOTED)


def _noted(tables: Tables, filters: Filters, *, is_wanted: bool) -> list[Noted]:
    kinds = [kind for kind in NOTED if getattr(filters, f"has_{kind}") is is_wanted]
    return [search_notes.noted(tables, kind) for kind in kinds]


def _few(
    tables: Tables, conversations: Collection[int], messages: Collection[int]
) -> Collection[int] | None:
    """Return all messages of what is left, if they are few."""
    room = _FEW - len(messages)
    # An empty conversation is rare, so that more of them have more messages.
    if len(conversations) > room:
        return None
    found = tables.messages.ids_of(conversations, limit=room + 1)
    return [*found, *messages] if len(found) <= room else None


def _by_state(tables: Tables, query: Query) -> set[int] | None:
    """Return the conversations in these states, projects and folders; None: any."""
    none, filters = Filters(), query.filters
    states = replace(
        filters,
        since=None, until=None, since_ms=None, until_ms=None, has_note=None, has_highlight=None,
        is_in_notes=False, tags=(), without_tags=(),
    )  # fmt: skip
    if states == none:
        return None
    found = tables.conversations.matching(
        States(
            pinned=filters.is_pinned,
            unread=filters.is_unread,
            tagged=filters.is_tagged,
            starred=filters.is_starred,
            archived=filters.is_archived,
            missing=filters.is_missing,
            annotated=filters.is_annotated,
            # Who looks through the trash looks through all of it.
            merged=filters.is_merged if filters.is_trashed else bool(filters.is_merged),
            trashed=bool(filters.is_trashed),
        ),
        projects=filters.projects,
        without_projects=filters.without_projects,
    )
    for name in filters.people:
        found &= search_people.chats_with(tables, [name])
    found -= search_people.chats_with(tables, filters.without_people)
    if filters.folders:
        found &= search_folders.chats_in(tables, query, filters.folders)
    return found - search_folders.chats_in(tables, query, filters.without_folders)


def _meant(known: Sequence[Tag], name: str, query: Query) -> list[Tag]:
    found = tag_names.within(known, name)
    if not found and query.is_unfinished:
        found = [tag for tag in known if tags.key(tag.name).startswith(tags.key(name))]
    if not found:
        near = tag_names.near(known, name)
        raise QueryError(
            tag_names.unknown(known, name),
            _with_tag(query, name, near[0]) if near else "",
            _without_tag(query, name),
        )
    return found


def _marked(tables: Tables, found: Sequence[Tag]) -> Noted:
    conversations, messages = set[int](), dict[int, int]()
    for conversation_id, message_id in tables.chat_tags.marked(tag.id for tag in found):
        if message_id is None:
            conversations.add(conversation_id)
        else:
            messages[message_id] = conversation_id
    return Noted(conversations, messages)


def _all_of(wanted: Sequence[Noted], by_state: set[int] | None) -> tuple[set[int] | None, set[int]]:
    """Return the conversations that have all tags, and the messages that have them otherwise."""
    if not wanted:
        return by_state, set()
    conversations = set.intersection(*(m.conversations for m in wanted))
    messages = {
        message_id: conversation_id
        for marked in wanted
        for message_id, conversation_id in marked.messages.items()
        if all(conversation_id in m.conversations or message_id in m.messages for m in wanted)
    }
    if by_state is not None:
        conversations &= by_state
        messages = {m: c for m, c in messages.items() if c in by_state}
    return conversations, {m for m, c in messages.items() if c not in conversations}


def _with_tag(query: Query, name: str, other: str) -> str:
    def renamed(found: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(other if tag == name else tag for tag in found)

    filters = query.filters
    better = replace(
        filters, tags=renamed(filters.tags), without_tags=renamed(filters.without_tags)
    )
    return str(replace(query, filters=better))


def _without_tag(query: Query, name: str) -> str:
    def rest(found: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(tag for tag in found if tag != name)

    filters = query.filters
    fewer = replace(filters, tags=rest(filters.tags), without_tags=rest(filters.without_tags))
    if query.root is not None and is_negative(query.root) and not fewer:
        # What is left would only say what to leave out, and that is no search.
        return ""
    return str(replace(query, filters=fewer))
