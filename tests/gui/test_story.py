"""The first evening with Privatus, from nothing to German: by mouse, and by the keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QFileDialog, QListView, QWidget
from pytestqt.qtbot import QtBot

from privatus.services.kdf import KdfParameters
from support.person import Person
from ui import app
from ui.chats.page import ChatsPage
from ui.lock.screen import LockScreen
from ui.reader.cells_media import FootCell
from ui.reader.painting import origin_of
from ui.search.page import SearchPage
from ui.settings.store import Settings
from ui.shell.window import MainWindow
from ui.welcome.wizard import Welcome

T = TypeVar("T", bound=QWidget)
_EXPORT = Path(__file__).resolve().parents[2] / "docs" / "demo" / "conversations.json"
_PASSWORD = "lorry cactus violin eleven"
# Said on the branch that the provider does not show, and on the one that it does.
_HIDDEN, _SHOWN = "three and a half hours", "Use colder water"
_CONTROL, _SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(tmp_path: Path, qtbot: QtBot, settings: Settings) -> Iterator[MainWindow]:
    made = app.build(settings, tmp_path / "vault")
    made.resize(1240, 800)
    made.show()
    qtbot.waitUntil(made.isActiveWindow)
    yield made
    made.shell.keeper.quit()
    made.close()


@pytest.fixture
def person(window: MainWindow, qtbot: QtBot) -> Person:
    return Person(window, qtbot)


def test_the_first_evening_by_mouse(person: Person, window: MainWindow) -> None:
    _make_and_import_by_mouse(person, window)
    _read_by_mouse(person, window)
    _lock_and_set_by_mouse(person, window)


def _make_and_import_by_mouse(person: Person, window: MainWindow) -> None:
    person.click("Make a new vault")
    _type_password(person, window)
    person.click("Make the vault")
    person.click("I have kept it")
    _type_groups_back(person, window)
    person.click("Open the vault")

    person.drop(_EXPORT)
    person.wait(lambda: person.sees("3 chats to import"))
    person.click("Import")
    _wait_for_report(person)
    person.click("Read the chats")


def _read_by_mouse(person: Person, window: MainWindow) -> None:
    person.click("Search")
    person.click_at(_page(window, "search", SearchPage).head.field, QPoint(60, 10))
    person.type(_HIDDEN)
    view = _page(window, "search", SearchPage).view
    person.wait(
        lambda: view.isVisible() and len(_page(window, "search", SearchPage).model.hits) == 1
    )
    person.click_row(view, view.model().index(0, 0))
    _wait_for_words(person, window, _HIDDEN)

    _click_action(person, window, "Later branch")
    _wait_for_words(person, window, _SHOWN)

    person.click("Find in this chat")
    person.type("dough")
    person.wait(lambda: person.sees(" of 5"))
    _click_action(person, window, "Copy message")
    person.wait(lambda: _SHOWN in QGuiApplication.clipboard().text())


def _lock_and_set_by_mouse(person: Person, window: MainWindow) -> None:
    person.click("Lock the vault")
    _wait_for_lock(person, window)
    person.click_at(_front(window, LockScreen).password, QPoint(40, 10))
    person.type(_PASSWORD)
    person.click("Unlock")
    person.wait(lambda: window.workspace is not None)

    person.click("Settings")
    _choose_german(person, by_mouse=True)
    person.click("Tresor sperren")
    person.wait(lambda: person.sees("Entsperren"))


def test_the_first_evening_by_the_keyboard_alone(
    person: Person, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(_EXPORT)], ""))
    _make_and_import_by_keys(person, window)
    _read_by_keys(person, window)
    _lock_and_set_by_keys(person, window)


def _make_and_import_by_keys(person: Person, window: MainWindow) -> None:
    person.press(Qt.Key.Key_Space)
    _type_password(person, window)
    person.press(Qt.Key.Key_Return)
    person.wait(lambda: person.focus is person.button("I have kept it"))
    person.press(Qt.Key.Key_Space)
    _type_groups_back(person, window)
    person.press(Qt.Key.Key_Return)
    person.wait(lambda: window.workspace is not None)

    person.press(Qt.Key.Key_O, _CONTROL)
    person.wait(lambda: person.sees("3 chats to import") and person.button("Import").hasFocus())
    person.press(Qt.Key.Key_Space)
    _wait_for_report(person)
    person.tab_to("Read the chats")
    person.press(Qt.Key.Key_Space)
    person.wait(lambda: person.focus.accessibleName() == "Chats")


def _read_by_keys(person: Person, window: MainWindow) -> None:
    person.press(Qt.Key.Key_K, _CONTROL)
    person.wait(lambda: person.focus.accessibleName().startswith("Search messages and chats"))
    person.type(_HIDDEN)
    person.wait(lambda: person.sees("1 result"))
    person.press(Qt.Key.Key_Return)
    _wait_for_words(person, window, _HIDDEN)

    person.press(Qt.Key.Key_I, _CONTROL)
    person.wait(lambda: person.focus.accessibleName() == "Questions")
    person.press(Qt.Key.Key_Tab, _SHIFT)
    person.press(Qt.Key.Key_Right, times=2)
    person.press(Qt.Key.Key_Tab)
    _choose_other_branch(person)
    _wait_for_words(person, window, _SHOWN)

    person.press(Qt.Key.Key_F, _CONTROL)
    person.type("dough")
    person.wait(lambda: person.sees(" of 5"))
    person.press(Qt.Key.Key_Escape)
    person.press(Qt.Key.Key_A, _CONTROL)
    person.press(Qt.Key.Key_C, _CONTROL)
    person.wait(lambda: _SHOWN in QGuiApplication.clipboard().text())


def _lock_and_set_by_keys(person: Person, window: MainWindow) -> None:
    person.press(Qt.Key.Key_L, _CONTROL)
    _wait_for_lock(person, window)
    person.type(_PASSWORD)
    person.press(Qt.Key.Key_Return)
    person.wait(lambda: window.workspace is not None)

    person.press(Qt.Key.Key_Comma, _CONTROL)
    person.wait(lambda: person.focus.accessibleName() == "Search the settings")
    _choose_german(person, by_mouse=False)
    person.press(Qt.Key.Key_L, _CONTROL)
    person.wait(lambda: person.sees("Entsperren"))


# What both have in common: letters are typed, and what is to be seen is the same.


def _front(window: MainWindow, kind: type[T]) -> T:
    front = window.centralWidget().currentWidget()
    assert isinstance(front, kind)
    return front


def _page(window: MainWindow, name: str, kind: type[T]) -> T:
    assert window.workspace is not None
    page = window.workspace.page(name)
    assert isinstance(page, kind)
    return page


def _type_password(person: Person, window: MainWindow) -> None:
    welcome = _front(window, Welcome)
    person.wait(lambda: person.focus.accessibleName() == "Password")
    person.wait(lambda: welcome.password_step is not None and welcome.password_step.kdf)
    assert welcome.password_step is not None
    # What was measured would take a second.
    welcome.password_step.kdf = KdfParameters.for_tests()
    person.type(_PASSWORD)
    person.press(Qt.Key.Key_Return)
    person.type(_PASSWORD)


def _type_groups_back(person: Person, window: MainWindow) -> None:
    welcome = _front(window, Welcome)
    person.wait(lambda: person.focus.accessibleName().startswith("Group "))
    assert welcome.type_back is not None
    first, second = welcome.type_back.asked.values()
    person.type(first.lower())
    person.press(Qt.Key.Key_Tab)
    person.type(second.lower())


def _wait_for_report(person: Person) -> None:
    person.wait(lambda: person.sees("Your chats are in the vault"))
    person.wait(lambda: person.sees("Read the chats"))


def _wait_for_words(person: Person, window: MainWindow, words: str) -> None:
    """Wait until the message with *words* is the current one in the reader, and is laid out."""
    reader = _page(window, "chats", ChatsPage).reader

    def is_current() -> bool:
        index = reader.view.currentIndex()
        return words in str(index.data(Qt.ItemDataRole.AccessibleTextRole))

    person.wait(lambda: reader.view.isVisible() and is_current())


def _wait_for_lock(person: Person, window: MainWindow) -> None:
    person.wait(lambda: person.sees("Your chats are locked") and not window.shell.keeper.tasks.live)
    assert QGuiApplication.clipboard().text() == ""


def _click_action(person: Person, window: MainWindow, name: str) -> None:
    """Click a button below the current message."""
    view = _page(window, "chats", ChatsPage).reader.view
    for placed in view.stack.placed:
        if placed.row == view.currentIndex().row() and isinstance(placed.cell, FootCell):
            action = next(a for a in placed.cell.actions if a.tip == name)
            point = origin_of(placed, *view.column()) + action.rect.center()
            person.click_at(view.viewport(), point.toPoint())
            return
    raise AssertionError("the end of the current message is not in view")


def _choose_other_branch(person: Person) -> None:
    view = person.focus
    assert isinstance(view, QListView)
    person.wait(lambda: view.currentIndex().isValid() and view.model().rowCount() > 1)
    person.press(Qt.Key.Key_Down)
    person.press(Qt.Key.Key_Return)


def _choose_german(person: Person, *, by_mouse: bool) -> None:
    if by_mouse:
        person.click_at(person.field("Search the settings"), QPoint(60, 10))
    person.type("language")
    name = "Language of the window"
    if by_mouse:
        box = next(b for b in person.shown(QComboBox) if b.accessibleName() == name)
        person.click_at(box, box.rect().center())
        popup = box.view()
        person.wait(popup.isVisible)
        person.click_row(popup, box.model().index(box.findText("Deutsch"), 0))
    else:
        person.tab_to(name)
        person.type("De")
    person.wait(lambda: person.button("Tresor sperren"))
