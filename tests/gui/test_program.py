"""What stands beside the window: guards, the second start, reports of faults, the end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QMessageBox, QPlainTextEdit, QScrollArea
from pytestqt.qtbot import QtBot

from privatus import bootstrap
from privatus.core.jobs import Job
from support.access import reachable, unnamed
from support.desk import PASSWORD, Desk
from ui import about, crash
from ui.app import Program
from ui.guards import Guards
from ui.instance import Instance
from ui.lock.screen import LockScreen
from ui.settings import table
from ui.settings.store import Settings

_ROOT = Path(__file__).resolve().parents[2]


class _Clocks:
    def __init__(self) -> None:
        self.now_s = 1_000.0
        self.asleep_s = 0.0

    def monotonic(self) -> float:
        return self.now_s

    def wall(self) -> float:
        return self.now_s + self.asleep_s


@pytest.fixture
def clocks() -> _Clocks:
    return _Clocks()


@pytest.fixture
def reasons() -> list[str]:
    return []


@pytest.fixture
def guards(settings: Settings, clocks: _Clocks, reasons: list[str]) -> Guards:
    return Guards(settings, reasons.append, clock=clocks.monotonic, wall_clock=clocks.wall)


def test_an_idle_window_is_locked_after_the_minutes_that_were_set(
    guards: Guards, clocks: _Clocks, reasons: list[str], settings: Settings
) -> None:
    settings.set(table.IDLE_LOCK_MINUTES, 5)
    clocks.now_s += 299
    guards.look()
    assert reasons == []

    clocks.now_s += 1
    guards.look()

    assert reasons == ["Locked because nobody used the window."]


def test_a_key_or_a_move_keeps_the_window_open(
    guards: Guards, clocks: _Clocks, reasons: list[str], settings: Settings
) -> None:
    settings.set(table.IDLE_LOCK_MINUTES, 5)
    clocks.now_s += 250
    none = Qt.KeyboardModifier.NoModifier
    guards.eventFilter(guards, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, none))
    clocks.now_s += 250

    guards.look()

    assert reasons == []


def test_who_said_never_is_never_locked_for_being_idle(
    guards: Guards, clocks: _Clocks, reasons: list[str], settings: Settings
) -> None:
    settings.set(table.IDLE_LOCK_MINUTES, 0)
    clocks.now_s += 1_000_000

    guards.look()

    assert reasons == []


def test_a_sleep_is_noticed_without_a_desktop(
    guards: Guards, clocks: _Clocks, reasons: list[str]
) -> None:
    clocks.asleep_s = 8
    guards.look()
    assert reasons == []

    clocks.asleep_s += 3_600
    guards.look()

    assert reasons == ["Locked because the computer slept."]


def test_a_locked_screen_locks_unless_it_was_turned_off(
    guards: Guards, reasons: list[str], settings: Settings
) -> None:
    guards.on_screen_saver(False)
    guards.on_screen_saver(True)
    settings.set(table.LOCK_ON_SLEEP, False)
    guards.on_screen_saver(True)
    guards.on_sleep(True)

    assert reasons == ["Locked because the screen was locked."]


def test_a_window_that_works_is_not_idle(
    settings: Settings, clocks: _Clocks, reasons: list[str]
) -> None:
    guards = Guards(
        settings,
        reasons.append,
        is_busy=lambda: True,
        clock=clocks.monotonic,
        wall_clock=clocks.wall,
    )
    clocks.now_s += 1_000_000

    guards.look()

    assert reasons == []


def test_a_backup_that_began_by_itself_delays_a_lock_and_is_nobody_who_is_there(
    settings: Settings, clocks: _Clocks, reasons: list[str]
) -> None:
    is_held = [True]
    guards = Guards(
        settings,
        reasons.append,
        is_held=lambda: is_held[0],
        clock=clocks.monotonic,
        wall_clock=clocks.wall,
    )
    clocks.now_s += 1_000_000
    guards.look()
    assert reasons == []

    is_held[0] = False
    guards.look()

    assert reasons == ["Locked because nobody used the window."]


def _count_for_ever(job: Job) -> None:
    while True:
        job.check()


def _start_endless_job(desk: Desk) -> None:
    desk.window.shell.jobs.start(desk.session.tasks, "Counting", _count_for_ever)


def test_closing_asks_first_while_a_job_runs(desk: Desk, qtbot: QtBot) -> None:
    desk.unlock()
    _start_endless_job(desk)

    with qtbot.assertNotEmitted(desk.window.closed):
        desk.window.close()
    box = desk.window.findChild(QMessageBox)
    assert box is not None
    assert desk.window.isVisible()
    leave = next(b for b in box.buttons() if "Stop" in b.text())

    with qtbot.waitSignal(desk.window.closed):
        leave.click()


def test_the_system_ends_the_program_without_a_question_also_from_the_tray(
    desk: Desk, qtbot: QtBot
) -> None:
    desk.unlock()
    _start_endless_job(desk)
    desk.window.hide()

    with qtbot.waitSignal(desk.window.closed):
        desk.window.end()


def test_the_lock_screen_says_that_a_job_was_stopped(desk: Desk) -> None:
    desk.unlock()
    _start_endless_job(desk)

    desk.lock()

    front = desk.window.centralWidget().currentWidget()
    assert isinstance(front, LockScreen)
    assert front.reason.text() == "1 job was stopped."


def test_a_window_closed_to_the_tray_is_locked_and_comes_back(desk: Desk) -> None:
    desk.settings.set(table.CLOSE_TO_TRAY, True)
    desk.window.can_hide = True
    desk.unlock()

    desk.window.close()

    assert not desk.window.isVisible()
    assert desk.window.shell.session is None
    desk.window.bring_forward()
    assert desk.window.isVisible()


def test_minimising_locks_only_who_wants_it(desk: Desk) -> None:
    desk.unlock()
    desk.window.showMinimized()
    assert desk.window.shell.session is not None

    desk.window.showNormal()
    desk.settings.set(table.LOCK_ON_MINIMISE, True)
    desk.window.showMinimized()

    assert desk.window.shell.session is None


def test_a_report_says_where_and_of_what_kind_and_nothing_else() -> None:
    secret = "what Ada wrote"

    def fail(text: str) -> None:
        raise ValueError(f"cannot read {text}")

    try:
        try:
            fail(secret)
        except ValueError as error:
            raise RuntimeError(secret) from error
    except RuntimeError as error:
        text = crash.report(error)

    assert "RuntimeError" in text
    assert "ValueError" in text
    assert "in fail" in text
    assert "tests/gui/test_program.py" in text
    assert secret not in text
    assert str(Path.home()) not in text


def test_a_fault_is_shown_once_and_can_be_saved(desk: Desk, tmp_path: Path) -> None:
    desk.window.tell_error(ZeroDivisionError("secret"))
    desk.window.tell_error(ZeroDivisionError("secret"))

    (dialog,) = desk.window.findChildren(crash.CrashDialog)
    dialog.save(tmp_path / "report.txt")
    assert "ZeroDivisionError" in (tmp_path / "report.txt").read_text()
    shown = dialog.findChild(QPlainTextEdit)
    assert shown is not None
    assert "secret" not in shown.toPlainText()
    dialog.accept()


def test_what_nobody_caught_is_told_and_the_hook_can_be_taken_away() -> None:
    told: list[BaseException] = []
    before = sys.excepthook
    undo = crash.install(told.append)
    error = ValueError()

    sys.excepthook(ValueError, error, None)
    undo()

    assert told == [error]
    assert sys.excepthook is before


def test_the_about_box_names_every_dependency_with_its_version() -> None:
    listed = {name: number for name, number, _licence in about.versions()}

    assert listed["Qt"].startswith("6.")
    assert listed["cryptography"]
    assert {"sqlcipher3", "PySide6-Essentials", "Lucide"} <= set(listed)


def test_the_list_of_versions_has_a_name_and_is_scrolled_by_keys(desk: Desk) -> None:
    desk.window.show_about()
    [box] = desk.window.findChildren(about.AboutBox)
    [listed] = box.findChildren(QScrollArea)

    desk.qtbot.keyClick(listed, Qt.Key.Key_PageDown)

    assert unnamed(box) == []
    assert listed in reachable(box)
    assert listed.verticalScrollBar().value() > 0


def test_the_tray_says_whether_the_vault_is_open(desk: Desk, settings: Settings) -> None:
    program = Program(settings, desk.folder, Instance(desk.folder))
    assert "locked" in program.tray.icon.toolTip()

    program.window.shell.keeper.open(desk.folder, "seven random words make it long")
    desk.qtbot.waitUntil(lambda: program.window.shell.session is not None)
    assert "open" in program.tray.icon.toolTip()
    program.window.shell.keeper.quit()

    assert "locked" in program.tray.icon.toolTip()


def test_what_was_copied_leaves_the_clipboard_with_the_lock_and_others_stays(desk: Desk) -> None:
    clipboard = QGuiApplication.clipboard()
    desk.unlock()
    desk.window.shell.copy("from the vault", "Copied.")
    assert desk.window.shell.told == ["Copied."]
    desk.lock()
    assert clipboard.text() == ""

    desk.unlock()
    desk.window.shell.copy("from the vault")
    clipboard.setText("from elsewhere")
    desk.lock()
    assert clipboard.text() == "from elsewhere"


def test_the_program_starts_as_a_process_and_ends_on_request(tmp_path: Path, qtbot: QtBot) -> None:
    environment = dict(os.environ) | {
        "QT_QPA_PLATFORM": "offscreen",
        "XDG_CONFIG_HOME": str(tmp_path),
        "PYTHONPATH": str(_ROOT),
    }
    command = [sys.executable, "-m", "privatus", "--vault", str(tmp_path / "vault")]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) as process:
        try:
            # It answers for its vault as soon as it runs.
            qtbot.waitUntil(Instance(tmp_path / "vault").call)
            process.send_signal(signal.SIGTERM)
            _out, said = process.communicate(timeout=30)
        finally:
            process.kill()

    assert process.returncode == 0
    assert b"Traceback" not in said


def test_the_system_is_asked_to_keep_what_is_typed_from_others_before_a_vault_is_open(
    settings: Settings, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []
    monkeypatch.setattr(bootstrap, "forbid_core_dumps", lambda: asked.append(True))

    program = Program(settings, desk.folder, Instance(desk.folder))

    assert asked == [True]
    assert program.window.shell.session is None


def test_a_job_that_was_paused_does_not_keep_the_vault_open(
    settings: Settings, desk: Desk, clocks: _Clocks, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = Program(settings, desk.folder, Instance(desk.folder))
    keeper, jobs = program.window.shell.keeper, program.window.shell.jobs
    keeper.open(desk.folder, PASSWORD)
    desk.qtbot.waitUntil(lambda: keeper.session is not None)
    assert keeper.session is not None
    row = jobs.start(keeper.session.tasks, "Counting", _count_for_ever)
    monkeypatch.setattr(program.guards, "_clock", clocks.monotonic)
    program.guards.touch()
    clocks.now_s += 1_000_000
    program.guards.look()
    assert keeper.session is not None

    row.set_paused(True)
    clocks.now_s += 1_000_000
    program.guards.look()

    assert keeper.session is None
    keeper.quit()
