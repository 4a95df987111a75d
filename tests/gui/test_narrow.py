"""In a narrow window, and at a large zoom, all is within reach and says where it is cut."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from support.desk import Desk
from ui.elided_label import ElidedLabel
from ui.settings import table
from ui.settings.quick import QuickChoice
from ui.welcome.wizard import Welcome


@pytest.mark.parametrize(("width", "zoom"), [(420, 100), (480, 100), (800, 200), (800, 250)])
@pytest.mark.parametrize("language", ["en", "de"])
def test_the_settings_do_not_scroll_sideways(
    desk: Desk, width: int, zoom: int, language: str
) -> None:
    desk.settings.set(table.LANGUAGE, language)
    desk.settings.set(table.ZOOM, zoom)
    desk.unlock()
    desk.window.resize(width, 600)
    page = desk.show_page("settings")
    assert isinstance(page, QWidget)
    desk.qtbot.wait(50)

    assert desk.window.width() == width
    [area] = page.findChildren(QScrollArea)
    assert area.horizontalScrollBar().maximum() == 0


@pytest.mark.parametrize("zoom", [100, 250, 300])
def test_a_choice_that_has_no_room_ends_in_dots(desk: Desk, zoom: int) -> None:
    desk.settings.set(table.LANGUAGE, "de")
    desk.settings.set(table.ZOOM, zoom)
    desk.window.show_welcome()
    desk.window.resize(800, 600)
    desk.qtbot.wait(50)
    welcome = desk.window.findChild(Welcome)
    assert welcome is not None

    boxes = welcome.findChildren(QuickChoice)
    # A large page is laid out in two turns.
    desk.qtbot.waitUntil(lambda: all(welcome.rect().contains(box.geometry()) for box in boxes))

    assert len(boxes) == 2
    for box in boxes:
        assert box.shown_text == box.currentText() or box.shown_text.endswith("…")
        assert (
            box.fontMetrics().horizontalAdvance(box.shown_text)
            < box.width() - box.iconSize().width()
        )
        assert welcome.rect().contains(box.geometry())
    assert zoom > 100 or all(box.shown_text == box.currentText() for box in boxes)
    assert zoom < 300 or any(box.shown_text != box.currentText() for box in boxes)


def test_a_count_that_has_no_room_ends_in_dots_and_is_whole_in_its_tip(qtbot: QtBot) -> None:
    count = ElidedLabel("muted")
    qtbot.addWidget(count)
    count.resize(60, 20)

    count.say("114 results in 3 ms")

    assert count.text().endswith("…")
    assert count.toolTip() == count.accessibleName() == "114 results in 3 ms"
    count.resize(600, 20)
    count.show()
    assert count.text() == "114 results in 3 ms"


def test_the_password_step_begins_at_its_first_field(desk: Desk) -> None:
    desk.settings.set(table.LANGUAGE, "de")
    desk.settings.set(table.ZOOM, 300)
    desk.window.show_welcome()
    desk.window.resize(800, 600)
    desk.qtbot.wait(50)
    welcome = desk.window.findChild(Welcome)
    assert welcome is not None
    [area] = welcome.findChildren(QScrollArea)
    # As far as the person had to scroll to reach the button.
    area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())

    welcome.hello.make.click()
    desk.qtbot.wait(50)

    step = welcome.password_step
    assert step is not None
    top = step.password.mapTo(area.viewport(), QPoint()).y()
    assert step.password.hasFocus()
    assert 0 <= top <= area.viewport().height() - step.password.height()
