"""Fixtures for all tests."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from privatus import bootstrap

_SAMPLES = Path(__file__).resolve().parents[2] / "shared" / "samples"
_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
# A run takes some 330 MB of it, most for the packaged program.
_ROOM_BYTES = 2 * 1024**3
_IN_MEMORY = pytest.StashKey[Path]()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Keep the tests' files in memory where there is room, unless `--basetemp` says otherwise.

    Thousands of vaults are made, and each waits for the disk several times.
    """
    if config.option.basetemp is None and _has_room(_MEMORY):
        folder = Path(tempfile.mkdtemp(prefix="privatus-tests-", dir=_MEMORY))
        config.stash[_IN_MEMORY] = folder
        config.option.basetemp = str(folder / "tests")


def pytest_unconfigure(config: pytest.Config) -> None:
    if folder := config.stash.get(_IN_MEMORY, None):
        shutil.rmtree(folder, ignore_errors=True)


def _has_room(folder: Path) -> bool:
    """Say whether a run's files fit into *folder*, and programs among them may run."""
    if not folder.is_dir():
        return False
    return not os.statvfs(folder).f_flag & os.ST_NOEXEC and (
        shutil.disk_usage(folder).free >= _ROOM_BYTES
    )


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
