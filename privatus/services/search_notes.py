"""What a search finds in notes and highlights: by opening them all, which are few.

The words of notes are in no file but their sealed rows. Who looks for words in them gets an index
of them in memory, made when it is first asked for and again when a note has changed: a quarter of
a second for 10,000 notes. It goes with the vault.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

from privatus.core.annotation import Annotation
from privatus.search.document import Document, DocumentMaker
from privatus.search.finder import Finder
from privatus.search.folding import fold
from privatus.search.index import Index
from privatus.search.snippets import Snippet, snippet
from privatus.search.syntax import Query
from privatus.storage.annotations import StoredAnnotation
from privatus.storage.conversations import StoredConversation
from privatus.storage.database import IN_MEMORY
from privatus.storage.rows import ROLES
from privatus.storage.store import Tables

_KEY_BYTES = 48


@dataclass(frozen=True, slots=True)
class Noted:
    """What has annotations of a kind: conversations as a whole, messages by their conversations."""

    conversations: set[int]
    messages: dict[int, int]


def noted(tables: Tables, kind: str) -> Noted:
    """Return what has a "note" or a "highlight".

    Raises:
        TamperedError: one of them is not what was sealed.
    """
    is_wanted = _KINDS[kind]
    there = tables.annotations.messages()
    found = Noted(set(), {})
    for stored in map(tables.annotations.open_row, tables.annotations.raw()):
        number = stored.annotation.number
        if not is_wanted(stored.annotation):
            continue
        if number is None:
            found.conversations.add(stored.conversation_id)
        elif (message := there.get((stored.conversation_id, number))) is not None:
            found.messages[message.id] = stored.conversation_id
    return found


def _has_note(annotation: Annotation) -> bool:
    return bool(annotation.text)


def _has_highlight(annotation: Annotation) -> bool:
    return annotation.passage is not None and annotation.colour is not None


_KINDS: dict[str, Callable[[Annotation], bool]] = {
    "note": _has_note,
    "highlight": _has_highlight,
}


class NoteIndex:
    """The words of all notes, one document for the notes of a message, or of a chat as a whole."""

    def __init__(self) -> None:
        self._index: Index | None = None
        self._finder: Finder | None = None
        self._state = b""

    def finder(self, tables: Tables) -> Finder:
        """Return what finds words in the notes as they are now.

        Raises:
            TamperedError: a note is not what was sealed.
        """
        state = tables.annotations.state()
        if self._finder is None or state != self._state:
            self.close()
            self._index = Index.open(IN_MEMORY, _key)
            self._index.apply(_documents(tables), queue_id=None)
            self._finder, self._state = Finder(self._index.db), state
        return self._finder

    def close(self) -> None:
        """Let go of all words."""
        if self._index is not None:
            self._index.db.close()
        self._index = self._finder = None


def note_of(
    tables: Tables, conversation: StoredConversation, number: int | None, query: Query
) -> tuple[Snippet, int | None]:
    """Return the note on a message or a chat that a search found, marked, and its id."""
    there = tables.annotations.of_conversation(conversation.id, conversation.container)
    best: tuple[Snippet, int | None] = Snippet("", ()), None
    for annotation in there:
        if annotation.number != number or not annotation.text:
            continue
        shown = snippet(annotation.text, query)
        if best[1] is None or len(shown.highlights) > len(best[0].highlights):
            best = shown, annotation.id
    return best


def _documents(tables: Tables) -> list[Document]:
    texts: dict[tuple[int, int | None], list[str]] = {}
    for stored in map(tables.annotations.open_row, tables.annotations.raw()):
        _gather(texts, stored)
    there, models = tables.annotations.messages(), tables.models.names()
    maker = DocumentMaker()
    documents = []
    for (conversation_id, number), several in texts.items():
        words = fold("\n".join(several)), "", ""
        if number is None:
            conversation = tables.conversations.get(conversation_id)
            if conversation is not None:
                at_ms = conversation.updated_at_ms
                made = maker.title(conversation_id, 0, conversation.source, "", at_ms)
                documents.append(made._replace(body=words[0]))
        elif (message := there.get((conversation_id, number))) is not None:
            model = None if message.model_id is None else models.get(message.model_id)
            traits = message.source, ROLES[message.role], model, message.flags
            place = message.id, conversation_id, 0
            documents.append(maker.message(place, message.created_at_ms, traits, words))
    return documents


def _gather(texts: dict[tuple[int, int | None], list[str]], stored: StoredAnnotation) -> None:
    if stored.annotation.text:
        key = stored.conversation_id, stored.annotation.number
        texts.setdefault(key, []).append(stored.annotation.text)


def _key() -> bytearray:
    # Nobody opens it again.
    return bytearray(b"x'" + os.urandom(_KEY_BYTES).hex().encode() + b"'")
