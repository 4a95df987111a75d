"""Lists that show more only when a person asks for more."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from ui.long_list import LongList


def test_no_more_is_made_than_is_shown_and_a_button_makes_more(qtbot: QtBot) -> None:
    listed = LongList(2, gap=8)
    qtbot.addWidget(listed)
    made: list[int] = []

    def lines() -> Iterator[QWidget]:
        for number in range(5):
            made.append(number)
            yield QLabel(str(number))

    listed.fill(lines(), 5)
    listed.show()
    assert made == [0, 1]
    assert listed.more.isVisible()
    listed.more.click()
    assert made == [0, 1, 2, 3]
    listed.more.click()

    assert made == [0, 1, 2, 3, 4]
    assert not listed.more.isVisible()
    labels = listed.findChildren(QLabel)
    qtbot.waitUntil(
        lambda: [each.text() for each in sorted(labels, key=QLabel.y)] == ["0", "1", "2", "3", "4"]
    )
    listed.fill((), 0)
    assert not any(each.isVisible() for each in listed.findChildren(QLabel))
