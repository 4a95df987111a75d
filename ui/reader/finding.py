"""Finding in one conversation: counts all of it, on every branch, wherever it is folded.

Read in the background, the branch that is shown first; what is counted is what is shown, so marks
of Markdown are not found and do not hide a phrase.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from privatus.core.conversation import Message
from privatus.core.jobs import Job
from ui.reader.blocks import everything
from ui.reader.highlighting import without_colours
from ui.reader.preparing import prepare
from ui.tasks import Task

if TYPE_CHECKING:
    from ui.reader.model import Messages
    from ui.session import Session

_MESSAGES_AT_ONCE = 500
# Between words; what is looked for stands in one paragraph.
_GAP = r"[^\S\n]+"
# What Markdown puts between and into words.
_MARKS = re.compile(r"\]\([^)\s]*\)|[*_`~\[\]\\#>|]")
_MOST_HITS = 100_000
MOST_CHARS = 500


@dataclass(frozen=True, slots=True)
class Hit:
    """One place: which of the places in its message it is."""

    number: int
    index: int
    is_folded: bool


def pattern(text: str) -> re.Pattern[str] | None:
    """Return what finds *text* in any case and over any kind of space; None for nothing."""
    words = text[:MOST_CHARS].split()
    if not words:
        return None
    return re.compile(_GAP.join(map(re.escape, words)), re.IGNORECASE)


def any_of(words: tuple[str, ...]) -> re.Pattern[str] | None:
    """Return what finds one of *words*, as a search over the archive found them."""
    found = ["".join(map(_with_accents, word)) for word in words if word.strip()]
    return re.compile("|".join(found), re.IGNORECASE) if found else None


def _with_accents(letter: str) -> str:
    """Return what finds *letter* with and without accents: the search does not tell them apart."""
    others = _accented().get(letter.lower(), "")
    return f"[{letter}{others}][\u0300-\u036f]*" if others else re.escape(letter)


@cache
def _accented() -> dict[str, str]:
    """Return the letters that are another one with accents, by that one."""
    found: dict[str, str] = {}
    for code in (*range(0x00C0, 0x0250), *range(0x0386, 0x03CF), *range(0x1E00, 0x2000)):
        letter = chr(code)
        plain = unicodedata.normalize("NFD", letter)[0].lower()
        if plain != letter.lower() and plain.isalpha():
            found[plain] = found.get(plain, "") + letter
    return found


class Finder(QObject):
    """Looks through the conversation, piece by piece."""

    found = Signal()  # `hits` has grown
    finished = Signal()

    def __init__(self, session: Session, model: Messages, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._model = session, model
        self.hits: list[Hit] = []
        self.is_searching = False
        self._task: Task[Any] | None = None
        self._left: list[range] = []
        self._text = ""

    def start(self, text: str) -> None:
        """Look for *text* from now on, and for nothing else."""
        self.cancel()
        self.hits, self._text = [], text
        if pattern(text) is None:
            self.finished.emit()
            return
        shown = self._model.path.ranges
        others = [range(run.first, run.last + 1) for run in self._model.tree.runs]
        self._left = [*_chunks(shown), *_chunks(_without(others, shown))]
        self.is_searching = True
        self._next()

    def cancel(self) -> None:
        """Stop looking."""
        self.is_searching = False
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _next(self) -> None:
        if not self._left or len(self.hits) >= _MOST_HITS:
            self.is_searching = False
            self._task = None
            self.finished.emit()
            return
        numbers = [self._left.pop(0)]
        while self._left and sum(map(len, numbers)) + len(self._left[0]) <= _MESSAGES_AT_ONCE:
            numbers.append(self._left.pop(0))
        self._task = self._session.tasks.run(
            partial(_look, self._session, self._model.conversation_id, numbers, self._text),
            owner=self,
            on_done=self._on_found,
        )

    def _on_found(self, hits: list[Hit]) -> None:
        self.hits += hits
        self.found.emit()
        self._next()


def hits_in(message: Message, wanted: re.Pattern[str]) -> list[Hit]:
    """Return the places in one message, in the order in which they are shown."""
    places = [
        is_folded
        for block, is_folded in everything(prepare(message).blocks)
        for _match in wanted.finditer(block.plain)
    ]
    return [Hit(message.number, index, folded) for index, folded in enumerate(places)]


def may_hold(message: Message, rough: re.Pattern[str] | None) -> bool:
    """Say whether it is worth while to look into *message*: reading it takes a millisecond."""
    if rough is None:
        return True
    return any(
        rough.search(_MARKS.sub("", text))
        for part in message.parts
        for text in (part.text, part.name or "", str(part.data) if part.data else "")
        if text
    ) or any(rough.search(file.name) for file in message.attachments)


def rough_pattern(text: str) -> re.Pattern[str] | None:
    """Return what finds *text* in Markdown without its marks; None if that leaves nothing."""
    words = _MARKS.sub("", text).split()
    if not words:
        return None
    return re.compile(r"\s+".join(map(re.escape, words)), re.IGNORECASE)


def _look(
    session: Session, conversation_id: Any, numbers: list[range], text: str, job: Job
) -> list[Hit]:
    found: list[Hit] = []
    wanted, rough = pattern(text), rough_pattern(text)
    if wanted is None:
        return found
    with without_colours():
        for message in session.vault.pages.messages(conversation_id, numbers):
            job.check()
            if may_hold(message, rough):
                found += hits_in(message, wanted)
    return found


def _chunks(ranges: list[range]) -> list[range]:
    return [
        span[start : start + _MESSAGES_AT_ONCE]
        for span in ranges
        for start in range(0, len(span), _MESSAGES_AT_ONCE)
    ]


def _without(ranges: list[range], others: list[range]) -> list[range]:
    """Return what of *ranges* is not in *others*."""
    found = list(ranges)
    for other in others:
        cut: list[range] = []
        for span in found:
            if other.stop <= span.start or span.stop <= other.start:
                cut.append(span)
                continue
            cut += [range(span.start, other.start), range(other.stop, span.stop)]
        found = [span for span in cut if len(span)]
    return found
