"""Gives tags to chats and takes them away, off the GUI thread, and offers to take that back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from uuid import UUID

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from privatus.bootstrap import Vault
from privatus.core.jobs import Job
from privatus.services.tag_changes import TagChange
from ui.i18n import ngettext
from ui.session import Session
from ui.shell.changing import Changing
from ui.shell.shell import Shell
from ui.tags.chooser import TagChooser
from ui.tags.rules import RulesDialog


class Giving(QObject):
    """Opens the chooser over *parent*, and does what was chosen in it."""

    def __init__(self, shell: Shell, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._shell, self._session, self._over = shell, session, parent
        undo = session.vault.tags.undo
        self._changing: Changing[TagChange] = Changing(self, shell, session, "tags", undo)

    def ask(self, row_ids: Sequence[int]) -> TagChooser | None:
        """Ask which tags chats are to have, which are named as lists hold them."""
        if not row_ids:
            return None
        chooser = TagChooser(self._session, row_ids, self._over)
        chooser.decided.connect(partial(self.exchange, row_ids))
        chooser.open()
        return chooser

    def ask_rules(self) -> None:
        """Show the rules that give tags."""
        RulesDialog(self._shell, self._session, self._over).open()

    def ask_of_message(self, message: str) -> TagChooser:
        """Ask which tags one message is to have, which is named by its id."""
        chooser = TagChooser(self._session, (), self._over, message=message)
        chooser.decided.connect(partial(self._exchange_on, message))
        chooser.open()
        return chooser

    def _exchange_on(self, message: str, given: Sequence[str], taken: Sequence[str]) -> None:
        self.change(partial(_exchange_on, self._session.vault, message, given, taken), _told)

    def ask_of(self, conversation_id: UUID) -> None:
        """Ask which tags one chat is to have."""
        work = partial(_row_ids, self._session.vault, conversation_id)
        self._session.tasks.run(work, owner=self, on_done=self.ask)

    def exchange(self, row_ids: Sequence[int], given: Sequence[str], taken: Sequence[str]) -> None:
        """Give chats the tags *given*, and take *taken* from them."""
        self.change(partial(_exchange, self._session.vault, row_ids, given, taken), _told)

    def change(self, work: Callable[[Job], TagChange], told: Callable[[TagChange], str]) -> None:
        """Change tags by *work*; *told* says what was done, and Undo stands beside it."""
        self._changing.make(work, told)


def _told(change: TagChange) -> str:
    count = change.conversations
    if count:
        return ngettext("Tags changed", "Tags of {n} chats changed", count)
    count = change.messages
    return (
        ngettext("Tags of the message changed", "Tags of {n} messages changed", count)
        if count
        else ""
    )


def _row_ids(vault: Vault, conversation_id: UUID, _job: Job) -> list[int]:
    row_id = vault.listing.row_id(conversation_id)
    return [] if row_id is None else [row_id]


def _exchange_on(
    vault: Vault, message: str, given: Sequence[str], taken: Sequence[str], _job: Job
) -> TagChange:
    return vault.tags.exchange_on(message, given, taken)


def _exchange(
    vault: Vault, row_ids: Sequence[int], given: Sequence[str], taken: Sequence[str], job: Job
) -> TagChange:
    return vault.tags.exchange(row_ids, given, taken, job)
