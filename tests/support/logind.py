"""The window beside a logind of its own, on a bus of its own. Started by test_desktop_bus.

Says each thing that happens, a line each; the last is "end".
"""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtDBus import (
    QDBusConnection,
    QDBusMessage,
    QDBusUnixFileDescriptor,
    QDBusVirtualObject,
)
from PySide6.QtWidgets import QApplication

from privatus.bootstrap import Vault
from support.desk import PASSWORD
from ui import app
from ui.instance import Instance
from ui.lock.screen import LockScreen
from ui.settings import table
from ui.settings.store import Settings

_PATH = "/org/freedesktop/login1"
_MANAGER = "org.freedesktop.login1.Manager"
_SESSION = "org.freedesktop.login1.Session"


class Logind(QDBusVirtualObject):
    """Answers as systemd does: the delay is over when the file that it gave is closed."""

    def __init__(self, bus: QDBusConnection) -> None:
        super().__init__()
        self._bus = bus
        self._delays: list[int] = []
        whole = QDBusConnection.VirtualObjectRegisterOption.SubPath
        assert bus.registerVirtualObject(_PATH, self, whole)
        assert bus.registerService("org.freedesktop.login1")

    def handleMessage(  # noqa: N802 - Qt calls it so
        self, message: QDBusMessage, bus: QDBusConnection
    ) -> bool:
        if (message.interface(), message.member()) != (_MANAGER, "Inhibit"):
            return False
        what, _who, _why, mode = message.arguments()
        assert (what, mode) == ("sleep", "delay")
        kept, given = os.pipe()
        self._delays.append(kept)
        answer = message.createReply()
        answer.setArguments([QDBusUnixFileDescriptor(given)])
        bus.send(answer)
        os.close(given)
        return True

    def introspect(self, _path: str) -> str:
        return ""

    @property
    def delays(self) -> int:
        """Return how many programs have a sleep wait for them."""
        ended, _, _ = select.select(self._delays, [], [], 0)
        return len(self._delays) - len(ended)

    def tell(self, name: str, *values: bool, path: str = _PATH, interface: str = _MANAGER) -> None:
        """Tell everybody."""
        message = QDBusMessage.createSignal(path, interface, name)
        message.setArguments(list(values))
        assert self._bus.send(message)


class Night:
    """The computer sleeps, and the session of the person is locked, while the vault is open."""

    def __init__(self, folder: Path, logind: Logind, settings: Settings) -> None:
        self._folder, self._logind, self._settings = folder, logind, settings
        self._program = app.Program(settings, folder, Instance(folder))
        self._keeper = self._program.window.shell.keeper
        self._program.window.show()
        self._keeper.locking.connect(lambda _why: _say("locking, delays:", logind.delays))
        self._keeper.closed.connect(lambda: _say("closed, delays:", logind.delays))

    def sleep(self) -> None:
        self._unlock()
        self._until_delays(1)
        self._logind.tell("PrepareForSleep", True)
        self._until_delays(0)
        # Nobody holds it any more.
        Vault.open(self._folder, PASSWORD).lock()
        _say("slept:", self._shown)
        self._logind.tell("PrepareForSleep", False)

    def lock_session(self) -> None:
        self._unlock()
        self._until_delays(1)
        self._logind.tell("Lock", path=f"{_PATH}/session/_31", interface=_SESSION)
        self._until_delays(0)
        _say("session:", self._shown)

    def turn_off(self) -> None:
        self._settings.set(table.LOCK_ON_SLEEP, False)
        self._unlock()
        self._logind.tell("PrepareForSleep", True)
        self._logind.tell("Lock", path=f"{_PATH}/session/_31", interface=_SESSION)
        _pause(300)
        _say("turned off:", self._shown, "delays:", self._logind.delays)
        self._settings.set(table.LOCK_ON_SLEEP, True)
        self._until_delays(1)
        self._keeper.quit()

    @property
    def _shown(self) -> str:
        [screen] = self._program.window.findChildren(LockScreen) or [None]
        return "open" if screen is None else screen.reason.text()

    def _unlock(self) -> None:
        self._keeper.open(self._folder, PASSWORD)
        _until(lambda: self._keeper.session is not None)

    def _until_delays(self, count: int) -> None:
        _until(lambda: self._logind.delays == count)


def main(folder: Path) -> None:
    """Say what happens in such a night to the window on the vault in *folder*."""
    application = QApplication(["privatus"])
    bus = QDBusConnection.connectToBus(os.environ["DBUS_SYSTEM_BUS_ADDRESS"], "logind")
    settings = Settings(folder.with_name("window.ini"))
    app.follow(settings, application)
    night = Night(folder, Logind(bus), settings)
    night.sleep()
    night.lock_session()
    night.turn_off()
    _say("end")


def _say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")


def _until(is_true: Callable[[], bool]) -> None:
    for _ in range(1_000):
        if is_true():
            return
        _pause(20)
    raise TimeoutError


def _pause(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
