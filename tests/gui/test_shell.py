"""The frame: pages come when a vault opens, and go when it is locked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import ClassVar

import pytest
import shiboken6
from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QLabel, QToolButton, QVBoxLayout
from pytestqt.qtbot import QtBot

import ui.pages
from privatus.core.jobs import Job
from support.desk import Desk
from ui import app
from ui.lock.screen import LockScreen
from ui.session import Session
from ui.settings import table
from ui.shell.pages import Page, PageWidget, Place
from ui.shell.shell import Shell


class _Probe(PageWidget):
    made: ClassVar[list[_Probe]] = []

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.told: list[str] = []
        self.target: object = None
        QVBoxLayout(self).addWidget(QLabel("a secret of the vault"))
        self.made.append(self)

    def on_open(self, session: Session) -> None:
        self.told.append(f"open {session.folder.name}")

    def on_lock(self) -> None:
        self.told.append("lock")

    def on_target(self, target: object) -> None:
        self.target = target

    def where(self) -> object:
        return self.target


@pytest.fixture(autouse=True)
def _pages(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(
        ui.pages,
        "BUILT_IN",
        (
            Page(name="one", title="One", icon="message-square", make=_Probe),
            Page(name="two", title="Two", icon="search", make=_Probe),
            Page(name="last", title="Last", icon="settings", make=_Probe, place=Place.BOTTOM),
        ),
    )
    yield
    _Probe.made.clear()


def test_before_unlocking_there_is_the_lock_screen_and_no_page(desk: Desk) -> None:
    assert isinstance(desk.window.centralWidget().currentWidget(), LockScreen)
    assert desk.window.workspace is None
    assert _Probe.made == []


def test_a_page_is_made_when_it_is_first_shown(desk: Desk) -> None:
    desk.unlock()
    assert [page.told for page in _Probe.made] == [["open vault"]]

    desk.qtbot.keyClick(desk.window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    desk.qtbot.keyClick(desk.window, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)

    assert len(_Probe.made) == 2
    assert desk.window.workspace is not None
    assert desk.window.workspace.current == "one"


def test_a_page_that_one_left_at_once_takes_no_focus(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[object] = []
    monkeypatch.setattr(_Probe, "on_shown", lambda probe: shown.append(probe))
    desk.unlock()
    desk.qtbot.waitUntil(lambda: len(shown) == 1)
    assert desk.window.workspace is not None

    desk.window.workspace.go("two")
    desk.window.workspace.go("one")
    desk.qtbot.wait(20)

    assert shown == [_Probe.made[0], _Probe.made[0]]


def test_the_rail_has_a_named_button_for_each_page(desk: Desk) -> None:
    desk.unlock()
    assert desk.window.workspace is not None

    rail = desk.window.workspace.rail
    button = rail.findChild(QToolButton, "rail-last")
    assert button is not None
    desk.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    assert desk.window.workspace.current == "last"
    assert button.isChecked()
    assert all(b.accessibleName() for b in rail.findChildren(QToolButton))


def test_the_rail_names_the_keys_that_hold(desk: Desk) -> None:
    desk.unlock()
    assert desk.window.workspace is not None
    button = desk.window.workspace.rail.findChild(QToolButton, "rail-two")
    assert button is not None
    assert button.toolTip() == "Two  (Ctrl+2)"

    desk.settings.set_keys("page-two", "Ctrl+Shift+2")

    assert button.toolTip() == "Two  (Ctrl+Shift+2)"


def test_the_window_comes_back_as_large_as_it_was_left(desk: Desk) -> None:
    desk.window.resize(777, 555)
    desk.window.close()

    again = app.build(desk.settings, desk.folder)

    assert (again.width(), again.height()) == (777, 555)


def test_a_first_window_fits_on_its_screen(desk: Desk) -> None:
    desk.settings.set_state("window", QByteArray())
    desk.settings.set(table.ZOOM, 200)

    first = app.build(desk.settings, desk.folder)

    room = first.screen().availableSize()
    assert first.width() < room.width()
    assert first.height() < room.height()


def test_locking_leaves_nothing_of_the_pages(desk: Desk) -> None:
    desk.unlock()
    probe = _Probe.made.pop()

    desk.qtbot.keyClick(desk.window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    desk.qtbot.waitUntil(lambda: not shiboken6.isValid(probe))

    assert probe.told == ["open vault", "lock"]
    assert [w.text() for w in desk.window.findChildren(QLabel) if "secret" in w.text()] == []
    assert desk.window.shell.session is None


def test_a_page_that_fails_to_let_go_keeps_nothing_on_the_screen(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_page: _Probe) -> None:
        raise RuntimeError("on_lock")

    desk.unlock()
    monkeypatch.setattr(_Probe, "on_lock", fail)

    with pytest.raises(RuntimeError, match="on_lock"):
        desk.window._on_locking("")

    assert isinstance(desk.window.centralWidget().currentWidget(), LockScreen)


def test_locking_waits_for_work_and_then_closes_the_vault(desk: Desk) -> None:
    desk.unlock()
    session = desk.session
    begun, gate = threading.Event(), threading.Event()

    def work(_job: Job) -> None:
        begun.set()
        gate.wait(10)
        session.vault.statistics.get()

    session.tasks.run(work)
    assert begun.wait(5)
    desk.window.lock()
    assert isinstance(desk.window.centralWidget().currentWidget(), LockScreen)
    gate.set()

    desk.unlock()
    assert desk.session is not session


def test_back_goes_to_where_one_was(desk: Desk) -> None:
    desk.unlock()
    assert desk.window.workspace is not None

    desk.window.shell.go("one", "a chat")
    desk.window.shell.go("two", "a search")
    assert desk.window.workspace.current == "two"
    desk.window.back()

    assert desk.window.workspace.current == "one"
    assert _Probe.made[0].target == "a chat"


def test_a_change_of_language_makes_everything_anew_where_one_was(desk: Desk) -> None:
    desk.unlock()
    desk.window.shell.go("two", "a search")
    session = desk.session

    desk.settings.set(table.LANGUAGE, "de")

    assert desk.window.workspace is not None
    assert desk.window.workspace.current == "two"
    assert _Probe.made[-1].target == "a search"
    assert desk.session is session


def test_jobs_are_shown_and_can_be_stopped(desk: Desk, qtbot: QtBot) -> None:
    desk.unlock()
    jobs = desk.window.shell.jobs

    def work(job: Job) -> int:
        number = 0
        while True:
            number += 1
            job.report("counting", number, 1_000_000)

    row = jobs.start(desk.session.tasks, "Counting", work)
    qtbot.waitUntil(lambda: row.fraction is not None)
    assert desk.window.workspace is not None
    drawer = desk.window.workspace.drawer
    drawer.toggle()
    qtbot.waitUntil(drawer.isVisible)
    stop = next(b for b in drawer.findChildren(QToolButton) if "Counting" in b.accessibleName())
    qtbot.mouseClick(stop, Qt.MouseButton.LeftButton)

    qtbot.waitUntil(lambda: row.remark == "Stopped")
    assert jobs.running == []


def test_a_job_that_fails_says_why(desk: Desk, qtbot: QtBot) -> None:
    from privatus.core.errors import DeviceError

    desk.unlock()

    def work(_job: Job) -> None:
        raise DeviceError("the disk is full; make room")

    row = desk.window.shell.jobs.start(desk.session.tasks, "Writing", work)

    qtbot.waitUntil(lambda: row.remark == "The disk is full; make room.")
