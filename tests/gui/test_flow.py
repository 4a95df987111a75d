"""Widgets that stand like words: side by side, and on to the next line."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from ui.flow import buttons_row


def test_what_is_hidden_leaves_no_gap(qtbot: QtBot) -> None:
    first, hidden, last = (QPushButton(text) for text in ("first", "hidden", "last"))
    line = buttons_row(first, hidden, last, gap=10)
    qtbot.addWidget(line)
    line.resize(800, 100)
    line.show()
    qtbot.waitUntil(lambda: last.x() > hidden.x() > first.x())
    gap = hidden.x() - first.geometry().right()

    hidden.hide()

    qtbot.waitUntil(lambda: last.x() - first.geometry().right() == gap)
