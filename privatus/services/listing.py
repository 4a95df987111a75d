"""Lists of conversations for a person: their order at once, and the rows that are looked at.

A list of a hundred thousand is an array of numbers; what a row says is read page by page.
"""

from __future__ import annotations

import threading
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from privatus.core.conversation import ConversationSummary, Message, Role
from privatus.core.jobs import Job
from privatus.core.marks import Mark, Shelf
from privatus.search.folding import lowered
from privatus.search.plain import unmarked
from privatus.services import folder_names, trash_days
from privatus.services.search_people import chats_with
from privatus.services.tag_names import names_on, tag_ids
from privatus.services.titles import proposed_titles
from privatus.storage.listing import Place
from privatus.storage.states import States
from privatus.storage.store import Store

# So many titles are opened while others wait to read: some milliseconds.
_TITLES_AT_ONCE = 200
_EXCERPT_CHARS = 240
# What is looked through for an excerpt: a message can be a book.
_LOOKED_AT_CHARS = 1_200
# Among the times of a list: nothing says when it was. Before any time that SQL can hold.
UNDATED = -(1 << 63)


class Order(StrEnum):
    """How a list is ordered; within each, the last changed comes first."""

    NEWEST = "newest"
    OLDEST = "oldest"
    TITLE = "title"
    LONGEST = "longest"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFilter:
    """What a list is to hold; None: whatever.

    `shelf`: where what it holds stands; who asks for what is archived finds it among the chats.
    `title`: words, each of which is in the title. `tag`: those that have it or one that lies in it.
    `folder`: those that are in it, or in one that lies in it.
    """

    source: str | None = None
    is_pinned: bool | None = None
    is_unread: bool | None = None
    is_tagged: bool | None = None
    is_starred: bool | None = None
    is_archived: bool | None = None
    is_missing: bool | None = None
    is_annotated: bool | None = None
    title: str = ""
    tag: str | None = None
    folder: str | None = None
    person: str | None = None  # those in which somebody of this name takes part, as `with:` says
    shelf: Shelf = Shelf.CHATS

    @property
    def states(self) -> States:
        return States(
            pinned=self.is_pinned,
            unread=self.is_unread,
            tagged=self.is_tagged,
            starred=self.is_starred,
            archived=self.is_archived,
            missing=self.is_missing,
            annotated=self.is_annotated,
        ).on(self.shelf)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """A list: the row ids of its conversations in order, with their times and sources.

    The first `pinned` of them are those that are pinned. A time can be UNDATED; in an order by
    time these come last, whichever way it goes.
    """

    ids: array[int]
    times_ms: array[int]
    sources: list[str]
    pinned: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceCounts:
    """How many chats stand where; `chats`, `pinned`, `unread` and `starred` are of one list."""

    chats: int = 0
    pinned: int = 0
    unread: int = 0
    starred: int = 0
    archive: int = 0
    merged: int = 0
    trash: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedConversation:
    """One row of a list."""

    row_id: int
    summary: ConversationSummary
    excerpt: str  # the beginning of its last message, in one line
    excerpt_role: Role | None
    has_attachments: bool
    proposed_title: str = ""  # for one without a title: what it could be called
    goes_at_ms: int | None = None  # from the trash, for good


class ListingService:
    """Orders and filters conversations, and reads the rows of a list."""

    def __init__(self, store: Store) -> None:
        self._store = store
        # By row id: titles, folded, and the versions in which they were read. A title is sealed,
        # so that SQL can neither search it nor order by it.
        self._titles: dict[int, str] = {}
        self._versions: dict[int, int] = {}
        self._titles_lock = threading.Lock()

    def arrange(
        self,
        wanted: ListFilter | None = None,
        order: Order = Order.NEWEST,
        *,
        by_source: bool = False,
        newest: int | None = None,
        job: Job | None = None,
    ) -> Arrangement:
        """Return the conversations that *wanted* asks for, those first that are pinned.

        *by_source*: the others stand with those of the same source.
        *newest*: only so many that were changed last, of any number in some milliseconds.
        Fast, unless titles matter: these are opened once, for as long as the vault is open.

        Raises:
            JobCancelled: it is not wanted any more.
            UserError: there is no such tag or folder.
        """
        wanted = wanted or ListFilter()
        pinned, places = self._places(wanted, newest)
        job = job or Job()
        first = self._ordered(pinned, wanted.title, order, job)
        pinned_ids = {place.id for place in pinned}
        rest = [place for place in places if place.id not in pinned_ids] if pinned else places
        rest = self._ordered(rest, wanted.title, order, job)
        if by_source:
            rest.sort(key=lambda place: place.source)
        places = [*first, *rest]
        return Arrangement(
            ids=array("q", [place.id for place in places]),
            times_ms=array("q", [UNDATED if p.is_undated else p.sort_at_ms for p in places]),
            sources=[place.source for place in places],
            pinned=len(first),
        )

    def _places(self, wanted: ListFilter, newest: int | None) -> tuple[list[Place], list[Place]]:
        """Return those that are pinned, and all of them."""
        states, source = wanted.states, wanted.source
        with self._store.snapshot() as tables:
            tags = None if wanted.tag is None else tag_ids(tables, wanted.tag)
            if wanted.folder is not None:
                states = states.within(folder_names.ids(tables, wanted.folder))
            listing, limit = tables.listing, newest if wanted.person is None else None
            pinned = listing.pinned(states, source=source, tag_ids=tags)
            found = listing.places(states, source=source, tag_ids=tags, limit=limit)
            if wanted.person is None:
                return pinned, found
            those = chats_with(tables, [wanted.person])
        with_them = [place for place in found if place.id in those]
        return [place for place in pinned if place.id in those], with_them[:newest]

    def counts(self) -> PlaceCounts:
        """Return how many chats stand where; opens nothing, and takes milliseconds."""
        with self._store.snapshot() as tables:
            shelves = tables.shelves
            trash, archived = shelves.trash(), shelves.marked(Mark.ARCHIVED)
            merged, hidden = shelves.marked(Mark.MERGED) - trash, shelves.hidden()
            return PlaceCounts(
                chats=shelves.count() - len(hidden),
                pinned=len(shelves.marked(Mark.PINNED) - hidden),
                unread=len(shelves.marked(Mark.UNREAD) - hidden),
                starred=len(shelves.starred() - hidden),
                archive=len(archived - trash - merged),
                merged=len(merged),
                trash=len(trash),
            )

    def trash_days(self) -> int:
        """Return after how many days a chat goes from the trash for good; 0: never."""
        with self._store.snapshot() as tables:
            return trash_days.days(tables)

    def rows(self, ids: Sequence[int]) -> list[ListedConversation]:
        """Return the rows of a list, in the order of *ids*; what has gone is left out."""
        with self._store.snapshot() as tables:
            models = tables.models.names()
            found = tables.listing.conversations(ids)
            marks = tables.listing.marks(found)
            last = tables.listing.last_messages(found)
            with_attachments = tables.listing.with_attachments(ids)
            tags = names_on(tables, ids)
            untitled = [row_id for row_id in found if not found[row_id].title]
            proposed = proposed_titles(tables, untitled)
            merged_of = tables.chat_sources.source_names(ids)
            folders, days = folder_names.of(tables, ids), trash_days.days(tables)
        return [
            _listed(
                replace(
                    found[i].summary(models, marks.get(i, ())),
                    tags=tags.get(i, ()),
                    sources=merged_of.get(i, ()),
                    folder=folders.get(i),
                ),
                found[i].id,
                None if i not in last else last[i].decode(models),
                has_attachments=i in with_attachments,
                proposed_title=proposed.get(i, ""),
                goes_at_ms=trash_days.goes_at_ms(found[i].deleted_at_ms, days),
            )
            for i in ids
            if i in found
        ]

    def row_id(self, conversation_id: UUID) -> int | None:
        """Return the row id of a conversation, by which lists hold it."""
        with self._store.snapshot() as tables:
            return tables.listing.id_of(conversation_id.bytes)

    def sources(self) -> list[tuple[str, int]]:
        """Return each source and how many conversations it has, the largest first."""
        with self._store.snapshot() as tables:
            return [(source, count) for source, count, _, _ in tables.statistics.by_source()]

    def _ordered(self, places: list[Place], title: str, order: Order, job: Job) -> list[Place]:
        """Return the places whose titles hold the words of *title*; they come newest first."""
        if title or order is Order.TITLE:
            places = self._by_title(places, title, order, job)
        if order is Order.OLDEST:
            places.reverse()
        elif order is Order.LONGEST:
            places.sort(key=lambda place: -place.message_count)
        if order in (Order.NEWEST, Order.OLDEST):
            # The day of an import says nothing of when a chat was.
            places.sort(key=lambda place: place.is_undated)
        return places

    def _by_title(self, places: list[Place], wanted: str, order: Order, job: Job) -> list[Place]:
        """Return the places whose titles hold the words of *wanted*."""
        titles, words = self._titles_of(places, job), lowered(wanted).split()
        found = [place for place in places if all(word in titles[place.id] for word in words)]
        if order is Order.TITLE:
            found.sort(key=lambda place: (not titles[place.id], titles[place.id]))
        return found

    def _titles_of(self, places: Sequence[Place], job: Job) -> dict[int, str]:
        with self._titles_lock:
            titles, versions = self._titles, self._versions
            missing = [place for place in places if versions.get(place.id) != place.version]
            for start in range(0, len(missing), _TITLES_AT_ONCE):
                job.report("reading titles", start, len(missing))
                some = missing[start : start + _TITLES_AT_ONCE]
                with self._store.snapshot() as tables:
                    found = tables.listing.conversations([place.id for place in some])
                for place in some:
                    # One that has gone meanwhile has no title.
                    stored = found.get(place.id)
                    titles[place.id] = lowered(stored.title) if stored else ""
                    versions[place.id] = place.version
            return titles


def _listed(
    summary: ConversationSummary,
    row_id: int,
    message: Message | None,
    *,
    has_attachments: bool,
    proposed_title: str,
    goes_at_ms: int | None,
) -> ListedConversation:
    return ListedConversation(
        row_id=row_id,
        summary=summary,
        excerpt="" if message is None or message.is_hidden else excerpt(message.text),
        excerpt_role=None if message is None else message.role,
        has_attachments=has_attachments,
        proposed_title=proposed_title,
        goes_at_ms=goes_at_ms,
    )


def excerpt(text: str) -> str:
    """Return the beginning of Markdown as one line without its signs."""
    return " ".join(unmarked(text[:_LOOKED_AT_CHARS]).split())[:_EXCERPT_CHARS]
