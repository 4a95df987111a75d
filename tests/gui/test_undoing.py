"""What was done last can be taken back, by its message or by the key, and once only."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from support.desk import Desk


def test_the_key_takes_back_what_was_done_last_first(desk: Desk, qtbot: QtBot) -> None:
    desk.unlock()
    taken: list[str] = []
    desk.window.shell.done("one", lambda: taken.append("one"))
    desk.window.shell.done("two", lambda: taken.append("two"))

    for _time in range(3):
        qtbot.keyClick(desk.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)

    assert taken == ["two", "one"]
    assert desk.window.shell.told[-1] == "There is nothing to undo."


def test_what_a_message_has_taken_back_the_key_does_not_take_back_again(desk: Desk) -> None:
    desk.unlock()
    taken: list[str] = []
    desk.window.shell.done("one", lambda: taken.append("one"))

    buttons = desk.window.findChildren(QPushButton)
    next(button for button in buttons if button.text() == "Undo").click()
    desk.window.shell.undo()

    assert taken == ["one"]


def test_in_a_field_the_key_is_the_fields_own(desk: Desk, qtbot: QtBot) -> None:
    desk.unlock()
    taken: list[str] = []
    desk.window.shell.done("one", lambda: taken.append("one"))
    desk.show_page("search")
    field = desk.window.findChild(QLineEdit)
    assert field is not None
    field.setFocus()
    qtbot.keyClicks(field, "word")

    qtbot.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)

    assert field.text() == ""
    assert taken == []


def test_nothing_can_be_taken_back_after_locking(desk: Desk) -> None:
    desk.unlock()
    taken: list[str] = []
    desk.window.shell.done("one", lambda: taken.append("one"))

    desk.lock()
    desk.unlock()
    desk.window.shell.undo()

    assert taken == []


def test_the_other_key_does_again_what_was_taken_back(desk: Desk, qtbot: QtBot) -> None:
    desk.unlock()
    shell, happened = desk.window.shell, list[str]()

    def undo() -> None:
        happened.append("undone")
        shell.undone("one", redo)

    def redo() -> None:
        happened.append("done again")
        shell.done("one", undo, is_again=True)

    shell.done("one", undo)
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    for keys in (Qt.KeyboardModifier.ControlModifier, both) * 2:
        qtbot.keyClick(desk.window, Qt.Key.Key_Z, keys)
    qtbot.keyClick(desk.window, Qt.Key.Key_Z, both)

    assert happened == ["undone", "done again"] * 2
    assert shell.told[-1] == "There is nothing to do again."


def test_who_does_something_new_does_not_do_again_what_was_taken_back(desk: Desk) -> None:
    desk.unlock()
    happened: list[str] = []
    desk.window.shell.undone("one", lambda: happened.append("one"))

    desk.window.shell.done("two", lambda: happened.append("two"))
    desk.window.shell.redo()

    assert happened == []
