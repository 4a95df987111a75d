"""The reader and our own code agree on a repository, whatever was backed up, dropped and pruned."""

from __future__ import annotations

import random
import shutil

import pytest

from privatus.backup.dropping import forget
from privatus.backup.pruning import prune
from privatus.backup.repairing import repair_index
from privatus.core.backup import BackupKind
from privatus.core.jobs import Job
from support.kept_backups import KeptBackups
from support.repositories import PASSWORD
from support.restoring import Bench, contents


@pytest.fixture
def kept(bench: Bench) -> KeptBackups:
    """Return backups whose repository is that of the bench."""
    kept = KeptBackups(bench.folder)
    salt = kept.vault.opened.database_salt
    kept.vault.database[: len(salt)] = salt
    return kept


def _step(kept: KeptBackups, chance: random.Random) -> None:
    match chance.randrange(8):
        case 0 if len(kept.held) > 1:
            dropped = chance.choice(sorted(kept.held))
            forget(kept.repository, [dropped])
            del kept.held[dropped]
        case 1:
            prune(kept.repository, job=Job(), waste_share=chance.random())
        case 2:
            kept.back_up(BackupKind.FULL)
        case 3:
            kept.place.delete(chance.choice(kept.names("index") or ["index/" + "0" * 32]))
            repair_index(kept.repository, Job())
        case _:
            # Not the first page, where the salt is.
            kept.vault.edit(chance.randrange(1, kept.pages))
            kept.vault.add_file(chance.randbytes(chance.choice([0, 1, 2000])))
            kept.back_up()


@pytest.mark.parametrize("seed", range(4))
def test_the_reader_lists_and_restores_just_what_is_kept(
    kept: KeptBackups, bench: Bench, seed: int
) -> None:
    chance = random.Random(seed)
    kept.back_up()
    for _ in range(14):
        _step(kept, chance)

    listed = bench.run(PASSWORD)

    assert listed.complaints == []
    assert {line.split()[0] for line in listed.said.splitlines()} == kept.held.keys()
    for backup_id, files in kept.held.items():
        done = bench.run(PASSWORD, "--backup", backup_id, to=bench.folder / "new")
        assert (done.code, done.complaints) == (0, [])
        assert contents(bench.folder / "new") == files == kept.restored(backup_id)
        shutil.rmtree(bench.folder / "new")
    assert kept.wrong() == []
    kept.repository.close()
