"""The open vault as the window holds it: from unlocking to locking.

Whatever shows something of the vault gets it from a Session and is thrown away when that ends, so
that nothing has to be emptied by hand.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ui.tasks import Lane, Task, Tasks

if TYPE_CHECKING:
    from privatus.bootstrap import NewVault, Vault
    from privatus.core.jobs import Job
    from privatus.services.kdf import KdfParameters


class Session(QObject):
    """One vault while it is open, and the lanes in which work on it runs."""

    # What was changed, as a noun in the plural: "conversations", "searches".
    changed = Signal(str)

    def __init__(self, vault: Vault, on_error: Callable[[BaseException], object]) -> None:
        super().__init__()
        self.vault = vault
        self.folder = vault.folder
        self.tasks = Tasks(on_error)

    def tell_changed(self, what: str) -> None:
        """Tell all pages that the *what* of the vault are not what they were."""
        self.changed.emit(what)


class Keeper(QObject):
    """Opens vaults and locks them, one after the other and off the GUI thread."""

    opened = Signal(object)  # Session
    # Everything that shows the vault must be gone when this returns.
    locking = Signal(str)  # why
    failed = Signal(object)  # BaseException, from `open`
    created = Signal(object)  # NewVault

    def __init__(self, on_error: Callable[[BaseException], object]) -> None:
        super().__init__()
        self._on_error = on_error
        self.tasks = Tasks(on_error)
        self.session: Session | None = None
        # Made, but its recovery code is still being written down.
        self._waiting: Vault | None = None

    @staticmethod
    def exists(folder: Path) -> bool:
        """Say whether there is a vault in *folder*."""
        from privatus.bootstrap import Vault

        return Vault.exists(folder)

    def open(self, folder: Path, password: str) -> Task[Vault]:
        """Open the vault in *folder*; `opened` or `failed` follows."""
        return self._run(partial(_open, folder, password, None))

    def open_with_recovery_code(self, folder: Path, code: str) -> Task[Vault]:
        """Open the vault in *folder* by its recovery code; `opened` or `failed` follows."""
        return self._run(partial(_open, folder, None, code))

    def create(
        self, folder: Path, password: str, kdf: KdfParameters | None = None
    ) -> Task[NewVault]:
        """Make a vault in *folder*; `created` or `failed` follows. `adopt` then shows it."""
        return self.tasks.run(
            partial(_create, folder, password, kdf),
            lane=Lane.VAULT,
            on_done=self._on_created,
            on_error=self.failed.emit,
        )

    def _on_created(self, new: NewVault) -> None:
        self._waiting = new.vault
        self.created.emit(new)

    def adopt(self, vault: Vault) -> None:
        """Begin a session with *vault*, which is open."""
        self._waiting = None
        self.session = Session(vault, self._on_error)
        self.opened.emit(self.session)

    def lock(self, reason: str) -> None:
        """Take the vault from the screen now, and close it as soon as its work has stopped."""
        session, self.session = self.session, None
        if session is None:
            return
        session.tasks.close()
        self.locking.emit(reason)
        self.tasks.run(partial(_close, session.vault, session.tasks), lane=Lane.VAULT)
        session.deleteLater()

    def quit(self) -> None:
        """Lock, and wait until the keys are overwritten."""
        self.lock("")
        self.tasks.finish()
        if self._waiting is not None:
            self._waiting.lock()
            self._waiting = None

    def _run(self, work: Callable[[Job], Vault]) -> Task[Vault]:
        return self.tasks.run(work, lane=Lane.VAULT, on_done=self.adopt, on_error=self.failed.emit)


def _open(folder: Path, password: str | None, code: str | None, _job: Job) -> Vault:
    from privatus.bootstrap import Vault

    return Vault.open(folder, password, recovery_code=code)


def _create(folder: Path, password: str, kdf: KdfParameters | None, _job: Job) -> NewVault:
    from privatus.bootstrap import Vault

    return Vault.create(folder, password, kdf=kdf)


def _close(vault: Vault, tasks: Tasks, _job: Job) -> None:
    tasks.join()
    vault.lock()
