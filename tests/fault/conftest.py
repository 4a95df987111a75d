"""How long the sweeps are: `python -m pytest tests/fault -m slow --kills 1000 --seed 7`."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

_KILLS = 200
_DRILLS = 50
_FLIPS = 2000
_SEED = 1
_TOLD = pytest.StashKey[list[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    sweeps = parser.getgroup("sweeps", "long sweeps of faults (-m slow)")
    sweeps.addoption("--kills", type=int, default=_KILLS, help="kills of an import")
    sweeps.addoption("--flips", type=int, default=_FLIPS, help="flipped bits of backups")
    sweeps.addoption("--drills", type=int, default=_DRILLS, help="random vaults to restore")
    sweeps.addoption("--seed", type=int, default=_SEED, help="another seed, other faults")


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Return what shows a line at the end of the run: how many faults of a sweep met what."""
    return request.config.stash.setdefault(_TOLD, []).append


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for line in terminalreporter.config.stash.get(_TOLD, []):
        terminalreporter.write_line(line)


# Read with a default: when a run begins above this folder, the options are not known.
@pytest.fixture(scope="session")
def kills(request: pytest.FixtureRequest) -> int:
    return int(request.config.getoption("--kills", _KILLS))


@pytest.fixture(scope="session")
def flips(request: pytest.FixtureRequest) -> int:
    return int(request.config.getoption("--flips", _FLIPS))


@pytest.fixture(scope="session")
def drills(request: pytest.FixtureRequest) -> int:
    return int(request.config.getoption("--drills", _DRILLS))


@pytest.fixture(scope="session")
def seed(request: pytest.FixtureRequest) -> int:
    return int(request.config.getoption("--seed", _SEED))


@pytest.fixture(scope="session")
def memory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder for all sweeps, in memory where there is room (tests/conftest.py).

    A process that is killed leaves there what it would leave on a disk; a power cut is not what
    these tests are about.
    """
    return tmp_path_factory.mktemp("memory")


@pytest.fixture
def scratch(memory: Path) -> Iterator[Path]:
    """Return a folder in memory for one test."""
    folder = Path(tempfile.mkdtemp(dir=memory))
    yield folder
    shutil.rmtree(folder)
