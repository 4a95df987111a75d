"""At 300 %, in German, everything is within the window, whole, and as large as the rest."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from privatus.bootstrap import Vault
from privatus.core.jobs import Job
from privatus.services.kdf import KdfParameters
from support.desk import PASSWORD, Desk
from ui.lock.screen import LockScreen
from ui.settings import table
from ui.shell.jobs_drawer import JobsDrawer
from ui.shell.toasts import Toast
from ui.welcome.recovery_steps import ShowCode
from ui.welcome.wizard import Welcome


@pytest.fixture
def large(desk: Desk) -> Desk:
    desk.settings.set(table.LANGUAGE, "de")
    desk.settings.set(table.ZOOM, 300)
    return desk


def _sideways(widget: QWidget) -> list[int]:
    """Return how far what is shown of *widget* can be scrolled sideways."""
    areas = [area for area in widget.findChildren(QScrollArea) if area.isVisible()]
    assert areas
    return [area.horizontalScrollBar().maximum() for area in areas]


def test_the_settings_do_not_scroll_sideways(large: Desk) -> None:
    large.unlock()
    page = large.show_page("settings")
    assert isinstance(page, QWidget)
    large.qtbot.wait(50)

    assert _sideways(page) == [0]

    # Nor in a small window.
    large.settings.set(table.ZOOM, 100)
    large.window.resize(480, 600)
    large.qtbot.wait(50)
    assert _sideways(large.window) == [0]


def test_the_recovery_code_does_not_scroll_sideways(large: Desk, tmp_path: Path) -> None:
    large.window.show_welcome()
    welcome = large.window.findChild(Welcome)
    assert welcome is not None
    welcome.hello.make.click()
    large.qtbot.wait(50)
    assert _sideways(welcome) == [0]

    new = Vault.create(tmp_path / "new", PASSWORD, kdf=KdfParameters.for_tests())
    new.vault.lock()
    step = ShowCode(large.window.shell, new.recovery_code, "new")
    welcome._show(step)
    large.qtbot.wait(50)

    assert _sideways(welcome) == [0]


def test_a_message_is_shown_whole(large: Desk) -> None:
    large.window.shell.toast(
        "Bericht als „ein-langer-name-für-einen-bericht.txt“ gespeichert. " * 2
    )
    large.qtbot.wait(20)

    [toast] = large.window.findChildren(Toast)
    [text] = toast.findChildren(QLabel)
    assert text.height() >= text.heightForWidth(text.width())
    assert large.window.rect().contains(toast.geometry())


def test_the_drawer_of_jobs_is_in_the_window_and_as_high_as_its_jobs(large: Desk) -> None:
    large.unlock()
    shell = large.window.shell
    for _ in range(2):
        shell.jobs.start(large.session.tasks, "Exportieren", _nothing, remark=lambda _: "17 Chats")
    large.qtbot.waitUntil(lambda: not shell.jobs.running)
    drawer = large.window.findChild(JobsDrawer)
    assert drawer is not None
    drawer.toggle()
    large.qtbot.wait(20)
    assert drawer.parentWidget().rect().contains(drawer.geometry())

    large.settings.set(table.ZOOM, 100)
    drawer = large.window.findChildren(JobsDrawer)[-1]
    drawer.toggle()
    large.qtbot.wait(20)

    assert drawer.height() < 200
    [area] = drawer.findChildren(QScrollArea)
    assert area.verticalScrollBar().maximum() == 0


def _nothing(_job: Job) -> None:
    return None


def test_every_dialog_fits_on_the_screen(large: Desk) -> None:
    large.unlock()
    large.window.show_about()
    large.window.show_shortcuts()
    large.window.tell_error(KeyError("x"))

    dialogs = [dialog for dialog in large.window.findChildren(QDialog) if dialog.isVisible()]
    room = QApplication.primaryScreen().availableSize()
    assert len(dialogs) == 3
    assert all(dialog.minimumHeight() < room.height() for dialog in dialogs)
    assert all(dialog.minimumWidth() < room.width() for dialog in dialogs)


def test_the_button_in_a_password_field_grows(large: Desk) -> None:
    screen = large.window.centralWidget().currentWidget()  # type: ignore[attr-defined]
    assert isinstance(screen, LockScreen)

    assert screen.password.button.iconSize().width() == 48
    assert screen.password.textMargins().right() >= 48


def test_nothing_moves_while_a_password_is_typed(desk: Desk, qtbot: QtBot) -> None:
    desk.settings.set(table.LANGUAGE, "de")
    desk.window.show_welcome()
    welcome = desk.window.findChild(Welcome)
    assert welcome is not None
    welcome.hello.make.click()
    step = welcome.password_step
    assert step is not None
    qtbot.wait(20)
    places = [_places(welcome, desk)]

    qtbot.waitUntil(lambda: step.kdf is not None, timeout=20_000)
    places.append(_places(welcome, desk))
    step.password.setText("lorry cactus violin eleven")
    qtbot.waitUntil(lambda: bool(step.verdict.text().strip()), timeout=20_000)
    places.append(_places(welcome, desk))
    step.again.setText("lorry cactus violin elevex")
    places.append(_places(welcome, desk))

    assert places == [places[0]] * 4


def _places(welcome: Welcome, desk: Desk) -> list[int]:
    desk.qtbot.wait(20)
    step = welcome.password_step
    assert step is not None
    shown = (step.password, step.again, step.folder, step.next)
    return [widget.mapTo(welcome, QPoint()).y() for widget in shown]
