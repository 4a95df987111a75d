"""Pins, stars and what is unread: what can be said of the selected chats, and taken back."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from itertools import islice
from uuid import UUID

from PySide6.QtCore import QObject

from privatus.bootstrap import Vault
from privatus.core.jobs import Job
from privatus.core.marks import Mark
from privatus.services.marks import MarkChange
from ui.chats.list_pane import ListPane
from ui.i18n import ngettext
from ui.session import Session
from ui.shell.changing import Changing
from ui.shell.shell import Shell
from ui.tasks import Lane

# So many of the selected are looked at to see whether they have a mark: more were hardly read.
_LOOKED_AT = 2_000


@dataclass(frozen=True, slots=True)
class Marking:
    """One thing to say of chats: how it is offered for so many, and what is told afterwards."""

    mark: Mark
    is_set: bool
    icon: str
    offer: Callable[[int], str]
    told: Callable[[int], str]


MARKINGS = {
    (marking.mark, marking.is_set): marking
    for marking in (
        Marking(Mark.PINNED, True, "pin",
                lambda n: ngettext("Pin", "Pin {n} chats", n),
                lambda n: ngettext("Chat pinned", "{n} chats pinned", n)),
        Marking(Mark.PINNED, False, "pin-off",
                lambda n: ngettext("Unpin", "Unpin {n} chats", n),
                lambda n: ngettext("Chat unpinned", "{n} chats unpinned", n)),
        Marking(Mark.STARRED, True, "star",
                lambda n: ngettext("Star", "Star {n} chats", n),
                lambda n: ngettext("Chat starred", "{n} chats starred", n)),
        Marking(Mark.STARRED, False, "star",
                lambda n: ngettext("Remove the star", "Remove {n} stars", n),
                lambda n: ngettext("Star removed", "{n} stars removed", n)),
        Marking(Mark.UNREAD, True, "circle-dot",
                lambda n: ngettext("Mark as unread", "Mark {n} chats as unread", n),
                lambda n: ngettext("Chat marked as unread", "{n} chats marked as unread", n)),
        Marking(Mark.UNREAD, False, "circle",
                lambda n: ngettext("Mark as read", "Mark {n} chats as read", n),
                lambda n: ngettext("Chat marked as read", "{n} chats marked as read", n)),
        Marking(Mark.ARCHIVED, True, "archive",
                lambda n: ngettext("Archive", "Archive {n} chats", n),
                lambda n: ngettext("Chat archived", "{n} chats archived", n)),
        Marking(Mark.ARCHIVED, False, "inbox",
                lambda n: ngettext("Take out of the archive",
                                   "Take {n} chats out of the archive", n),
                lambda n: ngettext("Chat taken out of the archive",
                                   "{n} chats taken out of the archive", n)),
    )
}  # fmt: skip


class Marks(QObject):
    """Sets marks for what is selected in a ListPane: at once on the screen, then in the vault."""

    def __init__(self, pane: ListPane, shell: Shell, session: Session) -> None:
        super().__init__(pane)
        self._pane, self._session = pane, session
        undo = session.vault.marks.undo
        self._changing: Changing[MarkChange] = Changing(self, shell, session, "marks", undo)

    def offered(self, mark: Mark) -> Marking:
        """Return what `toggle` would do: take *mark* away if all of the selected have it."""
        view, model = self._pane.view, self._pane.model
        some = (model.chat(row) for row in islice(view.selected_rows(), _LOOKED_AT))
        marked = [chat.summary.has(mark) for chat in some if chat is not None]
        return MARKINGS[mark, not (marked and all(marked))]

    def toggle(self, mark: Mark) -> None:
        """Set *mark* for all that is selected, or take it away if all have it."""
        row_ids = self._pane.model.row_ids(self._pane.view.selected_rows())
        if row_ids:
            if mark is Mark.ARCHIVED:
                self._pane.go_on_with_next()
            self._set(self.offered(mark), row_ids)

    def set(self, mark: Mark, is_set: bool, row_ids: Collection[int]) -> None:
        """Set *mark* for chats by the ids that lists have, or take it away."""
        if row_ids:
            self._set(MARKINGS[mark, is_set], row_ids)

    def read(self, conversation_id: UUID) -> None:
        """Mark a chat as read that somebody has before their eyes."""
        self._pane.model.mark_as_read(conversation_id)
        self._session.tasks.run(
            partial(_read, self._session.vault, conversation_id),
            lane=Lane.WRITE,
            is_owed=True,
            owner=self,
            on_done=partial(self._on_read, conversation_id),
        )

    def _on_read(self, conversation_id: UUID, _change: MarkChange) -> None:
        # Its row may have been read meanwhile, as it was.
        self._pane.model.mark_as_read(conversation_id)

    def _set(self, marking: Marking, row_ids: Collection[int]) -> None:
        self._pane.model.mark(row_ids, marking.mark, marking.is_set)
        work = partial(_set_rows, self._session.vault, marking, row_ids)
        self._changing.make(work, _told, self._show)

    def _show(self, change: MarkChange) -> None:
        # Rows that came meanwhile are as they were before.
        self._pane.model.mark(change.former, change.mark, change.is_set)


def _told(change: MarkChange) -> str:
    return MARKINGS[change.mark, change.is_set].told(change.count) if change.count else ""


def _set_rows(vault: Vault, marking: Marking, row_ids: Collection[int], _job: Job) -> MarkChange:
    return vault.marks.set_rows(marking.mark, row_ids, marking.is_set)


def _read(vault: Vault, conversation_id: UUID, _job: Job) -> MarkChange:
    return vault.marks.set(Mark.UNREAD, [conversation_id], is_set=False)
