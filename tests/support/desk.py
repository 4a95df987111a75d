"""The window as a test sits in front of it. Imports Qt, so only tests in `gui` may import this."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pytestqt.qtbot import QtBot

from privatus.bootstrap import Vault
from privatus.services.kdf import KdfParameters
from ui.session import Session
from ui.settings.store import Settings
from ui.shell.window import MainWindow

PASSWORD = "seven random words make it long"


@dataclass
class Desk:
    """The window on a vault of its own, as a test sits in front of it."""

    window: MainWindow
    settings: Settings
    folder: Path
    qtbot: QtBot

    @property
    def session(self) -> Session:
        assert self.window.shell.session is not None
        return self.window.shell.session

    def unlock(self, password: str = PASSWORD) -> None:
        """Open the vault as the lock screen would."""
        self.window.shell.keeper.open(self.folder, password)
        self.qtbot.waitUntil(lambda: self.window.shell.session is not None)

    def lock(self) -> None:
        """Lock, and wait until the vault is closed."""
        self.window.lock()
        self.qtbot.waitUntil(lambda: self.window.shell.keeper.tasks.live == 0)

    def show_page(self, name: str) -> object:
        """Bring the page *name* to the front; return its widget."""
        assert self.window.workspace is not None
        self.window.workspace.go(name)
        return self.window.workspace.page(name)


def make_vault(folder: Path, fill: Callable[[Vault], object] | None = None) -> None:
    """Make a vault in *folder* that opens with PASSWORD in milliseconds."""
    with Vault.create(folder, PASSWORD, kdf=KdfParameters.for_tests()).vault as vault:
        if fill is not None:
            fill(vault)
