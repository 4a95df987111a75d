"""The page of backups as a test sits in front of it; imports Qt: for tests in `gui` only."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QDialog, QLabel, QWidget

from privatus.bootstrap import Vault
from privatus.core.backup import Frequency, Schedule
from support.backups import DAY_MS, HOUR_MS
from support.desk import Desk
from support.fake_backups import FakeBackups, backup
from ui.backups.page import BackupsPage

DAILY = Schedule(frequency=Frequency.DAILY)
Show = Callable[..., BackupsPage]


@pytest.fixture
def backups(monkeypatch: pytest.MonkeyPatch) -> FakeBackups:
    """Return the backups of the vault of `desk`."""
    made = FakeBackups(now_ms=round(time.time() * 1000))
    stands_in = property(lambda _vault: made, lambda _vault, _real: None)
    monkeypatch.setattr(Vault, "backups", stands_in, raising=False)
    return made


@pytest.fixture
def with_usb(backups: FakeBackups) -> FakeBackups:
    """Have a disk with three backups, of which the newest was verified."""
    now = backups.now_ms
    made = [backup(n, now - (3 - n) * DAY_MS - HOUR_MS) for n in (3, 2, 1)]
    made[0] = replace(made[0], verified_at_ms=now - HOUR_MS // 2)
    backups.put("USB disk", "/media/usb", *made, schedule=DAILY, next_at_ms=now + DAY_MS)
    return backups


@pytest.fixture
def show(desk: Desk) -> Callable[..., BackupsPage]:
    """Return what unlocks and shows the page, with what the vault says of its backups on it."""

    def shown(destination_id: int | None = None) -> BackupsPage:
        desk.unlock()
        page = desk.show_page("backups")
        assert isinstance(page, BackupsPage)
        desk.qtbot.waitUntil(lambda: page.watch.statuses is not None)
        if destination_id is not None:
            page.open_destination(destination_id)
            desk.qtbot.waitUntil(
                lambda: page.detail is not None and bool(page.detail.model.backups)
            )
        return page

    return shown


def texts(widget: QWidget) -> str:
    labels = widget.findChildren(QLabel)
    return "\n".join(each.text() for each in labels if each.isVisibleTo(widget))


def dialog_of(desk: Desk, kind: type[QDialog]) -> QDialog:
    found: list[QDialog] = []

    def look() -> bool:
        found[:] = [d for d in desk.window.findChildren(kind) if d.isVisible()]
        return bool(found)

    desk.qtbot.waitUntil(look)
    return found[-1]
