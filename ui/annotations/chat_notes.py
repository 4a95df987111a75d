"""The annotations of the chat that is read: read off the GUI thread, placed as they are seen."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from privatus.core.annotation import FoundAnnotation
from privatus.core.jobs import Job
from ui.annotations.mapping import Passage, Pieces, pieces_of
from ui.i18n import ngettext
from ui.reader.highlighting import without_colours
from ui.reader.preparing import prepare
from ui.reader.tracking import tracked

if TYPE_CHECKING:
    from ui.session import Session

_NOTHING: Pieces = {}


class ChatNotes(QObject):
    """Annotations by the messages that they are on."""

    changed = Signal()  # other annotations
    placed = Signal()  # more of them know where they are painted

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._session: Session | None = None
        self._chat: UUID | None = None
        self._of: dict[int | None, list[FoundAnnotation]] = {}
        self._pieces: dict[int, Pieces] = {}
        self._stale: dict[int, Pieces] = {}
        self._asked: set[int] = set()
        self._reading = 0

    def open(self, session: Session, conversation_id: UUID) -> None:
        """Read the annotations of a chat; what is known stays until they are there."""
        if conversation_id != self._chat:
            self.clear()
        self._session, self._chat = session, conversation_id
        self._reading += 1
        session.tasks.run(
            partial(_read, session, conversation_id),
            owner=self,
            on_done=partial(self._on_read, self._reading),
            on_error=self._on_failed,
        )

    def _on_failed(self, _error: BaseException) -> None:
        # The messages say what is wrong with the chat.
        self._on_read(self._reading, ())

    def clear(self) -> None:
        """Let go of the chat."""
        self._reading += 1
        self._session = self._chat = None
        self._of, self._pieces, self._stale = {}, {}, {}
        self._asked.clear()

    @property
    def all(self) -> list[FoundAnnotation]:
        """Return all of them, those of the chat first, then by message."""
        numbers = sorted(number or 0 for number in self._of)
        return [found for number in numbers for found in self._of[number or None]]

    def on(self, number: int | None) -> list[FoundAnnotation]:
        """Return those on message *number* and its passages; None: on the chat as a whole."""
        return self._of.get(number, [])

    def find(self, annotation_id: int) -> FoundAnnotation | None:
        """Return the annotation with this id, None if it has gone."""
        return next((f for f in self.all if f.annotation.id == annotation_id), None)

    def spoken(self, number: int) -> str:
        """Return how many a message has, as a screen reader says it."""
        count = len(self.on(number))
        return ngettext("{n} note or highlight", "{n} notes and highlights", count) if count else ""

    def pieces(self, number: int) -> Pieces:
        """Return where the passages of message *number* are painted, as far as that is known."""
        if number not in self._of:
            return _NOTHING
        return self._pieces.get(number, self._stale.get(number, _NOTHING))

    def want(self, numbers: Sequence[int]) -> None:
        """Find out where the passages of these messages are painted."""
        session, chat = self._session, self._chat
        missing = {n: _passages(self._of[n]) for n in numbers
                   if n in self._of and n not in self._pieces and n not in self._asked}  # fmt: skip
        if not missing or session is None or chat is None:
            return
        self._asked.update(missing)
        session.tasks.run(
            partial(_place, session, chat, missing),
            owner=self,
            on_done=partial(self._on_placed, self._reading),
        )

    def _on_read(self, reading: int, found: Sequence[FoundAnnotation]) -> None:
        if reading != self._reading:
            return
        self._of = {}
        for each in found:
            self._of.setdefault(each.annotation.number, []).append(each)
        self._asked.clear()
        # Until they are placed anew they are painted as they were: nothing flickers.
        self._stale, self._pieces = self._pieces | self._stale, {}
        self.changed.emit()

    def _on_placed(self, reading: int, found: dict[int, Pieces]) -> None:
        if reading == self._reading:
            self._pieces.update(found)
            for number in found:
                self._stale.pop(number, None)
            self.placed.emit()


def _passages(found: Sequence[FoundAnnotation]) -> list[Passage]:
    return [
        Passage(each.annotation.id, each.annotation.colour, each.place.span)
        for each in found
        if each.place.span is not None and each.annotation.id is not None
    ]


def _read(session: Session, conversation_id: UUID, _job: Job) -> Sequence[FoundAnnotation]:
    return session.vault.annotations.of(conversation_id)


def _place(
    session: Session, conversation_id: UUID, passages: dict[int, list[Passage]], job: Job
) -> dict[int, Pieces]:
    numbers = [range(number, number + 1) for number in sorted(passages)]
    found: dict[int, Pieces] = {}
    with tracked(), without_colours():
        for message in session.vault.pages.messages(conversation_id, numbers):
            job.check()
            found[message.number] = pieces_of(prepare(message), passages[message.number])
    return found
