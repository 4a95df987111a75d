"""Asks the search service for a page: only the newest search counts, and nothing waits here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from privatus.core.errors import QueryError
from privatus.core.jobs import Job
from privatus.services.facets import Facets
from privatus.services.search import SearchResult, SearchService
from ui.search.target import Order
from ui.session import Session
from ui.tasks import Latest, Task

PAGE = 50
# With 120 ms of waiting, the first results could not be there 100 ms after the last key. What a
# search takes, it takes off the GUI thread, and an older one is dropped.
PAUSE_MS = 40
# Counting takes longer than finding, and nobody reads the counts while typing.
_FACETS_PAUSE_MS = 120
# What the search says of a quote or a parenthesis that is still open.
_UNFINISHED = "is not closed"


@dataclass(frozen=True, slots=True)
class Asked:
    """A search as it was asked for."""

    query: str
    order: Order = "relevance"


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found; if it `is_begun`, only with the last word as the beginning of one.

    `fault` says what was mended before it could be searched at all.
    """

    asked: Asked
    result: SearchResult
    is_begun: bool = False
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """How the matches spread, and how much the index has not taken over."""

    facets: Facets
    waiting: int


class Searcher(QObject):
    """One search at a time, page by page, then its facets."""

    answered = Signal(object)  # Answer
    continued = Signal(object)  # Answer, the next page
    counted = Signal(object)  # Counts
    failed = Signal(object)  # BaseException

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks = session.tasks
        self._search = session.vault.search
        self._latest = Latest(session.tasks, self, delay_ms=PAUSE_MS)
        self._more: Task[Any] | None = None
        self._counting: Task[Any] | None = None
        self._answer: Answer | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_FACETS_PAUSE_MS)
        self._pause.timeout.connect(self._count)

    def search(self, asked: Asked, *, at_least: int = 0) -> None:
        """Find *asked*, and at least so many of its hits; what was asked before is dropped."""
        self.stop()
        limit = max(PAGE, -(-at_least // PAGE) * PAGE)
        self._latest.request(partial(_find, self._search, asked, limit), self._on_found,
                             self.failed.emit)  # fmt: skip

    def more(self, skip: int) -> None:
        """Find the next page of what was answered last."""
        if self._answer is not None:
            work = partial(_continue, self._search, self._answer, skip)
            self._more = self._run(work, self.continued.emit)

    def count_again(self) -> None:
        """Count once more, as the index has gone on."""
        self._pause.start()

    def stop(self) -> None:
        """Ask for nothing any more."""
        self._latest.cancel()
        self._pause.stop()
        self._answer = None
        for task in (self._more, self._counting):
            if task is not None:
                task.cancel()
        self._more = self._counting = None

    def _on_found(self, answer: Answer) -> None:
        self._answer = answer
        self._pause.start()
        self.answered.emit(answer)

    def _count(self) -> None:
        if self._answer is not None:
            work = partial(_count, self._search, self._answer.result.query)
            self._counting = self._run(work, self.counted.emit)

    def _run(self, work: Callable[[Job], Any], done: Callable[[Any], object]) -> Task[Any]:
        return self._tasks.run(work, owner=self, on_done=done, on_error=self.failed.emit)


def forgiving(find: Callable[[str], SearchResult], text: str) -> tuple[SearchResult, str]:
    """Return what *find* finds for *text*, and what was mended in it.

    Who types a phrase has not closed its quote yet, and need not be told off for that.
    """
    try:
        return find(text), ""
    except QueryError as error:
        if _UNFINISHED not in str(error) or not error.nearest:
            raise
        result = find(error.nearest)
        # Of a phrase, the words before the one that is being typed: the beginning of a word in a
        # phrase of common ones takes a quarter of a second in a million messages.
        before = error.nearest.rstrip('"').rpartition(" ")[0]
        if not result.total and before.count('"') % 2 and not before.endswith('"'):
            result = find(f'{before}"')
        return result, str(error)


def _find(search: SearchService, asked: Asked, limit: int, job: Job) -> Answer:
    find = partial(search.find, limit=limit, order=asked.order, job=job)
    result, fault = forgiving(find, asked.query)
    if not result.total and not fault:
        # As long as somebody types, the last word may be the beginning of one.
        begun = find(result.query, is_unfinished=True)
        if begun.total:
            return Answer(asked, begun, is_begun=True, fault=fault)
    return Answer(asked, result, fault=fault)


def _continue(search: SearchService, answer: Answer, skip: int, job: Job) -> Answer:
    result = search.find(
        answer.result.query,
        limit=PAGE,
        skip=skip,
        order=answer.asked.order,
        is_unfinished=answer.is_begun,
        job=job,
    )
    return Answer(answer.asked, result, answer.is_begun, answer.fault)


def _count(search: SearchService, query: str, job: Job) -> Counts:
    return Counts(search.facets(query, job=job), search.waiting())
