"""The messages of a branch, read from the vault by pages as they come into view."""

from __future__ import annotations

import bisect
from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from privatus.core.conversation import Message, Role
from privatus.core.jobs import Job
from ui.i18n import _, number, time_of_day
from ui.reader.blocks import Prepared
from ui.reader.geometry import Heights
from ui.reader.preparing import prepare
from ui.sources import label_of
from ui.tasks import Lane, Task

if TYPE_CHECKING:
    from privatus.services.pages import Measure, Shape
    from ui.session import Session

_PAGE = 16
_PAGES_KEPT = 40
_MEASURES_AT_ONCE = 4_000


class Path:
    """A branch as ranges of numbers: which message is in which row."""

    def __init__(self, ranges: Sequence[range]) -> None:
        self.ranges = [span for span in ranges if len(span)]
        self._starts: list[int] = []
        count = 0
        for span in self.ranges:
            self._starts.append(count)
            count += len(span)
        self._count = count

    def __len__(self) -> int:
        return self._count

    def number(self, row: int) -> int:
        """Return the number of the message in *row*."""
        at = bisect.bisect_right(self._starts, row) - 1
        return self.ranges[at][row - self._starts[at]]

    def row(self, wanted: int) -> int | None:
        """Return the row of the message *wanted*, None if it is on another branch."""
        # Numbers grow along a branch.
        at = bisect.bisect_right([span.start for span in self.ranges], wanted) - 1
        if at < 0 or wanted not in self.ranges[at]:
            return None
        return self._starts[at] + wanted - self.ranges[at].start

    def numbers(self, first: int, last: int) -> list[range]:
        """Return the numbers of the rows from *first* up to but not including *last*."""
        found = []
        for start, span in zip(self._starts, self.ranges, strict=True):
            low, high = max(first - start, 0), min(last - start, len(span))
            if low < high:
                found.append(span[low:high])
        return found


@dataclass(frozen=True, slots=True)
class Renewed:
    """A conversation as it is now: its shape, and the pages of what is seen of it."""

    shape: Shape
    leaf: int
    pages: Mapping[int, list[Prepared]]

    def shows(self, number: int) -> bool:
        """Say whether message *number* is there with its words, if it is on the branch at all."""
        row = Path(self.shape.tree.path(self.leaf)).row(number)
        return row is None or row // _PAGE in self.pages


Renewal = Callable[[Job], Renewed | None]


class Messages(QAbstractListModel):
    """One conversation, one branch of it shown."""

    arrived = Signal(object)  # the rows whose words are there now, as a range
    measured = Signal()  # lengths and times of all rows are there
    guessed = Signal(object)  # Heights of all rows

    def __init__(self, session: Session, shape: Shape, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.shape = shape
        self.tree = shape.tree
        self.conversation_id = shape.summary.id
        self.leaf = shape.active or 0
        self.path = Path(self.tree.path(self.leaf))
        self._pages: OrderedDict[int, list[Prepared]] = OrderedDict()
        self._asked: dict[int, Task[list[Prepared]]] = {}
        # What features say of a message by its number, to who cannot see it.
        self.remarks: dict[object, Callable[[int], str]] = {}
        self._clear_measures()

    def _clear_measures(self) -> None:
        self.sizes = array("i")
        self.roles: list[Role] = []
        self.times = array("q")
        self._measuring: Task[Any] | None = None

    # ------------------------------------------------------------------ Qt's side

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.path)

    def data(
        self,
        index: QModelIndex | QPersistentModelIndex,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if not index.isValid():
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            found = self.get(index.row(), ask=False)
            if found is None:
                return _("Message {n}").replace("{n}", number(index.row() + 1))
            return f"{self.speaker(found.message)}: {found.text or _('Nothing to read')}"
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return self._described(index.row())
        return None

    def _described(self, row: int) -> str:
        """Return where a message stands: its place, its branch and its time."""
        said = [_counted(_("{n} of {all}"), row + 1, len(self.path))]
        if branch := self.branch_of(self.path.number(row)):
            said.append(_counted(_("branch {n} of {all}"), *branch))
        found = self.get(row, ask=False)
        if found is not None and found.message.created_at_ms:
            said.append(time_of_day(moment(found.message.created_at_ms)))
        said += [remark(self.path.number(row)) for remark in self.remarks.values()]
        return ", ".join(filter(None, said))

    def speaker(self, message: Message) -> str:
        """Return who says *message*."""
        if message.role is Role.USER:
            return message.author or _("You")
        if message.role is Role.ASSISTANT:
            return message.model or message.author or self.source_of(message.number)
        if message.role is Role.TOOL:
            return message.author or _("Tool")
        return message.author or _("System")

    def source_of(self, number: int) -> str:
        """Return the name of the provider of a message, which in a hybrid is its source's."""
        origin = self.shape.origins.get(number)
        return label_of(origin) if origin else self.source

    @property
    def source(self) -> str:
        """Return the name of the provider."""
        return label_of(self.shape.summary.source)

    # ------------------------------------------------------------------ words

    def get(self, row: int, *, ask: bool = True) -> Prepared | None:
        """Return the message in *row*; None: it is being read."""
        page = self._pages.get(row // _PAGE)
        if page is None:
            if ask:
                self._ask(row // _PAGE)
            return None
        self._pages.move_to_end(row // _PAGE)
        return page[row - row // _PAGE * _PAGE]

    def want(self, first: int, last: int) -> None:
        """Read the rows from *first* to *last* and around them; forget what was asked before."""
        low, high = max(0, first // _PAGE), min(last // _PAGE, (len(self.path) - 1) // _PAGE)
        wanted = range(max(0, low - 1), min(high + 2, (len(self.path) - 1) // _PAGE + 1))
        for page in [page for page in self._asked if page not in wanted]:
            self._asked.pop(page).cancel()
        for page in sorted(wanted, key=lambda p: not low <= p <= high):
            if page not in self._pages:
                self._ask(page)

    def _ask(self, page: int) -> None:
        if page in self._asked:
            return
        numbers = self.path.numbers(page * _PAGE, (page + 1) * _PAGE)
        self._asked[page] = self._session.tasks.run(
            partial(_read, self._session, self.conversation_id, numbers),
            owner=self,
            on_done=partial(self._on_read, page, self.leaf),
        )

    def _on_read(self, page: int, leaf: int, found: list[Prepared]) -> None:
        self._asked.pop(page, None)
        first = page * _PAGE
        if leaf != self.leaf or len(found) != min(_PAGE, len(self.path) - first):
            return
        self._pages[page] = found
        while len(self._pages) > _PAGES_KEPT:
            self._pages.popitem(last=False)
        last = first + len(found)
        self.dataChanged.emit(self.index(first, 0), self.index(last - 1, 0))
        self.arrived.emit(range(first, last))

    # ------------------------------------------------------------------ lengths

    def measure(self) -> None:
        """Read how long the messages are, in the background."""
        if self._measuring is None and len(self.path):
            self._measure_from(0, self.leaf)

    def _measure_from(self, row: int, leaf: int) -> None:
        numbers = self.path.numbers(row, row + _MEASURES_AT_ONCE)
        self._measuring = self._session.tasks.run(
            partial(_measures, self._session, self.conversation_id, numbers),
            owner=self,
            on_done=partial(self._on_measured, row, leaf),
        )

    def _on_measured(self, row: int, leaf: int, found: list[Measure]) -> None:
        if leaf != self.leaf:
            return
        self.sizes.extend(min(m.sealed_bytes, 2**31 - 1) for m in found)
        self.times.extend(m.created_at_ms or 0 for m in found)
        self.roles.extend(m.role for m in found)
        row += _MEASURES_AT_ONCE
        if row < len(self.path):
            self._measure_from(row, leaf)
        else:
            self._measuring = None
            self.measured.emit()

    def guess_heights(self, least: int, per_byte: float) -> None:
        """Guess how tall the rows are; `guessed` follows. A frame's time at 100,000 rows."""
        self._session.tasks.run(
            partial(_guessed, self.sizes[:], least, per_byte),
            lane=Lane.CPU,
            owner=self,
            on_done=partial(self._on_guessed, self.leaf),
        )

    def _on_guessed(self, leaf: int, heights: Heights) -> None:
        if leaf == self.leaf:
            self.guessed.emit(heights)

    # ------------------------------------------------------------------ branches

    def branch_of(self, wanted: int) -> tuple[int, int] | None:
        """Return which of how many branches *wanted* begins; None if there is only one."""
        siblings = self.tree.siblings(wanted)
        return (siblings.index(wanted) + 1, len(siblings)) if len(siblings) > 1 else None

    def show_branch(self, leaf: int) -> None:
        """Show the branch that ends in *leaf*."""
        if leaf == self.leaf:
            return
        for task in self._asked.values():
            task.cancel()
        self.beginResetModel()
        self.leaf = leaf
        self.path = Path(self.tree.path(leaf))
        self._asked.clear()
        self._pages.clear()
        self._clear_measures()
        self.endResetModel()

    def renewal(self, seen: Iterable[int]) -> Renewal:
        """Return what reads the conversation anew: its shape, and the pages with what is *seen*."""
        return partial(_renewed, self._session, self.shape, self.leaf, frozenset(seen))

    def renew(self, renewed: Renewed) -> None:
        """Hold what was read anew; `modelReset` follows."""
        for task in self._asked.values():
            task.cancel()
        self.beginResetModel()
        self.shape, self.tree, self.leaf = renewed.shape, renewed.shape.tree, renewed.leaf
        self.path = Path(self.tree.path(self.leaf))
        self._asked.clear()
        self._pages = OrderedDict(renewed.pages)
        self._clear_measures()
        self.endResetModel()

    def row_of(self, wanted: int) -> int | None:
        """Return the row of the message *wanted*, on a branch that holds it.

        The branch is shown if it is another one. None: there is no such message.
        """
        if wanted not in self.tree:
            return None
        if self.path.row(wanted) is None:
            self.show_branch(self.tree.newest_leaf(wanted))
        return self.path.row(wanted)


def _counted(text: str, place: int, count: int) -> str:
    return text.replace("{n}", number(place)).replace("{all}", number(count))


def moment(at_ms: int) -> datetime:
    """Return a time of the vault as Python has it; the edge of its calendar if it is beyond."""
    try:
        return datetime.fromtimestamp(at_ms / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return datetime(9999, 12, 30, tzinfo=UTC) if at_ms > 0 else datetime(1, 1, 3, tzinfo=UTC)


def _read(
    session: Session, conversation_id: Any, numbers: Iterable[range], job: Job
) -> list[Prepared]:
    messages = session.vault.pages.messages(conversation_id, list(numbers))
    found = []
    for message in messages:
        job.check()
        found.append(prepare(message))
    return found


def _renewed(
    session: Session, former: Shape, leaf: int, seen: frozenset[int], job: Job
) -> Renewed | None:
    """Return the conversation as it is now, None if nothing in it has changed."""
    shape = session.vault.pages.shape(former.summary.id)
    if _sameness(shape) == _sameness(former):
        return None
    # Who reads at the end of a branch reads on where it was continued.
    leaf = shape.tree.newest_leaf(leaf) if leaf in shape.tree else shape.active or 0
    path = Path(shape.tree.path(leaf))
    rows = [row for number in seen if (row := path.row(number)) is not None]
    pages = {
        page: _read(session, shape.summary.id, path.numbers(page * _PAGE, (page + 1) * _PAGE), job)
        for page in {row // _PAGE for row in rows}
    }
    return Renewed(shape, leaf, pages)


def _sameness(shape: Shape) -> tuple[object, ...]:
    return shape.version, shape.summary, shape.active, len(shape.tree)


def _guessed(sizes: array[int], least: int, per_byte: float, _job: Job) -> Heights:
    return Heights([least + int(size * per_byte) for size in sizes])


def _measures(
    session: Session, conversation_id: Any, numbers: Iterable[range], job: Job
) -> list[Measure]:
    found: list[Measure] = []
    for span in numbers:
        job.check()
        found += session.vault.pages.measures(conversation_id, span)
    return found
