"""The panel beside the messages: its lists come a moment after it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ui.reader.side_panel import Place, SidePanel


def test_who_is_in_a_list_before_its_places_came_begins_at_the_first(qtbot: QtBot) -> None:
    window = QWidget()
    panel = SidePanel()
    panel.setParent(window)
    qtbot.addWidget(window)
    window.show()
    panel.show()
    panel.views[0].setFocus()
    qtbot.waitUntil(panel.views[0].hasFocus)

    for places in panel.lists:
        places.add([Place(1, "A question", "user"), Place(4, "Another one", "user")])

    assert [view.currentIndex().row() for view in panel.views] == [0, -1, -1]
