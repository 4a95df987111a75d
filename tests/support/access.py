"""What a person without a mouse or without sight meets. Imports Qt: for tests in `gui` only."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QWidget


def reachable(window: QWidget) -> list[QWidget]:
    """Return what can be seen in *window* and takes the focus by Tab."""
    return [
        widget
        for widget in window.findChildren(QWidget)
        if widget.isVisibleTo(window)
        and widget.isEnabled()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.focusProxy() is None
    ]


def unnamed(window: QWidget) -> list[str]:
    """Return what takes the focus in *window* and has no name for a screen reader."""
    nameless = []
    for widget in reachable(window):
        interface = QAccessible.queryAccessibleInterface(widget)
        if interface is None or not interface.text(QAccessible.Text.Name).strip():
            nameless.append(f"{type(widget).__name__} {widget.objectName()}".strip())
    return nameless


def walked(window: QWidget, steps: int = 200) -> Iterator[QWidget]:
    """Press Tab in *window* until it comes round; yield what had the focus."""
    seen: set[int] = set()
    for _ in range(steps):
        window.focusNextChild()
        widget = QApplication.focusWidget()
        if widget is None or id(widget) in seen:
            return
        seen.add(id(widget))
        yield widget
