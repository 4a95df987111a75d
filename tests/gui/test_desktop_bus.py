"""What desktop and systemd tell over a bus of their own: a locked screen, a sleep that begins."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.desk import make_vault

_ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(
    shutil.which("dbus-run-session") is None, reason="there is no bus to run"
)

_TELL_SCREEN_SAVER = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtDBus import QDBusConnection, QDBusMessage
from PySide6.QtWidgets import QApplication
from ui.guards import Guards
from ui.settings.store import Settings

application = QApplication([])
guards = Guards(Settings(Path(sys.argv[1])), lambda reason: (print(reason), application.quit()))
desktop = QDBusConnection.connectToBus(QDBusConnection.BusType.SessionBus, "desktop")
message = QDBusMessage.createSignal("/x", sys.argv[2], "ActiveChanged")
message.setArguments([True])
desktop.send(message)
QTimer.singleShot(20_000, application.quit)
application.exec()
"""


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    # The bus of this session is the system's, too: nothing real is told or asked.
    start = 'DBUS_SYSTEM_BUS_ADDRESS=$DBUS_SESSION_BUS_ADDRESS exec "$@"'
    environment = dict(os.environ) | {
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPATH": os.pathsep.join((str(_ROOT), str(_ROOT / "tests"))),
    }
    return subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", start, "-", sys.executable, *command],  # noqa: S607
        env=environment, capture_output=True, text=True, check=False, timeout=90,
    )  # fmt: skip


@pytest.mark.parametrize("desktop", ["freedesktop", "gnome", "cinnamon", "mate", "xfce"])
def test_the_screen_saver_of_a_desktop_is_heard(tmp_path: Path, desktop: str) -> None:
    told = _run(
        "-c", _TELL_SCREEN_SAVER, str(tmp_path / "window.ini"), f"org.{desktop}.ScreenSaver"
    )

    assert told.stdout.strip() == "Locked because the screen was locked.", told.stderr


def test_the_computer_sleeps_when_the_vault_is_closed_and_not_before(tmp_path: Path) -> None:
    make_vault(tmp_path / "vault")

    told = _run("-m", "support.logind", str(tmp_path / "vault"))

    assert told.stdout.splitlines() == [
        "locking, delays: 1",
        "closed, delays: 0",
        "slept: Locked because the computer slept.",
        "locking, delays: 1",
        "closed, delays: 0",
        "session: Locked because the screen was locked.",
        "turned off: open delays: 0",
        "locking, delays: 1",
        "end",
    ], told.stderr
    assert "Traceback" not in told.stderr
