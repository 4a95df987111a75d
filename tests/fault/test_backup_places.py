"""Places that fail, lie and disappear: a backup is complete and whole, or was not reported so."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from privatus.backup.creating import create
from privatus.backup.destinations.port import Destination
from privatus.backup.destinations.retrying import Retrying
from privatus.backup.dropping import forget
from privatus.backup.pruning import prune
from privatus.backup.repository import Repository
from privatus.backup.verifying import verify
from privatus.core.backup import BackupKind, VerifyDepth
from privatus.core.errors import DeviceError, TamperedError, UserError
from privatus.core.jobs import Job
from support.faulty import Faults, Faulty
from support.kept_backups import Files, KeptBackups, restored
from support.memory_destination import MemoryDestination
from support.repositories import SIGNER, FakeVault, sign
from support.syscall_faults import start

_FAULTS = {
    "errors": Faults(errors=0.05, timeouts=0.05),
    "lost answers": Faults(lost_answers=0.1),
    "lost writes": Faults(lost_writes=0.05),
    "repeated writes": Faults(repeated_writes=0.2),
    "short reads": Faults(short_reads=0.05),
    "lists that lag": Faults(lagging_lists=0.3, lag_calls=40),
    "all of it": Faults(
        errors=0.02, timeouts=0.02, lost_answers=0.02, repeated_writes=0.05, short_reads=0.01
    ),
}


_BACK_UP = """
from pathlib import Path

from support.kept_backups import KeptBackups

kept = KeptBackups.reopened(Path({scratch!r}))
print("ready", flush=True)
input()
print(kept.back_up().manifest.id, flush=True)
"""


class _Place:
    """A vault whose backups go to a faulty place; knows what was reported complete."""

    def __init__(self, scratch: Path, seed: int) -> None:
        self.vault = FakeVault(scratch / "vault", bytearray(random.Random(seed).randbytes(96_000)))
        self.scratch = scratch
        self.memory = MemoryDestination()
        self.held: dict[str, Files] = {}
        self.done: Counter[str] = Counter()
        self.opened().close()

    def opened(self, through: Destination | None = None) -> Repository:
        return self.vault.repository(through or self.memory)

    def files(self) -> Files:
        blobs = (path for path in self.vault.folder.glob("blobs/*/*"))
        found = {p.relative_to(self.vault.folder).as_posix(): p.read_bytes() for p in blobs}
        return found | {"vault.db": bytes(self.vault.database)}

    def work(self, through: Destination, chance: random.Random) -> None:
        """Back up, drop and prune, as far as the place lets it."""
        self.vault.edit(chance.randrange(len(self.vault.database) // 8192))
        self.vault.add_file(chance.randbytes(100))
        kind = chance.choice(list(BackupKind))
        try:
            repository = self.opened(through)
            snapshot = create(repository, self.vault.source, kind, sign, Job())
            self.held[snapshot.manifest.id] = self.files()
            self.done["backups"] += 1
            if chance.random() < 0.5:
                goes = chance.choice(list(self.held))
                self.held.pop(goes)
                forget(repository, [goes], staying=list(self.held))
                prune(repository, job=Job(), staying=list(self.held))
                self.done["prunes"] += 1
        except (DeviceError, TamperedError, UserError) as error:
            self.done[type(error).__name__] += 1
        # Nobody is at work any more; what fails leaves its lock behind.
        for entry in self.memory.list("locks"):
            self.memory.delete(entry.name)

    def require_whole(self) -> None:
        """Check at the place itself that all that was reported is there and comes back."""
        repository = self.opened()
        there = {one.manifest.id for one in repository.snapshots()[0]}
        assert set(self.held) <= there
        report = verify(
            repository, VerifyDepth.DATA, side=self.vault.side, signer=SIGNER, job=Job()
        )
        harmed = {one for problem in report.problems for one in problem.backups}
        assert not harmed & set(self.held), report.problems
        for backup_id, files in self.held.items():
            assert restored(repository, backup_id, self.scratch / "restored") == files


def _sweep(scratch: Path, faults: Faults, seed: int, rounds: int, with_retries: bool) -> _Place:
    place = _Place(scratch / f"{seed}", seed)
    chance = random.Random(seed)
    faulty: Destination = Faulty(place.memory, faults, seed=seed)
    for _ in range(rounds):
        place.work(Retrying(faulty, sleep=lambda _: None) if with_retries else faulty, chance)
        place.require_whole()
    shutil.rmtree(place.scratch)
    return place


@pytest.mark.parametrize("with_retries", [True, False], ids=["again", "once"])
@pytest.mark.parametrize("which", list(_FAULTS))
def test_what_was_reported_complete_is_there_whatever_the_place_does(
    scratch: Path, which: str, with_retries: bool
) -> None:
    place = _sweep(scratch, _FAULTS[which], 11, 6, with_retries)
    # Who does not try again gets through now and then only.
    assert place.done["backups"] > 0 or not with_retries


@pytest.mark.slow
@pytest.mark.parametrize("which", list(_FAULTS))
def test_what_was_reported_complete_is_there_after_many_faults(
    scratch: Path, which: str, seed: int, tell: Callable[[str], None]
) -> None:
    done: Counter[str] = Counter()
    for number in range(30):
        done += _sweep(scratch, _FAULTS[which], seed * 100 + number, 10, number % 2 == 0).done
    tell(f"places with {which} (seed {seed}), no backup lost: {dict(done)}")


@pytest.mark.parametrize("calls", [3, 8, 12, 16, 20, 24, 28, 40])
def test_a_disk_that_is_pulled_out_costs_no_backup(scratch: Path, calls: int) -> None:
    place = _Place(scratch, 5)
    chance = random.Random(calls)
    place.work(place.memory, random.Random(1))
    place.work(Faulty(place.memory, Faults(pull_out_after=calls), seed=1), chance)
    place.require_whole()
    place.work(place.memory, chance)
    place.require_whole()
    assert place.done["backups"] >= 2


@pytest.mark.parametrize("kilobytes", [0, 1, 40, 98, 99])
def test_a_full_disk_costs_no_backup(scratch: Path, kilobytes: int) -> None:
    place = _Place(scratch, 5)
    chance = random.Random(kilobytes)
    place.work(place.memory, random.Random(1))
    full = Faulty(place.memory, Faults(full_after_bytes=kilobytes * 1000), seed=1)
    place.work(full, chance)
    place.require_whole()
    assert place.done["DestinationFullError"] == (full.met["full"] > 0)
    place.work(place.memory, chance)
    place.require_whole()


def test_two_programs_that_back_up_at_once_make_two_whole_backups(tmp_path: Path) -> None:
    kept = KeptBackups(tmp_path)
    kept.back_up()
    kept.vault.edit(3)
    kept.save()
    started = [start(_BACK_UP.format(scratch=str(tmp_path))) for _ in range(3)]
    for child in started:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == "ready"
    for child in started:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    ids = []
    for child in started:
        said, errors = child.communicate()
        assert child.returncode == 0, errors
        ids.append(said.strip())
    kept.held |= dict.fromkeys(ids, kept.files())

    assert kept.verify().problems == ()
    assert {one.manifest.id for one in kept.repository.snapshots()[0]} == set(kept.held)
    for backup_id, files in kept.held.items():
        assert kept.restored(backup_id) == files
    # The next one comes after all of them, whoever was first.
    after = kept.back_up()
    sequences = [one.manifest.sequence for one in kept.repository.snapshots()[0]]
    assert after.manifest.sequence == max(sequences[:-1]) + 1
    forget(kept.repository, ids)
    prune(kept.repository, job=Job())
    assert kept.wrong() == kept.names("locks") == []
