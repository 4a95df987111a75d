"""Fixtures for all tests."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import hypothesis
import pytest

from privatus import bootstrap
from support.memory_folder import folder_in_memory

_SAMPLES = Path(__file__).resolve().parents[2] / "shared" / "samples"

# A deadline measures the machine, and fails on a busy one.
hypothesis.settings.register_profile("patient", deadline=None)
hypothesis.settings.load_profile("patient")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Keep the tests' files in memory where there is room, unless `--basetemp` says otherwise.

    Thousands of vaults are made, and each waits for the disk several times.
    """
    if config.option.basetemp is None:
        stack = ExitStack()
        config.add_cleanup(stack.close)
        if folder := stack.enter_context(folder_in_memory()):
            config.option.basetemp = str(folder / "tests")


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
