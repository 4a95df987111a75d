"""Making, pruning and restoring backups, killed at each step: what was reported complete is there.

strace plants the kills at calls that write. With `-m slow --kills 1000 --seed 7` there are so many,
over all three; what the threads of a backup have done by then is chance.
"""

from __future__ import annotations

import random
import shutil
import signal
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

import pytest

from privatus.backup.dropping import forget
from privatus.backup.pruning import prune
from privatus.core.jobs import Job
from support import syscall_faults
from support.kept_backups import Files, KeptBackups
from support.kill import WRITES
from support.syscall_faults import Call, require_strace, run_killed_at

_SCRIPT = """
import os
from pathlib import Path

from privatus.backup.dropping import forget
from privatus.backup.pruning import prune
from privatus.core.jobs import Job
from support.kept_backups import KeptBackups

kept = KeptBackups.reopened(Path({scratch!r}))
os.writev(1, [b"ready\\n"])
{work}
os.writev(1, [b"done\\n"])
"""
_WORK = {
    "create": "kept.back_up()",
    "prune": "forget(kept.repository, {dropped!r}); prune(kept.repository, job=Job())",
    "restore": "kept.restored({newest!r})",
}


_PARTS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class _Base:
    """A vault with backups that is copied for each kill, and what they hold."""

    folder: Path
    held: dict[str, Files]
    dropped: list[str]
    now: Files  # what the next backup holds

    def script(self, work: str, scratch: Path) -> str:
        newest = list(self.held)[-1]
        said = _WORK[work].format(dropped=self.dropped, newest=newest)
        return _SCRIPT.format(scratch=str(scratch), work=said)

    def copy(self, to: Path) -> Path:
        return shutil.copytree(self.folder, to)


@pytest.fixture(scope="module")
def base(memory: Path) -> _Base:
    """Return four backups, two of them to be dropped, and changes that are in none.

    Of the packs one goes, one is written anew, and others stay.
    """
    require_strace()
    chance = random.Random(2)
    kept = KeptBackups(memory / "backups", pages=12)
    kept.back_up()
    for page in (0, 4, 8):
        kept.vault.edit(page)
    kept.vault.add_file(b"a" * 30_000)
    kept.back_up()
    kept.grow(chance)
    kept.grow(chance)
    first, _, third, _ = kept.held
    dropped = [first, third]
    kept.vault.edit(2)
    kept.vault.add_file(b"new")
    kept.save()
    return _Base(folder=kept.scratch, held=dict(kept.held), dropped=dropped, now=kept.files())


def _calls(base: _Base, work: str, scratch: Path) -> list[Call]:
    script = base.script(work, base.copy(scratch / "traced"))
    found = syscall_faults.calls(script, ("writev", *WRITES), scratch / "calls", start="ready")
    shutil.rmtree(scratch / "traced")
    return [call for call in found if call.name != "writev"]


def _require_kept(kept: KeptBackups, held: dict[str, Files], gone: Collection[str]) -> None:
    """Check that the backups in *held*, without those in *gone*, are there and whole."""
    snapshots, problems = kept.repository.snapshots()
    there = {one.manifest.id for one in snapshots}
    assert problems == []
    assert set(held) - set(gone) <= there
    # A backup whose dropping was broken off is named, and nothing else is.
    wrong = kept.verify().problems
    assert {one.name[-32:] for one in wrong} <= set(gone), wrong
    for backup_id in there & set(held):
        assert kept.restored(backup_id) == held[backup_id]


def _look_after(base: _Base, work: str, scratch: Path, is_done: bool) -> str:
    """Check what a kill has left, and that all work goes on; return what was found."""
    kept = KeptBackups.reopened(scratch)
    kept.age_locks()
    held, gone = dict(base.held), base.dropped if work == "prune" else []
    new = {one.manifest.id for one in kept.repository.snapshots()[0]} - set(held)
    assert len(new) <= (work == "create")
    assert new or work != "create" or not is_done
    held |= dict.fromkeys(new, base.now)
    shutil.rmtree(scratch / "restored", ignore_errors=True)
    left = {one.manifest.id for one in kept.repository.snapshots()[0]} & set(gone)
    _require_kept(kept, held, gone)
    # The next backup and the next prune work.
    again = kept.back_up()
    held[again.manifest.id] = base.now
    forget(kept.repository, base.dropped)
    prune(kept.repository, job=Job())
    for backup_id in base.dropped:
        del held[backup_id]
    _require_kept(kept, held, ())
    assert kept.wrong() == kept.names("locks") == []
    return "the new one" if new else "some" if 0 < len(left) < len(gone) else "all or none"


def _kill(base: _Base, work: str, call: Call, scratch: Path) -> tuple[bool, str]:
    """Kill *work* at a call; say whether it died there, and what was found afterwards."""
    folder = base.copy(scratch / "killed")
    done = run_killed_at(base.script(work, folder), call)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    found = _look_after(base, work, folder, "done" in done.stdout)
    shutil.rmtree(folder)
    return done.returncode != 0, found


@pytest.mark.parametrize("work", list(_WORK))
def test_no_backup_is_lost_to_a_kill(base: _Base, scratch: Path, work: str) -> None:
    calls = _calls(base, work, scratch)
    step = max(1, len(calls) // 8)
    # Names are given and taken in few calls, and these are what counts.
    chosen = calls[::step] + [call for call in calls if call.name.startswith("link")][-2:]
    died = [_kill(base, work, call, scratch)[0] for call in chosen]
    assert sum(died) > len(chosen) / 2


@pytest.fixture(scope="module")
def found() -> dict[str, Counter[str]]:
    """Return what kills of each work have left so far."""
    return {work: Counter() for work in _WORK}


# In parts, as a single test of so many would be taken for one that hangs.
@pytest.mark.slow
@pytest.mark.parametrize("part", range(_PARTS))
@pytest.mark.parametrize("work", list(_WORK))
def test_no_backup_is_lost_to_any_kill(
    base: _Base,
    scratch: Path,
    found: dict[str, Counter[str]],
    work: str,
    part: int,
    kills: int,
    seed: int,
    tell: Callable[[str], None],
) -> None:
    chance = random.Random(f"{seed} {work} {part}")
    calls = _calls(base, work, scratch)
    names = sorted({call.name for call in calls})
    # All parts of all works together are as many as were asked for.
    place = list(_WORK).index(work) * _PARTS + part
    left = len(range(place, kills, _PARTS * len(_WORK)))
    while left:
        # By name first: there are many writes to one link.
        name = chance.choice(names)
        call = chance.choice([call for call in calls if call.name == name])
        has_died, state = _kill(base, work, call, scratch)
        if has_died:
            found[work][state] += 1
            left -= 1
    if part == _PARTS - 1:
        told = found[work]
        tell(f"{told.total()} kills of {work} (seed {seed}), no backup lost: {dict(told)}")
