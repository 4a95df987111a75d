"""The chats of the list: their order is here, what they say comes page by page.

The view says which rows it shows; those that are missing are read off the GUI thread and are
painted as soon as they are there.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from uuid import UUID

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from privatus.core.conversation import ConversationSummary
from privatus.core.jobs import Job
from privatus.core.marks import Mark
from privatus.services.listing import Arrangement, ListedConversation, ListingService
from ui.chats.groups import Group
from ui.i18n import _, day, moment, ngettext
from ui.sources import label_of
from ui.tags.chips import said_tags
from ui.tasks import Lane, Task, Tasks

Index = QModelIndex | QPersistentModelIndex
CHAT = Qt.ItemDataRole.UserRole
_PAGE = 64
# So many pages stay: two thousand rows, which take two megabytes.
_KEPT_PAGES = 32


class ChatsModel(QAbstractListModel):
    """The list; `chat(row)` is None until the row was read."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.groups: list[Group] = []
        self._ids: array[int] = array("q")
        self._pages: OrderedDict[int, list[ListedConversation | None]] = OrderedDict()
        # What was read before the list was arranged anew, by row id: shown until it is read again.
        self._former: dict[int, ListedConversation] = {}
        self._listing: ListingService | None = None
        self._tasks: Tasks | None = None
        self._reading: Task[object] | None = None
        self._wanted: tuple[int, int] = (0, -1)
        # Read once and it failed: not asked for again and again, at each painting.
        self._failed: set[int] = set()
        self.on_error: Callable[[BaseException], object] | None = None

    def open(self, listing: ListingService, tasks: Tasks) -> None:
        """Read rows from *listing* from now on."""
        self._listing, self._tasks = listing, tasks

    def close(self) -> None:
        """Let go of everything that came from the vault."""
        if self._reading is not None:
            self._reading.cancel()
        self._listing = self._tasks = self._reading = None
        self.arrange(None, [])
        self._former = {}

    def arrange(
        self, arrangement: Arrangement | None, groups: list[Group], *, keeps_rows: bool = False
    ) -> None:
        """Hold the conversations of *arrangement* from now on, in *groups*.

        *keeps_rows*: the list goes on where the former one ended, so what was read stays.
        """
        self.beginResetModel()
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        ids = array("q") if arrangement is None else arrangement.ids
        if self._pages:
            self._former = {c.row_id: c for page in self._pages.values() for c in page if c}
        if not keeps_rows or ids[: len(self._ids)] != self._ids:
            self._pages.clear()
        elif len(self._ids) % _PAGE:
            self._pages.pop(len(self._ids) // _PAGE, None)
        self._ids, self.groups = ids, groups
        self._failed.clear()
        self._wanted = (0, -1)
        self.endResetModel()

    # What is in it.

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._ids)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        chat = self.chat(index.row())
        if role == CHAT:
            return chat
        if role == Qt.ItemDataRole.DisplayRole:
            return _("Loading…") if chat is None else title_of(chat)
        if role == Qt.ItemDataRole.AccessibleTextRole and chat is not None:
            return spoken(chat)
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return _("{n} of {all}").format(n=index.row() + 1, all=len(self._ids))
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return (
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsDragEnabled
            | Qt.ItemFlag.ItemNeverHasChildren
        )

    def chat(self, row: int) -> ListedConversation | None:
        """Return what *row* shows, if it was read already."""
        page = self._pages.get(row // _PAGE)
        if page is not None:
            return page[row % _PAGE]
        return self._former.get(self._ids[row]) if row < len(self._ids) else None

    def row_id(self, row: int) -> int:
        """Return the id by which the vault knows the conversation in *row*."""
        return self._ids[row]

    def row_ids(self, rows: Iterable[int]) -> list[int]:
        return [self._ids[row] for row in rows]

    def row_of(self, row_id: int) -> int | None:
        """Return the row that holds the conversation *row_id*, if it is in the list."""
        try:
            return self._ids.index(row_id)
        except ValueError:
            return None

    def rows_of(self, row_ids: Collection[int]) -> list[int]:
        """Return the rows that hold the conversations *row_ids*, ascending."""
        wanted = set(row_ids)
        return [row for row, row_id in enumerate(self._ids) if row_id in wanted]

    def row_of_public(self, conversation_id: UUID) -> int | None:
        """Return the row of a conversation among those that were read."""
        for number, page in self._pages.items():
            for offset, chat in enumerate(page):
                if chat is not None and chat.summary.id == conversation_id:
                    return number * _PAGE + offset
        return None

    def mark(self, row_ids: Collection[int], mark: Mark, is_set: bool) -> None:
        """Show conversations with *mark*, or without it, before they are read again."""
        wanted = set(row_ids)
        for row_id in self._former.keys() & wanted:
            self._former[row_id] = _marked(self._former[row_id], mark, is_set)
        for number, page in self._pages.items():
            if any(chat is not None and chat.row_id in wanted for chat in page):
                page[:] = [
                    _marked(chat, mark, is_set) if chat and chat.row_id in wanted else chat
                    for chat in page
                ]
                first = number * _PAGE
                self.dataChanged.emit(self.index(first), self.index(first + len(page) - 1))

    def mark_as_read(self, conversation_id: UUID) -> None:
        """Show a conversation as read, if it is among those that are here."""
        row = self.row_of_public(conversation_id)
        if row is not None:
            self.mark([self._ids[row]], Mark.UNREAD, False)

    # Reading.

    def need(self, first: int, last: int) -> None:
        """Read the rows from *first* to *last* that are not here yet."""
        self._wanted = (first, last)
        for number in range(first // _PAGE, last // _PAGE + 1):
            if number in self._pages:
                self._pages.move_to_end(number)
        self._read_next()

    def _read_next(self) -> None:
        if self._reading is not None or self._tasks is None or self._listing is None:
            return
        first, last = self._wanted
        last = min(last, len(self._ids) - 1)
        number = next((n for n in range(first // _PAGE, last // _PAGE + 1)
                       if n not in self._pages and n not in self._failed), None)  # fmt: skip
        if number is None or last < first:
            return
        ids = list(self._ids[number * _PAGE : (number + 1) * _PAGE])
        self._reading = self._tasks.run(
            partial(_read, self._listing, ids),
            lane=Lane.READ,
            owner=self,
            on_done=partial(self._on_read, number, ids),
            on_error=partial(self._on_failed, number),
        )

    def _on_read(self, number: int, ids: Sequence[int], rows: Sequence[ListedConversation]) -> None:
        self._reading = None
        found = {row.row_id: row for row in rows}
        self._pages[number] = [found.get(row_id) for row_id in ids]
        for row_id in ids:
            self._former.pop(row_id, None)
        while len(self._pages) > _KEPT_PAGES:
            self._pages.popitem(last=False)
        first = number * _PAGE
        self.dataChanged.emit(self.index(first), self.index(first + len(ids) - 1))
        self._read_next()

    def _on_failed(self, number: int, error: BaseException) -> None:
        self._reading = None
        self._failed.add(number)
        if self.on_error is not None:
            self.on_error(error)
        self._read_next()


def _read(listing: ListingService, ids: Sequence[int], _job: Job) -> Sequence[ListedConversation]:
    return listing.rows(ids)


def _marked(chat: ListedConversation, mark: Mark, is_set: bool) -> ListedConversation:
    return replace(chat, summary=chat.summary.with_mark(mark, is_set))


def title_of(chat: ListedConversation) -> str:
    """Return the title, or what stands for it."""
    return chat.summary.title.strip() or chat.proposed_title or _("Untitled")


def is_proposed(chat: ListedConversation) -> bool:
    """Say whether the title that is shown is a proposal."""
    return not chat.summary.title.strip() and bool(chat.proposed_title)


def time_of(chat: ListedConversation) -> datetime | None:
    """Return when the conversation was changed last, if that is known."""
    return moment(chat.summary.updated_at_ms or chat.summary.created_at_ms)


def spoken(chat: ListedConversation) -> str:
    """Return the row as a screen reader says it."""
    summary, changed_at = chat.summary, time_of(chat)
    proposed = ((_("proposed title"), is_proposed(chat)),)
    marks = (*proposed, (_("pinned"), summary.is_pinned), (_("unread"), summary.is_unread))
    said = [title_of(chat), *(text for text, holds in marks if holds), sources_of(summary)]
    if changed_at is not None:
        said.append(day(changed_at))
    said.append(ngettext("{n} message", "{n} messages", summary.messages))
    if summary.tags:
        said.append(said_tags(summary.tags))
    said += [
        text
        for text, holds in (
            (_("starred"), summary.is_starred),
            (_("archived"), summary.is_archived),
            (_("merged"), bool(summary.sources)),
            (_("no longer at its source"), summary.is_missing_at_source),
            (_("with attachments"), chat.has_attachments),
        )
        if holds
    ]
    return ", ".join(said)


def sources_of(summary: ConversationSummary) -> str:
    """Return what people call the source of a chat, or those that it was merged of."""
    return ", ".join(map(label_of, summary.sources)) or label_of(summary.source)
