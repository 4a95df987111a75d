"""The page of imports, as a test waits for it. Only tests in `gui` may import this: it needs Qt."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from ui.imports.page import ImportsPage


def view_of(page: ImportsPage, kind: type[Any], qtbot: QtBot) -> Any:
    """Wait until *page* shows a view of *kind*; return it."""
    qtbot.waitUntil(lambda: isinstance(page.view, kind))
    return page.view


def texts_of(widget: QWidget) -> str:
    """Return all that *widget* says."""
    return "\n".join(label.text() for label in widget.findChildren(QLabel))


def click(view: QWidget, text: str, qtbot: QtBot) -> None:
    """Press the button that says *text*, once it is there."""

    def found() -> list[QPushButton]:
        buttons = view.window().findChildren(QPushButton)
        return [button for button in buttons if button.text() == text and button.isVisible()]

    # What was just put into a layout is shown with the next events.
    qtbot.waitUntil(lambda: bool(found()))
    qtbot.mouseClick(found()[0], Qt.MouseButton.LeftButton)
