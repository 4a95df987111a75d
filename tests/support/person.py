"""A person at the window: what they see, click and type. Imports Qt: for tests in `gui` only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QEvent, QMimeData, QModelIndex, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from ui.shell.window import MainWindow

T = TypeVar("T", bound=QWidget)
_NONE = Qt.KeyboardModifier.NoModifier


class Person:
    """Finds things by what is written on them, as far as they can be seen."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window, self._qtbot = window, qtbot

    # Seeing.

    def wait(self, is_so: Callable[[], object]) -> None:
        """Wait until something is so."""
        self._qtbot.waitUntil(lambda: bool(is_so()))

    def sees(self, text: str) -> bool:
        """Say whether *text* stands somewhere on the screen."""
        return any(text in said for said in self.texts())

    def texts(self) -> Iterator[str]:
        """Yield what the labels and buttons on the screen say."""
        for widget in QApplication.allWidgets():
            if widget.isVisible() and isinstance(widget, QLabel | QAbstractButton):
                yield widget.text()

    def button(self, name: str) -> QAbstractButton:
        """Return the button that is called *name*, once it is on the screen."""
        found: list[QAbstractButton] = []

        def look() -> bool:
            found[:] = [
                button
                for button in self.shown(QAbstractButton)
                if name in (button.text(), button.accessibleName()) and button.isEnabled()
            ]
            # The rail has a sign for each page, too.
            found.sort(key=lambda button: not isinstance(button, QPushButton))
            return bool(found)

        self.wait(look)
        return found[0]

    def field(self, name: str) -> QLineEdit:
        """Return the field that is called *name*, once it is on the screen."""
        found: list[QLineEdit] = []

        def look() -> bool:
            found[:] = [f for f in self.shown(QLineEdit) if f.accessibleName() == name]
            return bool(found) and found[0].isEnabled()

        self.wait(look)
        return found[0]

    def shown(self, kind: type[T]) -> list[T]:
        """Return everything of a kind that is on the screen."""
        return [w for w in self.window.findChildren(kind) if w.isVisible()]

    # By mouse.

    def click(self, name: str) -> None:
        """Click the button that is called *name*."""
        self._qtbot.mouseClick(self.button(name), Qt.MouseButton.LeftButton)

    def click_at(self, widget: QWidget, point: QPoint) -> None:
        """Click at a place."""
        self._qtbot.mouseMove(widget, point)
        self._qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=point)

    def click_row(self, view: QAbstractItemView, index: QModelIndex) -> None:
        """Click a row of a list."""
        self.click_at(view.viewport(), view.visualRect(index).center())

    def drop(self, *paths: Path) -> None:
        """Drop files on the window."""
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        flags = (Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton)
        entered = QDragEnterEvent(QPoint(9, 9), *flags, _NONE)
        QApplication.sendEvent(self.window, entered)
        assert entered.isAccepted()
        dropped = QDropEvent(QPointF(9, 9), *flags, _NONE, QEvent.Type.Drop)
        QApplication.sendEvent(self.window, dropped)

    # By keys: to whatever has the focus, as a keyboard does.

    @property
    def focus(self) -> QWidget:
        """Return what the keys go to."""
        focus = QApplication.focusWidget()
        return self.window if focus is None else focus

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = _NONE, *, times: int = 1) -> None:
        """Press a key."""
        for _ in range(times):
            self._qtbot.keyClick(self.focus, key, modifiers)

    def type(self, text: str) -> None:
        """Type *text*."""
        self._qtbot.keyClicks(self.focus, text)

    def tab_to(self, name: str) -> None:
        """Press Tab until what is called *name* has the focus."""
        for _ in range(200):
            focus = self.focus
            named = (focus.accessibleName(), getattr(focus, "text", str)())
            if name in named:
                return
            self.press(Qt.Key.Key_Tab)
        raise AssertionError(f"{name!r} cannot be reached by Tab")
