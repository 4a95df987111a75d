"""The window can be used without a mouse, and without seeing it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from support.access import reachable, unnamed, walked
from support.desk import Desk
from ui.about import AboutBox
from ui.crash import CrashDialog
from ui.layouts import button, icon_button
from ui.settings import table
from ui.settings.shortcuts import ShortcutSheet
from ui.welcome.recovery_steps import ShowCode, TypeBack

_CODE = "-".join(["ABCD"] * 8 + ["12"])


@pytest.fixture(params=["lock", "welcome", "password", "code", "back", "settings"])
def front(request: pytest.FixtureRequest, desk: Desk) -> QWidget:
    """Return the window with one of its faces in front."""
    window = desk.window
    match request.param:
        case "welcome" | "password":
            window.show_welcome()
            if request.param == "password":
                window.centralWidget().currentWidget().hello.make.click()
        case "code" | "back":
            step = (
                ShowCode(window.shell, _CODE, "v") if request.param == "code" else TypeBack(_CODE)
            )
            window.centralWidget().addWidget(step)
            window.centralWidget().setCurrentWidget(step)
        case "settings":
            desk.unlock()
            desk.show_page("settings")
    desk.qtbot.wait(10)
    window.activateWindow()
    return window


def test_everything_that_takes_the_focus_has_a_name(front: QWidget) -> None:
    assert len(reachable(front)) > 1
    assert unnamed(front) == []


def test_tab_reaches_everything(front: QWidget, qtbot: QtBot) -> None:
    qtbot.waitUntil(front.isActiveWindow)

    # A compound field, as for keys, gives the focus to the line in it.
    walked_over = {id(w) for widget in walked(front) for w in (widget, widget.parentWidget())}

    missed = [
        f"{type(widget).__name__} {widget.accessibleName()}"
        for widget in reachable(front)
        if id(widget) not in walked_over and type(widget).__name__ != "QLineEdit"
    ]
    assert missed == []


@pytest.mark.parametrize("zoom", [80, 300])
def test_nothing_is_cut_at_any_size(desk: Desk, zoom: int) -> None:
    desk.settings.set(table.ZOOM, zoom)
    desk.window.resize(900, 700)
    desk.qtbot.wait(10)

    front = desk.window.centralWidget().currentWidget()

    assert front.width() == desk.window.width() == 900


def test_dialogs_have_names_for_all_that_takes_the_focus(desk: Desk) -> None:
    shell = desk.window.shell
    dialogs = (
        AboutBox(shell.clipboard, desk.window),
        ShortcutSheet(shell, desk.window),
        CrashDialog("report", shell.clipboard, desk.window),
    )

    for dialog in dialogs:
        dialog.show()
        assert unnamed(dialog) == []
        dialog.close()


@pytest.mark.parametrize("made", [lambda: button("Go on"), lambda: icon_button("x", "Close")])
def test_enter_presses_a_button_as_space_does(
    made: Callable[[], QAbstractButton], qtbot: QtBot
) -> None:
    pressed = made()
    qtbot.addWidget(pressed)
    times: list[str] = []
    pressed.clicked.connect(lambda: times.append("once"))
    pressed.show()

    QTest.keyClick(pressed, Qt.Key.Key_Return)
    QTest.keyClick(pressed, Qt.Key.Key_Enter)
    QTest.keyClick(pressed, Qt.Key.Key_Space)

    assert len(times) == 3


def test_enter_held_down_presses_nothing_more(qtbot: QtBot) -> None:
    pressed = button("Go on")
    qtbot.addWidget(pressed)
    times: list[str] = []
    pressed.clicked.connect(lambda: times.append("once"))
    pressed.show()

    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        held = QKeyEvent(kind, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", True)
        QApplication.sendEvent(pressed, held)

    assert times == []
