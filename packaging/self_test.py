"""A walk through the window by itself, for packaged programs: they have no test runner with them.

It makes a vault in a temporary folder, unlocks it, imports, searches, locks and unlocks again, by
the keys that a person would press, and says each thing that worked. It leaves nothing behind.
"""

from __future__ import annotations

import secrets
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QEventLoop, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QListView, QWidget

from privatus.bootstrap import Vault
from privatus.cli.output import say
from privatus.core.jobs import Job
from ui import app
from ui.reader.formulas import draw
from ui.settings.store import Settings
from ui.shell.window import MainWindow

_PATIENCE_MS = 60_000
_LOOK_MS = 10
# What docs/demo/conversations.json holds.
_CHATS, _WORD, _OTHER_WORD = 3, "sourdough", "zymurgy"
_FORMULA = r"\int_0^1 \frac{\alpha}{\text{dough}} \le \begin{pmatrix} 1 & 2 \end{pmatrix}"


def walk(export: str) -> int:
    """Walk through the window with *export*, that of docs/demo; return 0 if all of it works."""
    application = QApplication([sys.argv[0]])
    application.setQuitOnLastWindowClosed(False)
    with tempfile.TemporaryDirectory(prefix="privatus-self-test-") as folder:
        # Nothing of the person's own settings is read or written.
        settings = Settings(Path(folder, "window.ini"), application)
        app.follow(settings, application)
        password = secrets.token_urlsafe()
        Vault.create(Path(folder, "vault"), password).vault.lock()
        window = app.build(settings, Path(folder, "vault"))
        window.show()
        try:
            _Walk(window, password, Path(export)).go()
        except TimeoutError as error:
            say(f"FAILED: {error}")
            return 1
        finally:
            window.shell.keeper.quit()
            window.close()
    say("all of it works")
    return 0


class _Walk:
    def __init__(self, window: MainWindow, password: str, export: Path) -> None:
        self._window, self._password, self._export = window, password, export
        self._shell = window.shell

    def go(self) -> None:
        """Do what a person does on the first evening.

        Raises:
            TimeoutError: something never came; its words say what.
        """
        self._unlock()
        self._import()
        self._search()
        # Its fonts and tables of symbols are files that a package can lack.
        _until("drew a formula", lambda: draw(_FORMULA, 15, is_inline=True).width > 0)
        self._window.lock()
        _until("locked", lambda: not self._shell.keeper.tasks.live)
        self._unlock()

    def _unlock(self) -> None:
        _until("showed the lock screen", lambda: isinstance(self._focus(), QLineEdit))
        _type(self._focus(), self._password)
        _press(self._focus(), Qt.Key.Key_Return)
        _until("unlocked", lambda: self._window.workspace is not None)

    def _import(self) -> None:
        session = self._shell.session
        if session is None:
            return
        imports, found = session.vault.imports, list[int]()

        def run(job: Job) -> int:
            return imports.run(self._export, job=job).total.conversations_new

        self._shell.jobs.start(session.tasks, "import", run, on_done=found.append)
        _until(f"imported {_CHATS} chats", lambda: found == [_CHATS])
        session.tell_changed("conversations")

    def _search(self) -> None:
        self._shell.go("search")
        _until("showed the search", lambda: isinstance(self._focus(), QLineEdit))
        _type(self._focus(), _WORD)
        _until("found messages", lambda: self._rows() > 0)
        _press(self._focus(), Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        _type(self._focus(), _OTHER_WORD)
        _until("found none of what is not there", lambda: self._rows() == 0)

    def _rows(self) -> int:
        """Return how many rows the lists that are shown have."""
        lists = self._window.findChildren(QListView)
        return sum(view.model().rowCount() for view in lists if view.isVisible())

    def _focus(self) -> QWidget:
        focus = self._window.focusWidget()
        return self._window if focus is None else focus


def _until(what: str, is_true: Callable[[], bool]) -> None:
    """Let the window run until *is_true*, and say *what* it did."""
    loop, look, end = QEventLoop(), QTimer(), QTimer()
    look.timeout.connect(lambda: loop.quit() if is_true() else None)
    end.timeout.connect(loop.quit)
    look.start(_LOOK_MS)
    end.start(_PATIENCE_MS)
    loop.exec()
    look.stop()
    if not is_true():
        raise TimeoutError(f"it never {what}")
    say(what)


def _type(widget: QWidget, text: str) -> None:
    for character in text:
        _send(widget, Qt.Key.Key_unknown, Qt.KeyboardModifier.NoModifier, character)


def _press(
    widget: QWidget,
    key: Qt.Key,
    modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> None:
    _send(widget, key, modifiers, "")


def _send(widget: QWidget, key: Qt.Key, modifiers: Qt.KeyboardModifier, text: str) -> None:
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(widget, QKeyEvent(kind, key, modifiers, text))
