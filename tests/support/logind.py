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


def main(folder: Path) -> None:
    """Let the computer sleep, and lock the session of the person, while the vault is open."""
    application = QApplication(["privatus"])
    bus = QDBusConnection.connectToBus(os.environ["DBUS_SYSTEM_BUS_ADDRESS"], "logind")
    logind = Logind(bus)
    settings = Settings(folder.with_name("window.ini"), application)
    app.follow(settings, application)
    program = app.Program(settings, folder, Instance(folder))
    window, keeper = program.window, program.window.shell.keeper
    window.show()

    def unlock() -> None:
        keeper.open(folder, PASSWORD)
        _until(lambda: keeper.session is not None)

    def why() -> str:
        front = window.centralWidget().currentWidget()  # type: ignore[attr-defined]
        return front.reason.text() if isinstance(front, LockScreen) else "open"

    unlock()
    _until(lambda: logind.delays == 1)
    keeper.locking.connect(lambda _why: _say("locking, delays:", logind.delays))
    keeper.closed.connect(lambda: _say("closed, delays:", logind.delays))
    logind.tell("PrepareForSleep", True)
    _until(lambda: logind.delays == 0)
    # Nobody holds it any more.
    Vault.open(folder, PASSWORD).lock()
    _say("slept:", why())
    logind.tell("PrepareForSleep", False)

    unlock()
    _until(lambda: logind.delays == 1)
    logind.tell("Lock", path=f"{_PATH}/session/_31", interface=_SESSION)
    _until(lambda: keeper.session is None)
    _until(lambda: logind.delays == 0)
    _say("session:", why())

    settings.set(table.LOCK_ON_SLEEP, False)
    unlock()
    logind.tell("PrepareForSleep", True)
    logind.tell("Lock", path=f"{_PATH}/session/_31", interface=_SESSION)
    _pause(300)
    _say("turned off:", why(), "delays:", logind.delays)
    settings.set(table.LOCK_ON_SLEEP, True)
    _until(lambda: logind.delays == 1)
    keeper.quit()
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
