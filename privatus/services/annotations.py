"""Annotations: highlights and notes on passages, messages and conversations.

Where a passage stands is found each time it is read, so no import has to move anything. Each
method that changes something returns the change, and `undo` takes it back exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace

from privatus.core import clock
from privatus.core.annotation import Annotation, Fit, FoundAnnotation, Passage, Place
from privatus.core.errors import UserError
from privatus.core.tag import COLOURS
from privatus.services import annotation_places, conversation_ids
from privatus.services.annotation_changes import AnnotationChange, apply
from privatus.services.conversation_ids import Target
from privatus.services.search import SearchService
from privatus.storage.annotations import StoredAnnotation
from privatus.storage.conversations import StoredConversation
from privatus.storage.store import Store, Tables

HIGHLIGHT = "yellow"
# So long a passage is rather the message, and comparing two of them takes milliseconds.
MAX_QUOTE_CHARS = 10_000
MAX_TEXT_CHARS = 100_000
_NO_COLOUR = f"a highlight is {', '.join(COLOURS)}; choose one of them"


class AnnotationService:
    """Keeps what a person highlighted and noted."""

    def __init__(self, store: Store, search: SearchService) -> None:
        self._store = store
        self._search = search

    def list(
        self,
        query: str | None = None,
        *,
        containing: str = "",
        colours: Collection[str] = (),
        fits: Collection[Fit] = (),
    ) -> Sequence[FoundAnnotation]:
        """Return annotations, the first made first, with where they stand now.

        *query*: those of chats in which it finds something. *containing*: what their note or
        their passage holds, in any case. All of it narrows, and nothing asked for is all.

        Raises:
            QueryError: the query does not parse.
            TamperedError: one of them, or its message, is not what was sealed.
        """
        wanted = None if query is None else set(self._search.conversation_ids(query))
        with self._store.snapshot() as tables:
            ids = tables.annotations.annotated()
            found = [
                annotation
                for row_id in (ids if wanted is None else ids & wanted)
                if (stored := tables.conversations.get(row_id)) is not None
                for annotation in _found(tables, stored)
            ]
        return sorted(
            (a for a in found if _is_wanted(a, containing.casefold(), colours, fits)),
            key=lambda found: found.annotation.id or 0,
        )

    def of(self, target: Target) -> Sequence[FoundAnnotation]:
        """Return the annotations of a chat with those of its messages, or of one message.

        Raises:
            UserError: there is no such chat or message.
            TamperedError: one of them, or its message, is not what was sealed.
        """
        with self._store.snapshot() as tables:
            stored, number = conversation_ids.place(tables, target)
            found = list(_found(tables, stored))
        return [a for a in found if number is None or a.annotation.number == number]

    def add(
        self,
        target: Target,
        text: str = "",
        *,
        quote: str | None = None,
        span: tuple[int, int] | None = None,
        colour: str | None = None,
    ) -> AnnotationChange:
        """Note *text* on a chat, a message or a passage of it, or highlight it, or both.

        The passage is *span*, in code points of the message's `text`, or *quote*, which stands
        there once. Without a text it becomes yellow if no other colour is said.

        Raises:
            UserError: there is no such chat, message, passage or colour, or nothing to note.
            AccessError: the vault is open for reading only.
        """
        text = _clean(text)

        def added(tables: Tables) -> AnnotationChange:
            stored, number = conversation_ids.place(tables, target)
            revision, passage = _passage(tables, stored, number, quote, span)
            annotation = Annotation(
                id=tables.annotations.next_id(),
                number=number,
                revision=revision,
                passage=passage,
                colour=colour or (HIGHLIGHT if passage is not None and not text else None),
                text=text,
                created_at_ms=clock.now_ms(),
            )
            _require_something(annotation)
            return AnnotationChange(after=(StoredAnnotation(stored.id, annotation),))

        return self._change(added)

    def edit(
        self, annotation_id: int, *, text: str | None = None, colour: str | None = None
    ) -> AnnotationChange:
        """Give an annotation another text, or another colour; an empty one takes it away.

        Raises:
            UserError: there is no such annotation or colour, or nothing would be left of it.
            AccessError: the vault is open for reading only.
        """

        def edited(tables: Tables) -> AnnotationChange:
            before = _get(tables, annotation_id)
            after = before.annotation
            if text is not None:
                after = replace(after, text=_clean(text))
            if colour is not None:
                after = replace(after, colour=colour or None)
            _require_something(after)
            return AnnotationChange(
                before=(before,), after=(StoredAnnotation(before.conversation_id, after),)
            )

        return self._change(edited)

    def remove(self, *annotation_ids: int) -> AnnotationChange:
        """Remove annotations, all or none.

        Raises:
            UserError: one of them is not there.
            AccessError: the vault is open for reading only.
        """
        ids = dict.fromkeys(annotation_ids)
        return self._change(
            lambda tables: AnnotationChange(before=tuple(_get(tables, i) for i in ids))
        )

    def undo(self, change: AnnotationChange) -> AnnotationChange:
        """Take a change back; return what does it again. What has gone since stays away.

        Raises:
            AccessError: the vault is open for reading only.
        """
        return self._change(lambda _: change.reversed)

    def _change(self, planned: Callable[[Tables], AnnotationChange]) -> AnnotationChange:
        with self._store.transaction() as tables:
            change = planned(tables)
            apply(tables, change)
        return change


def _found(tables: Tables, stored: StoredConversation) -> Iterator[FoundAnnotation]:
    texts: dict[int, str] = {}
    removed = tables.branches.removed(stored.id)
    for annotation in tables.annotations.of_conversation(stored.id, stored.container):
        number, passage = annotation.number, annotation.passage
        place = Place(fit=Fit.WHOLE)
        if number in removed:
            place = Place(fit=Fit.LOST)
        elif number is not None and passage is not None:
            if number not in texts:
                texts[number] = _text(tables, stored, number)[1]
            place = annotation_places.place(passage, texts[number])
        yield FoundAnnotation(
            annotation=annotation,
            conversation_id=stored.public_id,
            title=stored.title,
            place=place,
        )


def _text(tables: Tables, stored: StoredConversation, number: int) -> tuple[int, str]:
    """Return the revision of a message and its text."""
    [row] = tables.messages.between_numbers(stored.id, stored.container, number, number)
    return row.revision, row.decode({}).text


def _passage(
    tables: Tables,
    stored: StoredConversation,
    number: int | None,
    quote: str | None,
    span: tuple[int, int] | None,
) -> tuple[int | None, Passage | None]:
    """Return the revision of the message, and the passage that is meant."""
    if number is None:
        if quote is not None or span is not None:
            raise UserError("a passage is of a message; add a dot and the message's number")
        return None, None
    revision, text = _text(tables, stored, number)
    if quote is None and span is None:
        return revision, None
    if span is None:
        span = _only(text, quote or "")
    start, end = span
    if not 0 <= start < end <= len(text) or quote not in (None, text[start:end]):
        raise UserError("the message has no such passage; give one of its text")
    if end - start > MAX_QUOTE_CHARS:
        raise UserError(
            f"a passage has at most {MAX_QUOTE_CHARS:,} characters; annotate the whole message"
        )
    return revision, annotation_places.passage_at(text, start, end)


def _only(text: str, quote: str) -> tuple[int, int]:
    start = text.find(quote)
    if not quote or start < 0:
        raise UserError("the message has no such passage; give it as it stands there, in Markdown")
    if text.find(quote, start + 1) >= 0:
        raise UserError("the passage stands in the message more than once; give more of it")
    return start, start + len(quote)


def _get(tables: Tables, annotation_id: int) -> StoredAnnotation:
    found = tables.annotations.get(annotation_id)
    if found is None:
        raise UserError("no annotation has this number; `privatus note list` shows them")
    return found


def _clean(text: str) -> str:
    if len(text) > MAX_TEXT_CHARS:
        raise UserError(f"a note has at most {MAX_TEXT_CHARS:,} characters; make several of it")
    # What no encoding can say, from a terminal or a clipboard.
    return text.strip().encode("utf-8", "replace").decode()


def _require_something(annotation: Annotation) -> None:
    if annotation.colour is not None and annotation.colour not in COLOURS:
        raise UserError(_NO_COLOUR)
    if not annotation.text and annotation.passage is None:
        raise UserError("a note needs a text, or a passage to highlight")
    if not annotation.text and annotation.colour is None:
        raise UserError("a highlight without a note needs its colour; remove it instead")


def _is_wanted(
    found: FoundAnnotation, words: str, colours: Collection[str], fits: Collection[Fit]
) -> bool:
    said = found.annotation
    holds = [said.text, said.passage.quote if said.passage else ""]
    return (
        (not words or any(words in held.casefold() for held in holds))
        and (not colours or said.colour in colours)
        and (not fits or found.place.fit in fits)
    )
