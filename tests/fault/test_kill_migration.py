"""A change of the schema, and the way back from it, killed at each step: the vault opens."""

from __future__ import annotations

import shutil
import signal
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from privatus.bootstrap import Vault
from privatus.core.errors import NewerVaultError
from privatus.services import migrating
from privatus.storage.database import Database
from privatus.vault.keys import keyspec
from support.kill import PASSWORD, calls_that_write, filled_vault, records_of, wrong_checks
from support.next_release import SCRIPT, next_release
from support.syscall_faults import Call, require_strace, run_failing_at, run_killed_at

_FORWARD = f"""
import os
{SCRIPT}
from privatus.bootstrap import Vault
from privatus.core.errors import DeviceError

os.writev(1, [b"ready\\n"])
try:
    Vault.open({{vault!r}}, "password").lock()
    os.writev(1, [b"done\\n"])
except DeviceError:
    os.writev(1, [b"refused\\n"])
"""
_BACK = f"""
import os
from pathlib import Path
{SCRIPT}
from privatus.core.errors import DeviceError
from privatus.services import migrating

os.writev(1, [b"ready\\n"])
try:
    migrating.go_back(Path({{vault!r}}), "password")
    os.writev(1, [b"done\\n"])
except DeviceError:
    os.writev(1, [b"refused\\n"])
"""
_TO_COME = "written with the next release"
_COUNTS = [5, pytest.param(2000, marks=pytest.mark.slow, id="every call")]


@pytest.fixture(scope="module")
def base(memory: Path) -> Path:
    """Return a vault that the next release has yet to open."""
    require_strace()
    return filled_vault(memory / "forward", conversations=4)


@pytest.fixture(scope="module")
def moved_on(base: Path, memory: Path) -> Path:
    """Return the same vault, with something written by the next release and not yet folded in."""
    folder = shutil.copytree(base, memory / "moved on")
    with next_release(), Vault.open(folder, PASSWORD) as vault:
        vault.saved_searches.save("Mine", _TO_COME, "newest")
        # As a program leaves it that was killed.
        shutil.copytree(folder, memory / "left", ignore=shutil.ignore_patterns("*-shm"))
    return memory / "left"


def _calls(script: str, base: Path, scratch: Path, count: int) -> list[Call]:
    """Return *count* of the calls that write, those by which files get names, and the last."""
    found = [c for c in calls_that_write(script, base, scratch) if c.name != "writev"]
    step = max(1, len(found) // count)
    names = ("rename", "renameat", "link", "linkat")
    return [
        call
        for n, call in enumerate(found)
        if n % step == 0 or n == len(found) - 1 or call.name in names
    ]


def _database_key(folder: Path) -> bytes:
    with next_release(), Vault.open(folder, PASSWORD) as vault:
        opened = vault._keys.opened
        return bytes(opened.database_key.reveal()) + opened.database_salt


def _require_whole(folder: Path, expected: dict[str, object]) -> str:
    """Open what a crash has left, with the former release or the next one; say with which."""
    try:
        return _look(folder, expected, "former")
    except NewerVaultError:
        with next_release():
            return _look(folder, expected, "next")


def _look(folder: Path, expected: dict[str, object], release: str) -> str:
    with Vault.open(folder, PASSWORD) as vault:
        assert wrong_checks(vault) == []
        assert vault.warnings == []
        assert records_of(vault) == expected
        assert vault.search.find("harbour").total
    database = folder / "vault.db"
    names = {path.name: path for path in folder.glob("vault.db*")}
    assert not [n for n in names if n.endswith(".tmp") and "set-aside" in n]
    # What is set aside is never the file that is written to.
    assert not [p for n, p in names.items() if n != "vault.db" and p.samefile(database)]
    return release


@pytest.mark.parametrize("count", _COUNTS)
def test_a_change_of_the_schema_that_is_killed_is_made_or_not(
    base: Path, scratch: Path, count: int, tell: Callable[[str], None]
) -> None:
    with Vault.open(base, PASSWORD) as vault:
        expected = records_of(vault)
    releases: Counter[str] = Counter()

    for call in _calls(_FORWARD, base, scratch, count):
        folder = shutil.copytree(base, scratch / "vault")
        killed = run_killed_at(_FORWARD.format(vault=str(folder)), call)
        assert killed.returncode == -signal.SIGKILL, f"{call} was not reached"
        copy = folder / "vault.db.before-migration"
        release = _require_whole(folder, expected)
        releases[release] += 1
        # Whoever has the next release has the way back.
        with next_release():
            Vault.open(folder, PASSWORD).lock()
        assert copy.exists(), call
        migrating.go_back(folder, PASSWORD)
        assert _look(folder, expected, "former")
        shutil.rmtree(folder)

    assert min(releases["former"], releases["next"]) > 0
    tell(f"change of the schema, killed: {dict(releases)}")


@pytest.mark.parametrize("count", _COUNTS)
def test_a_way_back_that_is_killed_is_gone_or_not(
    moved_on: Path, scratch: Path, count: int, tell: Callable[[str], None]
) -> None:
    expected = _records(moved_on, scratch)
    key = _database_key(shutil.copytree(moved_on, scratch / "for its key"))
    releases: Counter[str] = Counter()

    for call in _calls(_BACK, moved_on, scratch, count):
        folder = shutil.copytree(moved_on, scratch / "vault")
        killed = run_killed_at(_BACK.format(vault=str(folder)), call)
        assert killed.returncode == -signal.SIGKILL, f"{call} was not reached"
        release = _require_whole(folder, expected)
        releases[release] += 1
        if release == "next":
            # Once more, and now to its end.
            migrating.go_back(folder, PASSWORD)
            assert _require_whole(folder, expected) == "former", call
        _require_aside(folder, key)
        shutil.rmtree(folder)

    assert min(releases["former"], releases["next"]) > 0
    tell(f"way back, killed: {dict(releases)}")


@pytest.mark.parametrize("error", ["ENOSPC", "EIO"])
@pytest.mark.parametrize("count", [2, pytest.param(2000, marks=pytest.mark.slow, id="every call")])
def test_a_disk_that_refuses_the_way_back_leaves_one_of_the_two(
    moved_on: Path, scratch: Path, count: int, error: str
) -> None:
    expected = _records(moved_on, scratch)
    answers: Counter[str] = Counter()

    for call in _calls(_BACK, moved_on, scratch, count):
        folder = shutil.copytree(moved_on, scratch / "vault")
        done = run_failing_at(_BACK.format(vault=str(folder)), call, error)
        assert done.returncode == 0, f"{call}: {done.stderr}"
        answers[done.stdout.splitlines()[-1]] += 1
        _require_whole(folder, expected)
        shutil.rmtree(folder)

    assert answers["refused"]


def _records(base: Path, scratch: Path) -> dict[str, object]:
    folder = shutil.copytree(base, scratch / "undisturbed")
    with next_release(), Vault.open(folder, PASSWORD) as vault:
        found = records_of(vault)
        assert [search.query for search in vault.saved_searches.list()] == [_TO_COME]
    return dict(found)


def _require_aside(folder: Path, key: bytes) -> None:
    """Check that the last database that was set aside holds what the next release wrote."""
    *_, aside = sorted(folder.glob("vault.db.set-aside-*"))
    with closing(Database.open(aside, keyspec(key), read_only=True)) as db:
        assert db.value("SELECT count(*) FROM saved_searches") == 1
        assert db.rows("PRAGMA integrity_check") == [("ok",)]
