"""Archiving that is killed at any point leaves each chat in one place, whole."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from privatus.bootstrap import Vault
from privatus.core.archives import ArchiveWish
from support.curated import all_rows, curate, row_ids
from support.kill import calls_that_write, wrong_checks
from support.syscall_faults import Call, require_strace, run_failing_at, run_killed_at
from support.vaults import PASSWORD, ScratchVault

_SCRIPT = """
import os

from privatus.bootstrap import Vault
from privatus.core.archives import ArchiveWish
from privatus.core.errors import PrivatusError

with Vault.open({vault!r}, "several random words") as vault:
    os.writev(1, [b"ready\\n"])
    try:
        {what}
        os.writev(1, [b"done\\n"])
    except PrivatusError as error:
        os.writev(1, [type(error).__name__.encode(), b"\\n"])
"""
_OUT = "vault.archives.create(ArchiveWish(row_ids={ids}, with_marked=True))"
_BACK = "vault.archives.bring_back({ids})"
_COUNTS = [8, pytest.param(60, marks=pytest.mark.slow, id="many calls")]


class Base:
    """A vault, locked, with and without some chats archived; and what is in it."""

    def __init__(self, folder: Path) -> None:
        require_strace()
        vault = ScratchVault.create(folder / "there")
        ids = curate(vault)
        vault.reopen()
        # A hybrid takes its sources along. More would take longer and hit nothing else.
        [(hybrid,)] = vault.vault._store._reader.rows(
            "SELECT DISTINCT conversation_id FROM chat_sources WHERE kind = 'merge'"
        )
        self.ids = [ids["with-files"], hybrid, ids["plain"]]
        self.rows = all_rows(vault)
        self.count = len(row_ids(vault))
        vault.vault.lock()
        self.there = vault.folder
        self.away = shutil.copytree(self.there, folder / "away")
        with Vault.open(self.away, PASSWORD) as opened:
            opened.archives.create(ArchiveWish(row_ids=self.ids, with_marked=True))

    def state(self, folder: Path) -> str:
        """Open what a crash has left, hold it against what was there, return where that is."""
        vault = ScratchVault(folder, Vault.open(folder, PASSWORD))
        try:
            assert wrong_checks(vault.vault) == []
            assert vault.vault.archives.verify()[1] == []
            away = [chat.row_id for chat in vault.vault.archives.list()]
            there = list(row_ids(vault).values())
            assert len({*away, *there}) == len(away) + len(there) == self.count
            assert len(list(folder.glob("archives/*"))) == len(away)
            if away:
                vault.vault.archives.bring_back(away)
            found = all_rows(vault)
            assert {name for name in found if found[name] != self.rows[name]} == set()
        finally:
            vault.vault.lock()
        return "away" if away else "there"


@pytest.fixture(scope="module")
def base(memory: Path) -> Base:
    return Base(memory / "archives")


def _script(what: str, base: Base) -> str:
    # What is in braces otherwise is filled in for each vault.
    line = {"out": _OUT, "back": _BACK}[what].format(ids=base.ids)
    return _SCRIPT.replace("{what}", line)


def _calls(script: str, folder: Path, scratch: Path, count: int) -> list[Call]:
    found = [call for call in calls_that_write(script, folder, scratch) if call.name != "writev"]
    return found[:: max(1, len(found) // count)]


@pytest.mark.parametrize("what", ["out", "back"])
@pytest.mark.parametrize("count", _COUNTS)
def test_a_kill_leaves_each_chat_in_one_place_and_whole(
    base: Base, scratch: Path, what: str, count: int
) -> None:
    script, states = _script(what, base), Counter[str]()
    start, end = (base.there, "away") if what == "out" else (base.away, "there")

    for call in _calls(script, start, scratch, count):
        vault = shutil.copytree(start, scratch / "vault")
        killed = run_killed_at(script.format(vault=str(vault)), call)
        state = base.state(vault)
        assert state == end or "done" not in killed.stdout, call
        states[state] += 1
        shutil.rmtree(vault)

    assert states["there"]
    assert states["away"]


@pytest.mark.parametrize("what", ["out", "back"])
@pytest.mark.parametrize("error", ["ENOSPC", "EIO"])
@pytest.mark.parametrize("count", [4, pytest.param(60, marks=pytest.mark.slow, id="many calls")])
def test_a_disk_that_refuses_leaves_each_chat_in_one_place_and_whole(
    base: Base, scratch: Path, what: str, error: str, count: int
) -> None:
    script = _script(what, base)
    start, end = (base.there, "away") if what == "out" else (base.away, "there")

    for call in _calls(script, start, scratch, count):
        vault = shutil.copytree(start, scratch / "vault")
        done = run_failing_at(script.format(vault=str(vault)), call, error)
        state = base.state(vault)
        assert state == end or "done" not in done.stdout, call
        shutil.rmtree(vault)


@pytest.mark.parametrize("count", [5, pytest.param(60, marks=pytest.mark.slow, id="many calls")])
def test_a_kill_on_the_way_to_a_destination_leaves_each_chat_in_one_place(
    base: Base, scratch: Path, count: int
) -> None:
    disk, states = scratch / "disk", Counter[str]()
    out = "vault.archives.create(ArchiveWish(row_ids={ids}, with_marked=True), where={disk!r})"
    script = _SCRIPT.replace("{what}", out.format(ids=base.ids, disk=str(disk)))
    calls = _calls(script, base.there, scratch, count)

    for call in calls:
        shutil.rmtree(disk, ignore_errors=True)
        vault = shutil.copytree(base.there, scratch / "vault")
        killed = run_killed_at(script.format(vault=str(vault)), call)
        states[_state_with(base, vault, disk)] += 1
        assert states["away"] or "done" not in killed.stdout, call
        shutil.rmtree(vault)

    assert states["there"]
    assert states["away"]


def _state_with(base: Base, folder: Path, disk: Path) -> str:
    """Do what `Base.state` does, and see that nothing is left on the disk but what is needed."""
    with Vault.open(folder, PASSWORD) as vault:
        # Nothing is as old as that: only what a crash has left is put right.
        vault.archives.create(ArchiveWish(changed_before_ms=0), where=str(disk))
        away = len(vault.archives.list())
        assert len(list(disk.glob("archives/*.0"))) == away
        assert vault.archives.verify() == (away, [])
        assert list(folder.glob("archives/*")) == []
        if away:
            vault.archives.bring_back([chat.row_id for chat in vault.archives.list()])
            assert list(disk.glob("archives/*")) == []
    assert base.state(folder) == "there"
    return "away" if away else "there"
