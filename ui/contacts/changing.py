"""Changes contacts off the GUI thread, and offers to take that back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from privatus.bootstrap import Vault
from privatus.core.jobs import Job
from privatus.services.contact_changes import ContactChange
from privatus.services.identity import IdentityChange
from ui.session import Session
from ui.shell.shell import Shell
from ui.tasks import Lane

Work = Callable[[Vault], ContactChange]
OwnWork = Callable[[Vault], IdentityChange]


class Changing(QObject):
    """Runs changes of the contact book in order."""

    def __init__(self, shell: Shell, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._shell, self._session = shell, session

    def change(
        self,
        work: Work,
        said: str,
        on_done: Callable[[ContactChange], object] | None = None,
        on_error: Callable[[BaseException], object] | None = None,
    ) -> None:
        """Change contacts by *work*; *said* is what was done, and Undo stands beside it."""
        self._session.tasks.run(
            partial(_run, work, self._session.vault),
            lane=Lane.WRITE,
            is_owed=True,
            owner=self,
            on_done=partial(self._on_changed, said, on_done),
            on_error=on_error or self._shell.tell_error,
        )

    def change_own(
        self,
        work: OwnWork,
        said: str,
        on_done: Callable[[], object] | None = None,
        on_error: Callable[[BaseException], object] | None = None,
    ) -> None:
        """Change what the person's own card says by *work*."""
        self._session.tasks.run(
            partial(_run_own, work, self._session.vault),
            lane=Lane.WRITE,
            is_owed=True,
            owner=self,
            on_done=partial(self._on_own_changed, said, on_done),
            on_error=on_error or self._shell.tell_error,
        )

    def _on_changed(
        self,
        said: str,
        on_done: Callable[[ContactChange], object] | None,
        change: ContactChange,
    ) -> None:
        if on_done is not None:
            on_done(change)
        self._session.tell_changed("contacts")
        self._shell.done(said, partial(self._undo, change))

    def _undo(self, change: ContactChange) -> None:
        self._session.tasks.run(
            partial(_run, lambda vault: vault.contacts.undo(change), self._session.vault),
            lane=Lane.WRITE,
            is_owed=True,
            owner=self,
            on_done=lambda _change: self._session.tell_changed("contacts"),
            on_error=self._shell.tell_error,
        )

    def _on_own_changed(
        self, said: str, on_done: Callable[[], object] | None, change: IdentityChange
    ) -> None:
        if on_done is not None:
            on_done()
        self._session.tell_changed("contacts")
        undo: OwnWork = lambda vault: vault.identity.undo(change)  # noqa: E731
        self._shell.done(said, partial(self.change_own_quietly, undo))

    def change_own_quietly(self, work: OwnWork) -> None:
        """Do what `change_own` does, and offer nothing to take it back."""
        self._session.tasks.run(
            partial(_run_own, work, self._session.vault),
            lane=Lane.WRITE,
            is_owed=True,
            owner=self,
            on_done=lambda _change: self._session.tell_changed("contacts"),
            on_error=self._shell.tell_error,
        )


def _run(work: Work, vault: Vault, _job: Job) -> ContactChange:
    return work(vault)


def _run_own(work: OwnWork, vault: Vault, _job: Job) -> IdentityChange:
    return work(vault)
