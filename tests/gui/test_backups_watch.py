"""Backups that are made by themselves, and what is told of them on every page."""

from __future__ import annotations

import threading
import time
from functools import partial

import pytest
from PySide6.QtWidgets import QApplication

from privatus.core.backup import (
    Health,
)
from privatus.core.jobs import Job
from support.backups_page import Show, backups, show, texts, with_usb
from support.desk import Desk
from support.fake_backups import FakeBackups
from ui.backups.watch import Watch
from ui.jobs import JobState

__all__ = ["backups", "show", "with_usb"]


def _back_up_without_end(begun: threading.Event, job: Job) -> None:
    while True:
        begun.set()
        job.report("backing up", 30_000_000, 100_000_000)
        time.sleep(0.01)


def test_a_disk_that_is_not_there_is_one_calm_line_and_no_banner(
    with_usb: FakeBackups, show: Show, desk: Desk
) -> None:
    with_usb.states[1] |= {"health": Health.AWAY, "problem": "/media/ada/usb is not there"}

    page = show()

    assert "The disk is not plugged in; next backup when it is back" in texts(page)
    assert "is not there" not in texts(page)
    assert desk.window.workspace is not None
    assert not desk.window.workspace.banner.isVisible()
    assert desk.window.shell.told == []


@pytest.mark.parametrize("health", [Health.FAILING, Health.OVERDUE])
def test_failing_or_overdue_backups_are_told_above_every_page_and_on_the_rail(
    with_usb: FakeBackups, show: Show, desk: Desk, health: Health
) -> None:
    with_usb.states[1] |= {"health": health, "problem": "the disk is full; make room on it"}
    show()
    desk.show_page("settings")
    workspace = desk.window.workspace
    assert workspace is not None

    assert workspace.banner.isVisible()
    assert "USB disk" in workspace.banner.text.text()
    button = workspace.rail.findChild(type(workspace.rail.jobs_button).__mro__[1], "rail-backups")
    assert button is not None
    assert "USB disk" in button.accessibleDescription()
    if health is Health.FAILING:
        assert "The disk is full; make room on it." in workspace.banner.text.text()


def test_the_banner_makes_the_backup_and_goes_when_it_is_made(
    with_usb: FakeBackups, show: Show, desk: Desk
) -> None:
    with_usb.states[1]["health"] = Health.OVERDUE
    show()
    workspace = desk.window.workspace
    assert workspace is not None

    workspace.banner.run_button.click()

    desk.qtbot.waitUntil(lambda: not workspace.banner.isVisible())
    assert with_usb.calls == [("run", 1, None)]


def test_a_backup_is_watched_paused_and_cancelled_from_the_page(
    with_usb: FakeBackups, show: Show, desk: Desk
) -> None:
    begun = threading.Event()
    with_usb.work = partial(_back_up_without_end, begun)
    page = show(1)
    assert page.detail is not None
    page.detail.run_button.click()
    desk.qtbot.waitUntil(begun.is_set)
    row = page.watch.row(1)
    assert row is not None
    desk.qtbot.waitUntil(lambda: "30.0 MB of 100.0 MB" in texts(page))

    row.set_paused(True)
    desk.qtbot.waitUntil(lambda: "Paused" in texts(page))
    row.set_paused(False)
    row.cancel()

    desk.qtbot.waitUntil(lambda: row.state is JobState.CANCELLED)
    assert len(with_usb.made[1]) == 3
    assert desk.window.shell.told == []
    desk.qtbot.waitUntil(page.detail.run_button.isEnabled)


def test_a_lock_stops_a_backup_that_runs(with_usb: FakeBackups, show: Show, desk: Desk) -> None:
    ended = threading.Event()

    def work(job: Job) -> None:
        try:
            while True:
                job.check()
                time.sleep(0.01)
        finally:
            ended.set()

    with_usb.work = work
    page = show()
    page.watch.back_up(1)
    desk.qtbot.waitUntil(lambda: with_usb.calls == [("run", 1, None)])

    desk.lock()

    assert ended.is_set()
    assert len(with_usb.made[1]) == 3


def test_backups_that_are_due_are_made_by_themselves_once(
    with_usb: FakeBackups, show: Show, desk: Desk
) -> None:
    page = show()
    with_usb.due_ids = [1]

    page.watch.look()
    desk.qtbot.waitUntil(lambda: len(with_usb.made[1]) == 4)
    desk.qtbot.waitUntil(lambda: not page.watch.is_busy)
    page.watch.look()
    desk.qtbot.wait(50)

    assert with_usb.calls == [("run", 1, None)]
    assert [row.title for row in desk.window.shell.jobs.rows] == ["Backup on schedule"]
    assert desk.window.shell.told == []


def test_a_backup_on_schedule_is_shown_on_its_card_and_is_nobody_who_is_there(
    with_usb: FakeBackups, show: Show, desk: Desk
) -> None:
    is_going_on = threading.Event()

    def work(job: Job) -> None:
        while not is_going_on.wait(0.01):
            job.report("backing up", 30_000_000, 100_000_000)

    with_usb.work, with_usb.due_ids = work, [1]
    page = show()
    jobs = desk.window.shell.jobs

    page.watch.look()

    desk.qtbot.waitUntil(lambda: "30.0 MB of 100.0 MB" in texts(page))
    assert jobs.is_working and not jobs.is_used
    is_going_on.set()
    desk.qtbot.waitUntil(lambda: not jobs.is_working)


def test_a_backup_on_schedule_that_a_person_stops_is_over_at_once(
    with_usb: FakeBackups, show: Show, desk: Desk
) -> None:
    begun = threading.Event()
    with_usb.work, with_usb.due_ids = partial(_back_up_without_end, begun), [1]
    page = show()
    # Not by the next look.
    page.watch._first.stop()
    page.watch.look()
    desk.qtbot.waitUntil(begun.is_set)
    assert page.overview is not None
    desk.qtbot.waitUntil(
        lambda: page.overview is not None and not page.overview.run_button.isEnabled()
    )
    [row] = desk.window.shell.jobs.rows

    row.cancel()

    desk.qtbot.waitUntil(lambda: page.overview is not None and page.overview.run_button.isEnabled())


def test_a_place_that_stays_due_is_not_tried_each_minute(
    with_usb: FakeBackups, show: Show, desk: Desk
) -> None:
    now_s = [1_000_000.0]
    page = show()
    page.watch._clock = lambda: now_s[0]
    with_usb.due_ids = [1]
    tried: list[int] = []
    with_usb.run_due = lambda job: tried.append(1)  # type: ignore[method-assign,assignment]

    for _minute in range(12):
        page.watch.look()
        desk.qtbot.wait(20)
        now_s[0] += 60

    assert len(tried) == 2
    assert len(desk.window.shell.jobs.rows) == 1


def test_a_minute_in_which_nothing_changed_leaves_the_keys_where_they_are(
    with_usb: FakeBackups, show: Show, desk: Desk
) -> None:
    page = show()
    assert page.overview is not None
    # A page that is new gets the keys once it is on the screen.
    desk.qtbot.wait(50)
    page.overview.plan_button.setFocus()

    page.watch.look()
    desk.qtbot.wait(50)
    assert page.overview.plan_button.hasFocus()

    with_usb.states[1]["health"] = Health.OVERDUE
    page.watch.look()
    desk.qtbot.waitUntil(lambda: "Overdue" in texts(page))
    focus = QApplication.focusWidget()
    assert focus is page.overview.plan_button


def test_the_watch_lives_as_long_as_the_window_and_is_the_only_one(desk: Desk) -> None:
    assert Watch.of(desk.window.shell) is Watch.of(desk.window.shell)
    assert len(desk.window.shell.findChildren(Watch)) == 1
