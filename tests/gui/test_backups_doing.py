"""What a person does with backups, and what comes of it."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QDateTime
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from privatus.core.backup import (
    MOST_KEPT,
    BackupKind,
    BackupProblem,
    Frequency,
    KeepRules,
    Schedule,
    VerifyDepth,
    VerifyReport,
)
from privatus.core.jobs import Job
from support.backups import DAY_MS, HOUR_MS
from support.backups_page import Show, backups, dialog_of, show, texts, with_usb
from support.desk import PASSWORD, Desk
from support.fake_backups import FakeBackups, backup
from ui.backups import words
from ui.backups.choose_backup import ChooseBackup
from ui.backups.dialog import DestinationDialog
from ui.backups.drill_dialog import DrillDialog
from ui.backups.keep_dialog import KeepDialog
from ui.backups.place_form import PlaceForm
from ui.backups.plan_dialog import PlanDialog
from ui.backups.report_dialog import ReportDialog
from ui.settings import table

__all__ = ["backups", "show", "with_usb"]


def test_a_pin_is_taken_back_by_undo(with_usb: FakeBackups, show: Show, desk: Desk) -> None:
    page = show(1)
    assert page.detail is not None

    page.detail.pin_button.click()
    desk.qtbot.waitUntil(lambda: page.detail is not None and page.detail.backup is not None
                         and page.detail.backup.is_pinned)  # fmt: skip
    desk.window.shell.undo()

    desk.qtbot.waitUntil(lambda: not with_usb.made[1][0].is_pinned)


def test_a_verification_names_each_problem_and_the_backups_it_harms(
    with_usb: FakeBackups, show: Show, desk: Desk
) -> None:
    harmed = with_usb.made[1][1]
    with_usb.problems = (
        BackupProblem(name="data/3f/3f9a", what="a pack is damaged", backups=(harmed.id,)),
    )
    page = show(1)
    assert page.detail is not None

    page.detail.verify(VerifyDepth.DATA)

    report = dialog_of(desk, ReportDialog)
    told = texts(report)
    assert with_usb.calls == [("verify", 1, VerifyDepth.DATA)]
    assert "1 problem was found" in told
    assert "data/3f/3f9a" in told
    assert f"Harmed: {words.at(harmed.made_at_ms, words.now())}" in told
    report.accept()


def test_a_verification_is_told_also_if_the_window_was_made_anew_meanwhile(
    with_usb: FakeBackups, show: Show, desk: Desk
) -> None:
    is_going_on = threading.Event()
    verify = with_usb.verify

    def slowly(destination_id: int, depth: VerifyDepth, job: Job) -> VerifyReport:
        is_going_on.wait(20)
        return verify(destination_id, depth, job)

    with_usb.verify = slowly  # type: ignore[method-assign]
    page = show(1)
    assert page.detail is not None
    page.detail.verify(VerifyDepth.DATA)
    desk.settings.set(table.ZOOM, 125)
    desk.qtbot.waitUntil(lambda: not shiboken6.isValid(page))

    is_going_on.set()

    report = dialog_of(desk, ReportDialog)
    assert "No problem was found" in texts(report)
    report.accept()


def test_a_drill_wipes_the_field_and_its_result_is_shown(
    with_usb: FakeBackups, show: Show, desk: Desk
) -> None:
    page = show(1)
    assert page.detail is not None
    page.detail.drill_button.click()
    dialog = dialog_of(desk, DrillDialog)
    assert isinstance(dialog, DrillDialog)
    desk.qtbot.keyClicks(dialog.key.password, PASSWORD)

    dialog.start.click()

    assert dialog.key.password.text() == ""
    report = dialog_of(desk, ReportDialog)
    assert "No problem was found" in texts(report)
    assert "51,765 records" in texts(report)
    report.accept()
    desk.qtbot.waitUntil(lambda: "restored as a proof" in texts(page).lower())


def test_a_wrong_password_for_a_drill_is_told(
    with_usb: FakeBackups, show: Show, desk: Desk
) -> None:
    page = show(1)
    assert page.detail is not None
    page.detail.drill()
    dialog = dialog_of(desk, DrillDialog)
    assert isinstance(dialog, DrillDialog)
    desk.qtbot.keyClicks(dialog.key.password, "not that one")

    dialog.accept()

    desk.qtbot.waitUntil(lambda: any("not the password" in t for t in desk.window.shell.told))


def test_what_goes_is_shown_with_its_reason_before_it_goes(
    with_usb: FakeBackups, show: Show, desk: Desk
) -> None:
    with_usb.places[1] = replace(with_usb.places[1], keep=KeepRules(last=2))
    page = show(1)
    assert page.detail is not None
    page.detail.keep_button.click()
    dialog = dialog_of(desk, KeepDialog)
    assert isinstance(dialog, KeepDialog)
    desk.qtbot.waitUntil(dialog.drop.isEnabled)

    why = [dialog.table.item(line, 2) for line in range(3)]
    assert [cell.text() for cell in why if cell] == [
        *("one of the last 2", "one of the last 2", "no rule keeps it"),
    ]
    assert len(with_usb.made[1]) == 3
    dialog.form.numbers["last"].setValue(1)
    assert not dialog.drop.isEnabled()
    desk.qtbot.waitUntil(dialog.drop.isEnabled)
    dialog.drop.click()

    desk.qtbot.waitUntil(lambda: len(with_usb.made[1]) == 1)
    assert with_usb.places[1].keep == KeepRules(last=1)


def test_a_place_is_added_with_its_keys_masked_and_wiped(
    backups: FakeBackups, show: Show, desk: Desk
) -> None:
    page = show()
    page.add_button.click()
    dialog = dialog_of(desk, DestinationDialog)
    assert isinstance(dialog, DestinationDialog)
    dialog.place.kind_box.setCurrentIndex(1)
    form = dialog.place._form
    assert not dialog.save.isEnabled()
    form.address.setText("bucket/privatus")
    form.fields["key"].setText("AKIA")
    form.fields["secret"].setText("hush")
    assert form.fields["secret"].echoMode() is form.fields["secret"].EchoMode.Password
    assert "hush" not in repr(dialog.wanted)

    dialog.save.click()

    desk.qtbot.waitUntil(lambda: bool(backups.places))
    [call] = backups.calls
    assert call[2:] == ("s3://bucket/privatus", {"key": "AKIA", "secret": "hush"})
    assert backups.places[1].name == "privatus"
    assert backups.places[1].keep == words.USUAL
    assert backups.places[1].schedule == Schedule(frequency=Frequency.DAILY, full_days=90)
    desk.qtbot.waitUntil(lambda: page.overview is not None)


def test_a_place_that_cannot_be_reached_says_so_in_thedialog_of(
    backups: FakeBackups, show: Show, desk: Desk
) -> None:
    page = show()
    page.add_button.click()
    dialog = dialog_of(desk, DestinationDialog)
    assert isinstance(dialog, DestinationDialog)
    dialog.place._form.address.setText("/nowhere")

    dialog.test.click()
    desk.qtbot.waitUntil(lambda: "no folder there" in dialog.remark.text())
    dialog.save.click()

    desk.qtbot.waitUntil(dialog.save.isEnabled)
    assert dialog.isVisible()
    assert backups.places == {}


def test_a_place_is_removed_after_a_question_that_says_what_stays(
    with_usb: FakeBackups, show: Show, desk: Desk
) -> None:
    page = show(1)
    assert page.detail is not None
    page.detail.remove()
    box = desk.window.findChild(QMessageBox, "remove-destination")
    assert box is not None
    assert "stay" in box.informativeText()

    next(each for each in box.buttons() if each.text() == "Remove this place").click()

    desk.qtbot.waitUntil(lambda: page.stack.currentWidget() is page.empty)


def test_everything_can_be_done_by_commands(with_usb: FakeBackups, show: Show, desk: Desk) -> None:
    page = show()

    desk.window.shell.commands.run("backup-full")
    desk.qtbot.waitUntil(lambda: with_usb.calls == [("run", 1, BackupKind.FULL)])
    desk.window.shell.commands.run("backup-refresh")

    desk.qtbot.waitUntil(lambda: ("refresh", 1) in with_usb.calls)
    assert page.detail is not None


def test_a_command_waits_for_the_backups_that_it_is_about(
    with_usb: FakeBackups, show: Show, desk: Desk
) -> None:
    show()

    desk.window.shell.commands.run("backup-pin")
    desk.qtbot.waitUntil(lambda: with_usb.made[1][0].is_pinned)


def test_a_change_shows_no_secret_and_sends_only_what_was_typed(
    backups: FakeBackups, show: Show, desk: Desk
) -> None:
    to = backups.put("Cloud", "s3://bucket/privatus")
    backups.places[to.id] = replace(to, option_names=("key", "secret"))
    page = show()
    assert page.actions_ is not None
    page.actions_.change(backups.places[to.id])
    dialog = dialog_of(desk, DestinationDialog)
    assert isinstance(dialog, DestinationDialog)
    form = dialog.place._form
    assert form.address.text() == "bucket/privatus" and not form.address.isEnabled()
    assert form.fields["secret"].text() == ""
    assert form.fields["secret"].placeholderText() == "as it is"
    form.fields["secret"].setText("another")

    dialog.save.click()

    desk.qtbot.waitUntil(lambda: bool(backups.calls))
    [call] = backups.calls
    assert call[2]["options"] == {"secret": "another"}
    assert call[2]["name"] == "Cloud"


def test_another_name_leaves_rules_that_keep_very_many_backups_as_they_are(
    with_usb: FakeBackups, show: Show, desk: Desk
) -> None:
    rules, schedule = KeepRules(hourly=8760, last=MOST_KEPT), Schedule(full_days=3650)
    with_usb.places[1] = replace(with_usb.places[1], keep=rules, schedule=schedule)
    page = show(1)
    assert page.detail is not None
    page.detail.change()
    dialog = dialog_of(desk, DestinationDialog)
    assert isinstance(dialog, DestinationDialog)
    dialog.name.setText("Old disk")

    dialog.save.click()

    desk.qtbot.waitUntil(lambda: with_usb.places[1].name == "Old disk")
    assert with_usb.places[1].keep == rules
    assert with_usb.places[1].schedule == schedule


def test_one_backup_is_dropped_after_a_question(
    with_usb: FakeBackups, show: Show, desk: Desk
) -> None:
    page = show(1)
    assert page.detail is not None and page.detail.backup is not None
    wanted = page.detail.backup.id
    page.detail.drop()
    box = desk.window.findChild(QMessageBox, "drop-backup")
    assert box is not None
    assert "cannot be brought back" in box.informativeText()

    next(each for each in box.buttons() if each.text() == "Drop it").click()

    desk.qtbot.waitUntil(lambda: wanted not in [each.id for each in with_usb.made[1]])


def test_the_recovery_plan_is_shown_and_saved(
    with_usb: FakeBackups, show: Show, desk: Desk, tmp_path: Path
) -> None:
    page = show()
    desk.window.shell.commands.run("recovery-plan")
    dialog = dialog_of(desk, PlanDialog)
    assert isinstance(dialog, PlanDialog)
    assert "Recovery time: never measured. Run a restore drill." in texts(dialog)

    dialog.save(tmp_path / "plan.pdf")

    desk.qtbot.waitUntil(lambda: any("plan.pdf" in told for told in desk.window.shell.told))
    assert (tmp_path / "plan.pdf").read_bytes().startswith(b"%PDF")
    assert page.overview is not None


@pytest.mark.parametrize(
    ("typed", "location"),
    [
        ("cloud.example.org/ada", "webdavs://cloud.example.org/ada"),
        ("webdavs://cloud.example.org/ada", "webdavs://cloud.example.org/ada"),
        ("webdav://localhost:8080/ada", "webdav://localhost:8080/ada"),
    ],
)
def test_an_address_may_be_written_whole(qtbot: QtBot, typed: str, location: str) -> None:
    form = PlaceForm("webdavs://elsewhere")
    qtbot.addWidget(form)

    form._form.address.setText(typed)

    assert form.location == location


@pytest.mark.parametrize(
    "location", ["gcs://box/a", "az://box/a", "ssh://ada@host/a", "webdav://host/a"]
)
def test_a_place_written_in_another_way_stays_what_it_is(qtbot: QtBot, location: str) -> None:
    form = PlaceForm(location)
    qtbot.addWidget(form)

    assert form.location == location


def test_a_time_chooses_the_last_backup_that_was_made_by_then(qtbot: QtBot) -> None:
    chooser = ChooseBackup()
    qtbot.addWidget(chooser)
    chooser.fill([backup(n, n * DAY_MS) for n in (5, 4, 3)])
    assert chooser.backup is not None and chooser.backup.sequence == 5

    chooser.time.setDateTime(QDateTime.fromMSecsSinceEpoch(4 * DAY_MS + HOUR_MS))
    assert chooser.backup is not None and chooser.backup.sequence == 4

    chooser.time.setDateTime(QDateTime.fromMSecsSinceEpoch(2 * DAY_MS))
    assert chooser.backup is None
    assert chooser.said.text() == "No backup is as old as that."
    assert not chooser.is_complete
