"""The page of backups: how it stands, and what lies where."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTableWidget

from support.access import unnamed
from support.backups_page import Show, backups, show, texts, with_usb
from support.desk import Desk
from support.fake_backups import FakeBackups
from ui import theme
from ui.backups import words
from ui.backups.target import BackupsTarget
from ui.settings import table

__all__ = ["backups", "show", "with_usb"]


def test_a_vault_without_backups_says_what_that_means_and_offers_a_place(
    backups: FakeBackups, show: Show
) -> None:
    page = show()

    assert page.stack.currentWidget() is page.empty
    assert "your chats are gone" in page.empty.hint.text()
    assert page.add_button.isVisible()


def test_the_line_of_truth_says_when_the_last_good_backup_was_and_that_it_was_verified(
    with_usb: FakeBackups, show: Show
) -> None:
    page = show()

    told = texts(page)
    when = words.at(with_usb.made[1][0].made_at_ms, words.now())
    assert f"Last good backup: {when}, verified" in told
    assert "Last proven restore: never" in told
    assert "Only a restore proves a backup" in told


def test_a_backup_is_shown_table_by_table(with_usb: FakeBackups, show: Show, desk: Desk) -> None:
    page = show(1)
    assert page.detail is not None

    desk.qtbot.waitUntil(lambda: "Backup of" in texts(page))
    [shown] = page.detail.findChildren(QTableWidget)
    line = shown.findItems("messages", Qt.MatchFlag.MatchExactly)[0].row()
    cells = [shown.item(line, place) for place in range(4)]
    assert [cell.text() for cell in cells if cell][:3] == ["messages", "48,211", "19.3 MB"]
    assert cells[3] is not None and cells[3].toolTip() == (bytes([48_211 % 251]) * 32).hex()
    told = texts(page)
    assert "Lies in /media/usb, as number 3" in told
    assert "2.4 MB written of 817.1 MB" in told


def test_a_backup_that_a_check_found_damaged_has_no_tick_and_says_so_in_red(
    with_usb: FakeBackups, show: Show, desk: Desk
) -> None:
    made = with_usb.made[1]
    made[:2] = [replace(made[0], is_damaged=True), replace(made[1], verified_at_ms=1)]
    page = show(1)
    assert page.detail is not None
    model, read_back = page.detail.model, 5
    assert model.headerData(read_back, Qt.Orientation.Horizontal) == "Read back"
    cells = [model.index(line, read_back) for line in range(3)]

    assert [model.data(cell) for cell in cells] == ["Damaged", "✓", ""]
    colours = [model.data(cell, Qt.ItemDataRole.ForegroundRole) for cell in cells]
    assert colours == [theme.colour("danger"), None, None]
    said = model.data(cells[0], Qt.ItemDataRole.AccessibleTextRole)
    assert said == "Read back: Damaged"
    desk.qtbot.waitUntil(lambda: "Backup of" in texts(page))
    assert "\nDamaged\n" in texts(page)


@pytest.mark.parametrize("zoom", [100, 200])
def test_the_page_has_names_and_does_not_scroll_sideways_in_german(
    with_usb: FakeBackups, show: Show, desk: Desk, zoom: int
) -> None:
    desk.settings.set(table.LANGUAGE, "de")
    desk.settings.set(table.ZOOM, zoom)
    page = show()
    desk.qtbot.wait(30)
    assert unnamed(desk.window) == []
    assert page._area is not None
    assert page._area.horizontalScrollBar().maximum() == 0

    desk.window.shell.go("backups", BackupsTarget(destination_id=1))
    desk.qtbot.waitUntil(lambda: page.detail is not None and bool(page.detail.model.backups))
    desk.qtbot.wait(30)

    assert unnamed(desk.window) == []
    assert page._area.horizontalScrollBar().maximum() == 0
