"""What is set holds at once, and stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QComboBox, QScrollArea
from pytestqt.qtbot import QtBot

from support.desk import Desk
from ui import i18n, theme
from ui.search_field import SearchField
from ui.settings import table
from ui.settings.page import SettingsPage
from ui.settings.rows import SettingRow
from ui.settings.shortcuts import ShortcutSheet
from ui.settings.store import Settings
from ui.settings.switch import Switch
from ui.tokens import DARK, LIGHT


@pytest.fixture
def page(desk: Desk) -> SettingsPage:
    desk.unlock()
    page = desk.show_page("settings")
    assert isinstance(page, SettingsPage)
    return page


def _row(page: SettingsPage, setting: object) -> SettingRow:
    return next(row for row in page.rows if row.setting is setting)


def _choose(page: SettingsPage, setting: table.Setting[str], value: object, qtbot: QtBot) -> None:
    box = _row(page, setting).control
    assert isinstance(box, QComboBox)
    index = box.findData(value)
    box.setCurrentIndex(index)
    box.activated.emit(index)
    qtbot.wait(1)


def test_there_is_a_row_for_each_setting_and_its_control_has_a_name(page: SettingsPage) -> None:
    assert [row.setting for row in page.rows] == list(table.TABLE)
    assert all(row.control.accessibleName() for row in page.rows)


def test_keys_of_settings_are_told_apart() -> None:
    keys = [setting.key for setting in table.TABLE]

    assert len(set(keys)) == len(keys)
    assert all(setting.clean(setting.default) == setting.default for setting in table.TABLE)


def test_the_theme_changes_at_once_and_outlives_the_window(
    page: SettingsPage, desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    _choose(page, table.THEME, "dark", qtbot)
    assert theme.tokens() is DARK

    _choose(page, table.THEME, "light", qtbot)
    assert theme.tokens() is LIGHT
    assert Settings(tmp_path / "window.ini").get(table.THEME) == "light"


def test_the_language_changes_at_once(page: SettingsPage, desk: Desk, qtbot: QtBot) -> None:
    _choose(page, table.LANGUAGE, "de", qtbot)

    assert i18n.language() == "de"
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Abbrechen"
    assert desk.window.workspace is not None
    assert desk.window.workspace.current == "settings"


def test_the_list_of_a_box_shows_its_choices_and_no_arrows_to_scroll_by(
    page: SettingsPage,
) -> None:
    box = _row(page, table.LANGUAGE).control
    assert isinstance(box, QComboBox)
    box.showPopup()
    view = box.view()
    # Qt's other list, which lies over the box, cuts what does not fit between two arrows.
    assert view.size() == view.window().size()
    last = view.visualRect(box.model().index(box.count() - 1, 0))
    assert view.viewport().rect().contains(last)
    assert last.height() >= theme.px(28)
    box.hidePopup()


def test_everything_grows_by_keyboard(page: SettingsPage, desk: Desk, qtbot: QtBot) -> None:
    qtbot.keyClick(desk.window, Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)

    assert theme.theme().zoom == 1.1
    assert desk.settings.get(table.ZOOM) == 110
    qtbot.keyClick(desk.window, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert theme.theme().zoom == 1.0


def test_a_switch_is_turned_by_the_space_key(page: SettingsPage, desk: Desk, qtbot: QtBot) -> None:
    switch = _row(page, table.LOCK_ON_MINIMISE).control
    assert isinstance(switch, Switch)

    qtbot.keyClick(switch, Qt.Key.Key_Space)

    assert desk.settings.get(table.LOCK_ON_MINIMISE) is True


def test_a_setting_is_found_by_what_people_call_it(page: SettingsPage, qtbot: QtBot) -> None:
    qtbot.keyClicks(page.filter, "night")

    assert [row.setting for row in page.rows if not row.isHidden()] == [table.THEME]
    page.filter.setText("no such thing")
    assert not page.nothing.isHidden()


def test_the_search_of_the_settings_looks_like_every_other_search(page: SettingsPage) -> None:
    assert type(page.filter) is SearchField


@pytest.mark.parametrize("stored", ["nonsense", "-5", "", None, "[1]"])
def test_a_file_that_somebody_edited_does_no_harm(tmp_path: Path, stored: str | None) -> None:
    settings = Settings(tmp_path / "window.ini")
    settings._file.setValue(table.ZOOM.key, stored)
    settings._file.setValue(table.THEME.key, stored)

    assert settings.get(table.ZOOM) == 100
    assert settings.get(table.THEME) == "system"


def test_a_shortcut_is_changed_and_works_at_once(
    page: SettingsPage, desk: Desk, qtbot: QtBot
) -> None:
    row = next(row for row in page.shortcut_rows if row.command.name == "lock")

    row.keys.setKeySequence(QKeySequence("Ctrl+Shift+J"))
    row.keys.editingFinished.emit()
    qtbot.keyClick(
        desk.window,
        Qt.Key.Key_J,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )

    assert desk.window.shell.session is None
    assert desk.settings.keys_of("lock") == "Ctrl+Shift+J"


def test_keys_that_are_taken_are_refused_with_who_has_them(page: SettingsPage, desk: Desk) -> None:
    row = next(row for row in page.shortcut_rows if row.command.name == "lock")

    row.keys.setKeySequence(QKeySequence("Ctrl+Q"))
    row.keys.editingFinished.emit()

    assert "Quit" in row.problem.text()
    assert desk.settings.keys_of("lock") is None
    assert row.keys.keySequence() == QKeySequence("Ctrl+L")


def test_the_page_is_scrolled_by_keys_while_something_in_it_has_the_focus(
    page: SettingsPage, desk: Desk
) -> None:
    desk.window.resize(900, 500)
    desk.qtbot.wait(20)
    [area] = page.findChildren(QScrollArea)
    assert area.focusPolicy() is Qt.FocusPolicy.NoFocus

    desk.qtbot.keyClick(page.filter, Qt.Key.Key_PageDown)

    assert area.verticalScrollBar().value() > 0


def test_the_keys_of_a_command_can_be_taken_away(page: SettingsPage, desk: Desk) -> None:
    row = next(row for row in page.shortcut_rows if row.command.name == "lock")

    row.clear_button.click()

    assert desk.settings.keys_of("lock") == ""
    assert row.keys.keySequence().isEmpty()
    assert row.problem.isHidden()


def test_a_shortcut_goes_back_to_its_own_keys(page: SettingsPage, desk: Desk) -> None:
    desk.settings.set_keys("lock", "Ctrl+Shift+J")
    row = next(row for row in page.shortcut_rows if row.command.name == "lock")
    row.show_keys()

    assert not row.reset.isHidden()

    row.reset.click()

    assert row.keys.keySequence() == QKeySequence("Ctrl+L")


def test_only_what_was_changed_offers_to_go_back(page: SettingsPage) -> None:
    assert page.shortcut_rows
    assert all(row.reset.isHidden() for row in page.shortcut_rows)


def test_the_sheet_of_shortcuts_opens_by_f1(desk: Desk, qtbot: QtBot) -> None:
    qtbot.keyClick(desk.window, Qt.Key.Key_F1)

    sheet = desk.window.findChild(ShortcutSheet)
    assert sheet is not None
    assert sheet.isVisible()
    sheet.filter.setText("lock the")
    assert sum(not row.isHidden() for _said, row in sheet._rows) == 1
    sheet.accept()


def test_the_settings_say_nothing_of_what_is_in_a_vault(desk: Desk, tmp_path: Path) -> None:
    desk.unlock()
    desk.window.close()
    desk.settings._file.sync()

    written = (tmp_path / "window.ini").read_text()

    assert {line.partition("=")[0] for line in written.splitlines() if "=" in line} <= {
        "folder",
        "window",
    }
