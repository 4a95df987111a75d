"""Searching the archive."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

from privatus.core import clock
from privatus.core.conversation import Role
from privatus.core.errors import UsageError
from privatus.core.jobs import Job
from privatus.core.marks import Mark, has_mark
from privatus.search.finder import Finder, Finding, Found
from privatus.search.folding import has_spaces
from privatus.search.likeness import Likeness
from privatus.search.query import MAX_CHARS, parse
from privatus.search.snippets import Snippet, snippet
from privatus.search.syntax import Query, Within, has_words, is_negative
from privatus.search.typos import candidate_ranges, respelled, suggest
from privatus.search.wording import opened, without_kind
from privatus.services import facets, sources
from privatus.services.facets import Facets
from privatus.services.passages import passage_of
from privatus.services.search_filters import narrowing
from privatus.services.search_notes import NoteIndex, note_of
from privatus.storage.conversations import StoredConversation
from privatus.storage.database import Database
from privatus.storage.message_codec import decode_words
from privatus.storage.rows import ROLES
from privatus.storage.store import Store, Tables

Order = Literal["relevance", "newest", "oldest"]
MAX_LIMIT = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One message that matches, or (number None) a title that does."""

    conversation_id: UUID
    number: int | None
    title: str
    source: str
    role: Role | None
    model: str | None
    created_at_ms: int | None
    snippet: Snippet
    score: float
    is_archived: bool = False  # by the person, or at its provider if they did not say
    # Where notes were searched: what was found of one, and which it is.
    note: Snippet | None = None
    annotation_id: int | None = None

    @property
    def message_id(self) -> str | None:
        """Return the id by which the message is known outside: conversation.number."""
        return None if self.number is None else f"{self.conversation_id}.{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """The hits of a search, and how they came about."""

    query: str
    hits: tuple[Hit, ...]
    total: int
    total_is_exact: bool
    is_ranked: bool  # the best come first; else the newest do
    ranked_within: int | None  # relevance was compared among so many of the newest matches
    notes: tuple[str, ...]
    suggestions: tuple[str, ...]  # searches with the spelling of words that the archive has
    milliseconds: float
    words: tuple[str, ...] = ()  # what was looked for, to be marked where it is shown
    next_skip: int | None = None  # what to skip for the next hits; None: these are the last

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)


class SearchService:
    """Finds messages and titles; opens only those that are shown."""

    def __init__(self, store: Store, index: Database) -> None:
        self._store = store
        self._finder = Finder(index)
        self._notes = NoteIndex()
        self._likeness = Likeness(index)
        self._lock = threading.Lock()

    def find(
        self,
        text: str,
        *,
        limit: int = 20,
        skip: int = 0,
        order: Order = "relevance",
        rank_all: bool = False,
        is_unfinished: bool = False,
        job: Job | None = None,
    ) -> SearchResult:
        """Search for *text*, in the language of docs/search.md.

        The first *skip* hits are left out, for who has them already. If it *is_unfinished*, its
        last word may be the beginning of one.

        By relevance, the newest matches are compared, if their words are rare enough to tell
        them apart; else the newest come first. *rank_all* compares all matches, which takes up
        to half a second for a common word in a million messages.

        Raises:
            QueryError: it does not parse, or there is no such tag; it has the nearest that does.
            JobCancelled: nobody waits for it any more.
        """
        if not 1 <= limit <= MAX_LIMIT:
            raise UsageError(f"the limit is a number from 1 to {MAX_LIMIT}")
        started_s = time.perf_counter()
        query = _parsed(text, is_unfinished=is_unfinished)
        with self._reading(job := job or Job()) as tables:
            finding = self._look(tables, query, skip + limit, order, rank_all)
            page = finding.found[skip:]
            hits = self._open(tables, query, page, job)
            suggestions = () if finding.total else self._suggestions(tables, _parsed(text))
        if not finding.total:
            query = replace(query, notes=(*query.notes, *sources.notes(query.root)))
        took_ms = (time.perf_counter() - started_s) * 1000
        return replace(
            _result(text, query, finding, hits, suggestions, took_ms),
            next_skip=skip + limit if len(page) == limit else None,
        )

    def titles(
        self, text: str, *, limit: int = 5, is_unfinished: bool = False, job: Job | None = None
    ) -> tuple[Hit, ...]:
        """Return the newest conversations whose titles hold the words of *text*.

        Raises:
            QueryError: it does not parse.
            JobCancelled: nobody waits for it any more.
        """
        query = _parsed(text, is_unfinished=is_unfinished)
        root = query.root
        if root is None or is_negative(root) or not has_words(root) or query.filters.is_in_notes:
            return ()
        query = replace(query, root=Within(columns=("title",), item=root))
        with self._reading(job := job or Job()) as tables:
            return tuple(self._open(tables, query, self._look(tables, query, limit).found, job))

    def facets(self, text: str, *, job: Job | None = None) -> Facets:
        """Return how the newest matches of *text* spread over sources, models, months and roles.

        What the search is narrowed to already is counted as if it was not, so that there is
        something else to choose.

        Raises:
            QueryError: it does not parse.
            JobCancelled: nobody waits for it any more.
        """
        query, job = _parsed(text), job or Job()
        with self._reading(job) as tables:
            whole = self._facets(tables, query)
            for kind in facets.KINDS:
                wider = without_kind(text, kind)
                if wider != text and wider:
                    job.check()
                    whole = whole.with_counts(kind, self._facets(tables, _parsed(wider)).of(kind))
        return whole

    def _facets(self, tables: Tables, query: Query) -> Facets:
        finding = self._look(tables, query, facets.COUNTED_AMONG)
        is_all = finding.total_is_exact and len(finding.found) < facets.COUNTED_AMONG
        return facets.count(tables, finding.found, is_all=is_all)

    def _look(
        self,
        tables: Tables,
        query: Query,
        limit: int,
        order: Order = "newest",
        rank_all: bool = False,
    ) -> Finding:
        left, finder = narrowing(tables, query), self._finder_for(tables, query)
        if order == "oldest":
            return finder.oldest(query, limit=limit, narrowing=left)
        return finder.find(
            query,
            limit=limit,
            by_relevance=order == "relevance",
            rank_all=rank_all,
            narrowing=left,
        )

    def _finder_for(self, tables: Tables, query: Query) -> Finder:
        return self._notes.finder(tables) if query.filters.is_in_notes else self._finder

    def close(self) -> None:
        """Let go of the words of notes: the vault is locked."""
        self._notes.close()

    @contextmanager
    def _reading(self, job: Job) -> Iterator[Tables]:
        """Read one state of the vault and the index, once it is our turn and still wanted."""
        with self._lock, self._store.snapshot() as tables:
            job.check()
            yield tables

    @contextmanager
    def likeness(self) -> Iterator[tuple[Tables, Likeness]]:
        """Read one state of the vault and of which chats say which words."""
        with self._reading(Job()) as tables:
            yield tables, self._likeness

    def waiting(self) -> int:
        """Return how many messages and titles the index has not taken over yet."""
        with self._reading(Job()) as tables:
            applied = self._finder.applied()
            return sum(
                queued.last_id - queued.first_id + 1 for queued in tables.index_queue.after(applied)
            )

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Let no search begin within the block, once those that run are done."""
        with self._lock:
            yield

    def conversation_ids(self, text: str) -> set[int]:
        """Return the row ids of all conversations that a search finds."""
        query = _parsed(text)
        with self._lock, self._store.snapshot() as tables:
            finder = self._finder_for(tables, query)
            return finder.conversations(query, narrowing(tables, query))

    def message_ids(self, text: str) -> set[int]:
        """Return the row ids of all messages that a search finds."""
        query = _parsed(text)
        with self._lock, self._store.snapshot() as tables:
            return self._finder_for(tables, query).messages(query, narrowing(tables, query))

    def places(self, text: str, *, job: Job | None = None) -> dict[int, set[int]]:
        """Return by conversation the row ids of all messages that a search finds.

        Raises:
            QueryError: it does not parse.
            JobCancelled: nobody waits for it any more.
        """
        query, job = _parsed(text), job or Job()
        found: dict[int, set[int]] = {}
        with self._reading(job) as tables:
            places = self._finder.places(query, narrowing(tables, query))
            for number, (conversation_id, message_id) in enumerate(places):
                if number % 5_000 == 0:
                    job.check()
                found.setdefault(conversation_id, set()).add(message_id)
        return found

    def notes(self, text: str) -> tuple[str, ...]:
        """Return what a person should know of how a query is understood."""
        query = _parsed(text)
        return (*query.notes, *sources.notes(query.root))

    def _open(self, tables: Tables, query: Query, found: Sequence[Found], job: Job) -> list[Hit]:
        talks: dict[int, StoredConversation | None] = {}
        models = tables.models.names()
        hits = []
        for each in found:
            job.check()
            key = each.conversation_id
            if key not in talks:
                talks[key] = tables.conversations.get(key)
            conversation = talks[key]
            # What was deleted since the index last caught up is not shown.
            if conversation is not None and (
                hit := _hit(tables, query, each, conversation, models)
            ):
                hits.append(hit)
        archived = _archived(tables, talks.values())
        return [
            replace(hit, is_archived=True) if hit.conversation_id in archived else hit
            for hit in hits
        ]

    def _suggestions(self, tables: Tables, query: Query) -> tuple[str, ...]:
        """Return the query with its unknown words spelled as the archive has them.

        It is one that finds something: who follows it is not disappointed again.
        """
        if query.filters.is_in_notes:
            return ()
        better: dict[str, str] = {}
        for phrase in query.terms:
            # The tokens of scripts without spaces are pieces that nobody spells.
            if not has_spaces(phrase.text):
                continue
            for word in phrase.tokens:
                is_beginning = phrase.is_open and word == phrase.tokens[-1]
                if len(word) < 4 or not word.isalpha() or self._is_known(word, is_beginning):
                    continue
                ranges = candidate_ranges(word)
                candidates = [t for low, high in ranges for t in self._finder.terms(low, high)]
                if found := suggest(word, candidates):
                    better[word] = found[0]
        suggestion = respelled(query, better)
        if not better or len(str(suggestion)) > MAX_CHARS:
            return ()
        return (str(suggestion),) if self._look(tables, suggestion, 1).total else ()

    def _is_known(self, word: str, is_beginning: bool) -> bool:
        if is_beginning:
            return bool(self._finder.terms(word, word + "\U0010ffff"))
        return self._finder.has_term(word)


def _result(
    text: str,
    query: Query,
    finding: Finding,
    hits: Sequence[Hit],
    suggestions: tuple[str, ...],
    took_ms: float,
) -> SearchResult:
    return SearchResult(
        query=text,
        hits=tuple(hits),
        total=finding.total,
        total_is_exact=finding.total_is_exact,
        is_ranked=finding.is_ranked,
        ranked_within=finding.ranked_within,
        notes=query.notes,
        suggestions=suggestions,
        milliseconds=took_ms,
        words=tuple(dict.fromkeys(term.text for term in query.terms)),
    )


def _parsed(text: str, *, is_unfinished: bool = False) -> Query:
    query = parse(opened(text) if is_unfinished else text, clock.now_ms())
    return replace(query, is_unfinished=is_unfinished)


def _hit(
    tables: Tables,
    query: Query,
    found: Found,
    conversation: StoredConversation,
    models: dict[int, str],
) -> Hit | None:
    number = role = note = annotation_id = None
    model_id = conversation.model_id
    is_in_notes = query.filters.is_in_notes
    # What was found stands in the note: of the message, its beginning is shown.
    words = Query() if is_in_notes else query
    if found.message_id is None:
        passage = snippet(conversation.title, words)
    else:
        message = tables.messages.get(found.message_id)
        # What was removed since the index last caught up is not shown.
        if message is None or message.is_removed:
            return None
        number, role, model_id = message.number, ROLES[message.role], message.model_id
        passage = passage_of(decode_words(message.content), words)
    if is_in_notes:
        note, annotation_id = note_of(tables, conversation, number, query)
    return Hit(
        conversation_id=conversation.public_id,
        number=number,
        title=conversation.title,
        source=conversation.source,
        role=role,
        model=None if model_id is None else models.get(model_id),
        created_at_ms=found.created_at_ms,
        snippet=passage,
        score=found.score,
        note=note,
        annotation_id=annotation_id,
    )


def _archived(tables: Tables, talks: Iterable[StoredConversation | None]) -> set[UUID]:
    found = {talk.id: talk for talk in talks if talk is not None}
    marks = tables.listing.marks(found)
    return {
        talk.public_id
        for talk in found.values()
        if has_mark(marks.get(talk.id, ()), Mark.ARCHIVED, otherwise=talk.is_archived)
    }
