"""Fixtures for all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from privatus import bootstrap

_SAMPLES = Path(__file__).resolve().parents[2] / "shared" / "samples"


@pytest.fixture(scope="session")
def samples() -> Path:
    """Return the folder of real-shaped exports, which lies outside the project."""
    if not _SAMPLES.is_dir():
        pytest.skip("the sample exports are not here (../shared/samples)")
    return _SAMPLES


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Send away at once who meets a vault that stays open in another program."""
    monkeypatch.setattr(bootstrap, "_PATIENCE_S", 0.0)
