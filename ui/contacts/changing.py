"""Changes contacts off the GUI thread, and offers to take that back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QObject

from privatus.bootstrap import Vault
from privatus.core.jobs import Job
from privatus.services.contact_changes import ContactChange
from privatus.services.identity import IdentityChange
from ui.session import Session
from ui.shell import changing
from ui.shell.shell import Shell
from ui.tasks import Lane

C = TypeVar("C")
_NOUN = "contacts"


class Changing(QObject):
    """Runs changes of the contact book in order, for forms that stay open if one is refused."""

    def __init__(self, shell: Shell, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._shell, self._session = shell, session
        vault = session.vault
        self._contacts = changing.Changing(self, shell, session, _NOUN, vault.contacts.undo)
        self._own = changing.Changing(self, shell, session, _NOUN, vault.identity.undo)

    def change(
        self,
        work: Callable[[Vault], ContactChange],
        said: str,
        on_done: Callable[[ContactChange], object] | None = None,
        on_error: Callable[[BaseException], object] | None = None,
    ) -> None:
        """Change contacts by *work*; *said* is what was done, and Undo stands beside it."""
        self._run(work, self._contacts, said, on_done, on_error)

    def change_own(
        self,
        work: Callable[[Vault], IdentityChange],
        said: str,
        on_done: Callable[[IdentityChange], object] | None = None,
        on_error: Callable[[BaseException], object] | None = None,
    ) -> None:
        """Change what the person's own card says by *work*."""
        self._run(work, self._own, said, on_done, on_error)

    def _run(
        self,
        work: Callable[[Vault], C],
        changes: changing.Changing[C],
        said: str,
        on_done: Callable[[C], object] | None,
        on_error: Callable[[BaseException], object] | None,
    ) -> None:
        self._session.tasks.run(
            partial(_made, work, self._session.vault),
            lane=Lane.WRITE,
            is_owed=True,
            owner=self,
            on_done=partial(self._on_changed, changes, said, on_done),
            on_error=on_error or self._shell.tell_error,
        )

    def _on_changed(
        self,
        changes: changing.Changing[C],
        said: str,
        on_done: Callable[[C], object] | None,
        change: C,
    ) -> None:
        if on_done is not None:
            on_done(change)
        changes.made(change, lambda _change: said)


def _made(work: Callable[[Vault], C], vault: Vault, _job: Job) -> C:
    return work(vault)
