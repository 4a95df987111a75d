"""Has systemd wait with a sleep until the vault is closed and its keys are overwritten.

Else a sleep would begin while that happens, and what is in memory then may go to the disk.
"""

from __future__ import annotations

import os

from PySide6.QtCore import QObject
from PySide6.QtDBus import QDBusConnection, QDBusMessage, QDBusPendingCallWatcher

_LOGIND = (
    "org.freedesktop.login1",
    "/org/freedesktop/login1",
    "org.freedesktop.login1.Manager",
    "Inhibit",
)
# What, who, why, how: a delay ends when the file that systemd answers with is closed, or after the
# five seconds that it gives.
_DELAY = ("sleep", "Privatus", "The vault is being locked", "delay")


class SleepDelay(QObject):
    """Held from the opening of a vault until it is closed; nothing is held if nobody answers."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._asking: QDBusPendingCallWatcher | None = None
        self._file: int | None = None

    def hold(self) -> None:
        """Ask for the delay, unless it is held."""
        bus = QDBusConnection.systemBus()
        if self._asking is not None or self._file is not None or not bus.isConnected():
            return
        message = QDBusMessage.createMethodCall(*_LOGIND)
        message.setArguments(list(_DELAY))
        self._asking = QDBusPendingCallWatcher(bus.asyncCall(message), self)
        self._asking.finished.connect(self._on_answered)

    def release(self) -> None:
        """Let the computer sleep."""
        self._forget_asking()
        file, self._file = self._file, None
        if file is not None:
            os.close(file)

    def _on_answered(self, asked: QDBusPendingCallWatcher) -> None:
        if not asked.isError():
            [answer] = asked.reply().arguments()
            # A copy of our own: the answer's goes with it.
            self._file = os.dup(answer.fileDescriptor())
        self._forget_asking()

    def _forget_asking(self) -> None:
        asking, self._asking = self._asking, None
        if asking is not None:
            asking.finished.disconnect(self._on_answered)
            asking.deleteLater()
