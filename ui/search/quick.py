"""Asks for what the palette shows: the messages, and then the chats by their titles."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from privatus.core.jobs import Job
from privatus.services.search import Hit, SearchResult, SearchService
from ui.search.searcher import PAUSE_MS, forgiving
from ui.session import Session
from ui.tasks import Latest, Task

_MESSAGES = 20
_CHATS = 4


class Quick(QObject):
    """One search at a time, of the words as they stand in the field."""

    found = Signal(str, object)  # what was asked, SearchResult
    titled = Signal(object)  # the Hits of titles, after the messages
    failed = Signal(object)  # BaseException; nothing else comes then

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks, self._search = session.tasks, session.vault.search
        self._latest = Latest(session.tasks, self, delay_ms=PAUSE_MS)
        self._titles: Task[tuple[Hit, ...]] | None = None
        # Nothing has come of what was asked last.
        self.is_awaited = False

    def ask(self, text: str) -> None:
        """Search for *text*; what was asked before brings nothing any more."""
        self.stop()
        self.is_awaited = True
        work = partial(_find, self._search, text)
        self._latest.request(work, partial(self._on_found, text), self._on_failed)

    def stop(self) -> None:
        """Wait for nothing any more."""
        self.is_awaited = False
        self._latest.cancel()
        if self._titles is not None:
            self._titles.cancel()

    def _on_found(self, text: str, found: SearchResult) -> None:
        self.is_awaited = False
        # Among a million messages titles take longer to find than messages.
        self._titles = self._tasks.run(
            partial(_find_titles, self._search, found.query),
            owner=self,
            on_done=self.titled.emit,
            on_error=self.failed.emit,
        )
        self.found.emit(text, found)

    def _on_failed(self, error: BaseException) -> None:
        self.is_awaited = False
        self.failed.emit(error)


def _find(search: SearchService, text: str, job: Job) -> SearchResult:
    found, _fault = forgiving(
        partial(search.find, limit=_MESSAGES, is_unfinished=True, job=job), text
    )
    return found


def _find_titles(search: SearchService, text: str, job: Job) -> tuple[Hit, ...]:
    return search.titles(text, limit=_CHATS, is_unfinished=True, job=job)
