"""Merges and splits chats for the window: off the GUI thread, with progress and with undo."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from privatus.bootstrap import Vault
from privatus.core.jobs import Job
from privatus.core.merge import MergeOrder
from privatus.services.merging import MergeChange
from privatus.services.splitting import SplitChange
from ui.i18n import _, ngettext
from ui.merging.dialog import MergeDialog
from ui.session import Session
from ui.shell.changing import Changing
from ui.shell.pages import MessageTarget
from ui.shell.shell import Shell

_NOUN = "conversations"


class Merging(QObject):
    """Asks how chats are to be merged over *parent*, and does it."""

    def __init__(self, shell: Shell, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._shell, self._session, self._over = shell, session, parent
        merging, splitting = session.vault.merging, session.vault.splitting
        self._merges = Changing[MergeChange](self, shell, session, _NOUN, merging.undo)
        self._splits = Changing[SplitChange](self, shell, session, _NOUN, splitting.undo)

    def ask(self, row_ids: Sequence[int]) -> MergeDialog | None:
        """Ask how chats are to become one, which are named as lists hold them."""
        if len(row_ids) < 2:
            self._shell.toast(_("Select two chats or more to merge them."))
            return None
        dialog = MergeDialog(self._session, row_ids, self._over)
        dialog.decided.connect(self.merge)
        dialog.open()
        return dialog

    def merge(self, ids: Sequence[UUID], order: MergeOrder, title: str) -> None:
        """Merge these chats, and show what came of it."""
        self._shell.jobs.start(
            self._session.tasks,
            _("Merging chats"),
            partial(_merge, self._session.vault, ids, order, title),
            on_done=self._on_merged,
            remark=told_of_merge,
        )

    def dissolve(self, conversation_id: UUID) -> None:
        """Take the merge back of which a chat was made."""
        work = partial(_dissolve, self._session.vault, conversation_id)
        self._merges.make(work, _told_of_dissolving)

    def split(self, conversation_id: UUID, number: int) -> None:
        """Make a chat of a message and what follows from it."""
        work = partial(_split, self._session.vault, conversation_id, number)
        self._splits.make(work, _told_of_split)

    def _on_merged(self, change: MergeChange) -> None:
        self._merges.made(change, told_of_merge)
        self._shell.open_message(
            MessageTarget(conversation_id=change.conversation_id, is_in_list=True)
        )


def told_of_merge(change: MergeChange) -> str:
    """Return what a merge has made."""
    return ngettext("{n} chat merged", "{n} chats merged", len(change.source_row_ids))


def _told_of_dissolving(change: MergeChange) -> str:
    count = len(change.source_row_ids)
    return ngettext("{n} chat is in the list again", "{n} chats are in the list again", count)


def _told_of_split(change: SplitChange) -> str:
    count = change.messages
    return ngettext(
        "{n} message is a chat of its own now", "{n} messages are a chat of their own now", count
    )


def _merge(
    vault: Vault, ids: Sequence[UUID], order: MergeOrder, title: str, job: Job
) -> MergeChange:
    return vault.merging.merge(list(ids), order, title=title, job=job)


def _dissolve(vault: Vault, conversation_id: UUID, _job: Job) -> MergeChange:
    return vault.merging.dissolve(conversation_id)


def _split(vault: Vault, conversation_id: UUID, number: int, _job: Job) -> SplitChange:
    return vault.splitting.split(f"{conversation_id}.{number}")
