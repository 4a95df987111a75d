"""One window for each vault: a second start brings the first one to the front."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_PATIENCE_MS = 500


class Instance(QObject):
    """Answers for the vault in *folder*; the name of its socket does not say which that is."""

    raised = Signal()

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = _name_of(folder)
        self._server = QLocalServer(self)
        # Nobody else on this computer may speak to it.
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connected)

    def claim(self) -> bool:
        """Take the vault for this window; False if another one has it, which then comes forward."""
        if self.call():
            return False
        if not self._server.listen(self._name):
            # Left over from a program that crashed: nobody answered on it.
            QLocalServer.removeServer(self._name)
            self._server.listen(self._name)
        return True

    def move(self, folder: Path) -> None:
        """Answer for the vault in *folder* from now on: another one was opened."""
        if _name_of(folder) != self._name:
            self.release()
            self._name = _name_of(folder)
            self.claim()

    def call(self) -> bool:
        """Ask the window that has the vault to come forward; False if there is none."""
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        is_there = socket.waitForConnected(_PATIENCE_MS)
        socket.abort()
        return is_there

    def release(self) -> None:
        """Let another window have the vault."""
        self._server.close()

    def _on_connected(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            # To connect is to ask; nothing is read.
            socket.close()
            socket.deleteLater()
            self.raised.emit()


def _name_of(folder: Path) -> str:
    # A folder's name need not be text.
    who = f"{getattr(os, 'getuid', int)()}:".encode() + os.fsencode(folder.absolute())
    name = f"privatus-{hashlib.sha256(who).hexdigest()[:24]}"
    # Where the system has a folder for each user; in the one for all, somebody else could take
    # the name first, and no window would open any more.
    own = Path(os.environ.get("XDG_RUNTIME_DIR") or os.devnull)
    return str(own / name) if own.is_dir() else name
