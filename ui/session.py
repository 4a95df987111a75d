"""The open vault as the window holds it: from unlocking to locking.

Whatever shows something of the vault gets it from a Session and is thrown away when that ends, so
that nothing has to be emptied by hand.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from privatus.core.errors import UserError
from ui.tags.book import TagBook
from ui.tasks import Lane, Tasks

if TYPE_CHECKING:
    from privatus.bootstrap import NewVault, Vault
    from privatus.core.jobs import Job
    from privatus.services.kdf import KdfParameters


class Session(QObject):
    """One vault while it is open, and the lanes in which work on it runs."""

    # What was changed, as a noun in the plural: "conversations", "searches", "tags".
    changed = Signal(str)
    # The vault is about to be locked: who holds what a person has begun hands it in, as owed.
    closing = Signal()

    def __init__(self, vault: Vault, on_error: Callable[[BaseException], object]) -> None:
        super().__init__()
        self.vault = vault
        self.folder = vault.folder
        self.tasks = Tasks(on_error)
        self.tags = TagBook(vault, self.tasks, self)

    def tell_changed(self, what: str) -> None:
        """Tell all pages that the *what* of the vault are not what they were."""
        # An import brings tags, and gives them.
        if what in ("tags", "conversations", "trash"):
            self.tags.load()
        self.changed.emit(what)


class Keeper(QObject):
    """Opens vaults and locks them, one after the other and off the GUI thread."""

    opened = Signal(object)  # Session
    # Everything that shows the vault must be gone when this returns.
    locking = Signal(str)  # why, marked for translation
    closed = Signal()  # the keys of what was locked are overwritten
    failed = Signal(object)  # BaseException, from `open`
    created = Signal(object)  # NewVault

    def __init__(self, on_error: Callable[[BaseException], object]) -> None:
        super().__init__()
        self._on_error = on_error
        self.tasks = Tasks(on_error)
        self.session: Session | None = None
        # Open, but in no session yet: still on the way here, or its recovery code is being
        # written down.
        self._waiting: list[Vault] = []
        self._is_opening = False
        self._is_unwanted = False

    @property
    def is_opening(self) -> bool:
        """Say whether a password or a code is being tried."""
        return self._is_opening

    @staticmethod
    def exists(folder: Path) -> bool:
        """Say whether there is a vault in *folder*."""
        from privatus.bootstrap import Vault

        return Vault.exists(folder)

    def open(self, folder: Path, password: str) -> None:
        """Open the vault in *folder*; `opened` or `failed` follows."""
        self._begin(partial(self._open, folder, password, None))

    def open_with_recovery_code(self, folder: Path, code: str) -> None:
        """Open the vault in *folder* by its recovery code; `opened` or `failed` follows."""
        self._begin(partial(self._open, folder, None, code))

    def create(self, folder: Path, password: str, kdf: KdfParameters | None = None) -> None:
        """Make a vault in *folder*; `created` or `failed` follows. `adopt` then shows it."""
        self.tasks.run(
            partial(self._create, folder, password, kdf),
            lane=Lane.VAULT,
            on_done=self.created.emit,
            on_error=self.failed.emit,
        )

    def adopt(self, vault: Vault) -> None:
        """Begin a session with *vault*, which is open."""
        self._waiting.remove(vault)
        self.session = Session(vault, self._on_error)
        self.opened.emit(self.session)
        # After the pages: what they show first does not wait for it.
        self.session.tags.load()

    def lock(self, why: str) -> None:
        """Take the vault from the screen now, and close it as soon as its work has stopped."""
        session, self.session = self.session, None
        if session is None:
            # What is being opened for somebody who has gone is closed when it comes.
            self._is_unwanted = self._is_opening
            return
        session.closing.emit()
        session.tasks.close()
        session.tags.clear()
        self.locking.emit(why)
        self.tasks.run(
            partial(_close, session.vault, session.tasks),
            lane=Lane.VAULT,
            on_done=self._on_closed,
            on_error=self._on_not_closed,
        )
        session.deleteLater()

    def quit(self) -> None:
        """Lock, and wait until the keys are overwritten."""
        self.lock("")
        self.tasks.finish()
        while self._waiting:
            self._waiting.pop().lock()

    def _on_closed(self, _none: None = None) -> None:
        self.closed.emit()

    def _on_not_closed(self, error: BaseException) -> None:
        self.closed.emit()
        self._on_error(error)

    def _begin(self, work: Callable[[Job], Vault]) -> None:
        self._is_opening, self._is_unwanted = True, False
        self.tasks.run(work, lane=Lane.VAULT, on_done=self._on_opened, on_error=self._on_not_opened)

    def _on_opened(self, vault: Vault) -> None:
        self._is_opening = False
        if self._is_unwanted:
            self._waiting.remove(vault)
            self.tasks.run(partial(_lock, vault), lane=Lane.VAULT)
            self.failed.emit(UserError("the vault was locked meanwhile; unlock it again"))
            return
        self.adopt(vault)

    def _on_not_opened(self, error: BaseException) -> None:
        self._is_opening = False
        self.failed.emit(error)

    # In the lane of the vaults.

    def _open(self, folder: Path, password: str | None, code: str | None, _job: Job) -> Vault:
        from privatus.bootstrap import Vault

        vault = Vault.open(folder, password, recovery_code=code)
        self._waiting.append(vault)
        return vault

    def _create(
        self, folder: Path, password: str, kdf: KdfParameters | None, _job: Job
    ) -> NewVault:
        from privatus.bootstrap import Vault

        new = Vault.create(folder, password, kdf=kdf)
        self._waiting.append(new.vault)
        return new


def _lock(vault: Vault, _job: Job) -> None:
    vault.lock()


def _close(vault: Vault, tasks: Tasks, _job: Job) -> None:
    tasks.join()
    vault.lock()
    # Python keeps the patterns of late: what was looked for in a chat is among them.
    re.purge()
