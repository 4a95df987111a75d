"""Takes over the titles that are proposed for chats without one, and offers to take that back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from privatus.core.jobs import Job
from ui.chats.model import is_proposed
from ui.commands import Command
from ui.i18n import _, mark, ngettext
from ui.icons import icon
from ui.shell.changing import Changing

if TYPE_CHECKING:
    from privatus.bootstrap import Vault
    from privatus.services.titles import TitleChange
    from ui.chats.list_pane import ListPane
    from ui.session import Session
    from ui.shell.shell import Shell


_NOUN = "conversations"


class Naming(QObject):
    """Gives chats the titles that are proposed for them."""

    def __init__(self, shell: Shell, session: Session, pane: ListPane) -> None:
        super().__init__(pane)
        self._shell, self._session, self._pane = shell, session, pane
        undo = session.vault.titles.undo
        self._changing: Changing[TitleChange] = Changing(self, shell, session, _NOUN, undo)
        for name, title, run, keys in (
            ("accept-titles", mark("Use the proposed titles"), self.accept_selected, "Y"),
            ("accept-all-titles", mark("Use all proposed titles"), self.accept_all, ""),
        ):
            command = Command(name=name, title=title, run=run, keys=keys, icon="sparkles")
            shell.commands.add(command, pane.view if keys else pane)

    def fill(self, menu: QMenu) -> None:
        """Offer it for what is selected, if something is proposed there."""
        if count := len(self._selected()):
            text = ngettext("Use the proposed title", "Use {n} proposed titles", count)
            menu.addAction(icon("sparkles"), text, self.accept_selected)

    def accept_selected(self) -> None:
        """Call the selected chats what is proposed for them."""
        self.accept(self._selected())

    def _selected(self) -> list[UUID]:
        return [chat.summary.id for chat in self._pane.selected() if is_proposed(chat)]

    def accept(self, ids: Sequence[UUID]) -> None:
        """Call the chats with these ids what is proposed for them."""
        if ids:
            self._changing.make(partial(_accept, self._session.vault, ids), _told)

    def accept_all(self) -> None:
        """Call all chats without a title what is proposed for them."""
        self._shell.jobs.start(
            self._session.tasks,
            _("Naming chats"),
            partial(_accept_all, self._session.vault),
            on_done=self._on_all_done,
            remark=_told,
        )

    def _on_all_done(self, change: TitleChange | None) -> None:
        if change is None:
            self._shell.toast(_("Every chat has a title, or says too little to find one."))
        else:
            self._changing.made(change, _told)


def _accept(vault: Vault, ids: Sequence[UUID], _job: Job) -> TitleChange:
    return vault.titles.accept(*ids)


def _accept_all(vault: Vault, job: Job) -> TitleChange | None:
    found = vault.titles.proposed(job=job)
    return vault.titles.accept(*(p.conversation_id for p in found), job=job) if found else None


def _told(change: TitleChange | None) -> str:
    count = 0 if change is None else len(change.renamed)
    return ngettext("{n} chat named", "{n} chats named", count)
