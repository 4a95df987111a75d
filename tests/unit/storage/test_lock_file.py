"""Who has a vault to write, and who waits for it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from privatus.core.errors import BusyError
from privatus.storage.lock_file import VaultLock


class _Clock:
    """Time that passes by sleeping only; something happens after some of it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now_s = 100.0
        self.held: VaultLock | None = None
        self.release_at_s = float("inf")
        monkeypatch.setattr(time, "monotonic", lambda: self.now_s)
        monkeypatch.setattr(time, "sleep", self._sleep)

    def _sleep(self, seconds: float) -> None:
        self.now_s += seconds
        if self.held is not None and self.now_s >= self.release_at_s:
            self.held.release()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> _Clock:
    return _Clock(monkeypatch)


def test_who_is_patient_has_a_vault_that_is_let_go_meanwhile(tmp_path: Path, clock: _Clock) -> None:
    clock.held = VaultLock(tmp_path)
    clock.release_at_s = clock.now_s + 0.5

    VaultLock(tmp_path, patience_s=1.0).release()

    assert 100.5 <= clock.now_s < 100.6


def test_who_has_waited_long_enough_is_sent_away(tmp_path: Path, clock: _Clock) -> None:
    clock.held = VaultLock(tmp_path)

    with pytest.raises(BusyError, match="open in another program"):
        VaultLock(tmp_path, patience_s=1.0)

    assert 101.0 <= clock.now_s < 101.1
    clock.held.release()
    VaultLock(tmp_path).release()


def test_who_is_impatient_is_sent_away_at_once(tmp_path: Path, clock: _Clock) -> None:
    clock.held = VaultLock(tmp_path)

    with pytest.raises(BusyError):
        VaultLock(tmp_path)

    assert clock.now_s == 100.0
