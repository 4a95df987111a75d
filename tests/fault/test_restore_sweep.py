"""Restore drills of vaults with a random past: each backup gives back what the vault was.

`python -m pytest tests/fault/test_restore_sweep.py -m slow --drills 50 --seed 1` takes so many
vaults; another seed makes others. What each was is found out before its backup is made, without it.
"""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from privatus.bootstrap import Vault
from privatus.core.backup import VerifyDepth
from support.kill import records_of, wrong_checks
from support.random_life import Moment, RandomLife, files_of


def _require_equal(life: RandomLife, moment: Moment, folder: Path) -> None:
    """Restore a backup with nothing but its place and the password; compare all of it."""
    Vault.restore(str(life.place), folder, life.password, backup_id=moment.backup_id)
    assert hashlib.sha256((folder / "vault.db").read_bytes()).hexdigest() == moment.database
    found = files_of(folder)
    assert {name: found.get(name) for name in moment.files} == moment.files
    with Vault.open(folder, life.password) as restored:
        assert restored.warnings == []
        assert dict(records_of(restored)) == moment.chats
        assert wrong_checks(restored) == []


def _drill(life: RandomLife, chance: random.Random) -> int:
    """Run a drill of each backup, by the password or the code; return how many rows they had."""
    rows = 0
    for moment in life.moments.values():
        secret = {"password": life.password}
        if chance.random() < 0.3:
            secret = {"password": None, "recovery_code": life.code}
        report = life.vault.backups.drill(life.destination, backup_id=moment.backup_id, **secret)
        assert report.problems == ()
        assert report.rows == sum(table.rows for table in moment.tables)
        rows += report.rows
    backups = {backup.id: backup for backup in life.vault.backups.backups(life.destination)}
    assert set(backups) == set(life.moments)
    for moment in life.moments.values():
        assert list(backups[moment.backup_id].tables) == sorted(
            moment.tables, key=lambda table: table.name
        )
        assert backups[moment.backup_id].proven_at_ms is not None
    return rows


def _sweep(folder: Path, count: int, seed: int) -> tuple[Counter[str], Counter[str]]:
    numbers: Counter[str] = Counter()
    done: Counter[str] = Counter()
    for number in range(count):
        chance = random.Random(f"{seed} {number}")
        life = RandomLife(folder / f"{number}", chance)
        for _ in range(chance.randint(2, 4)):
            life.live(chance.randint(3, 15))
            life.back_up()
        numbers["rows"] += _drill(life, chance)
        for moment in life.moments.values():
            _require_equal(life, moment, folder / f"{number}-{moment.backup_id}")
        report = life.vault.backups.verify(life.destination, VerifyDepth.DATA)
        assert report.problems == ()
        life.vault.lock()
        numbers["vaults"] += 1
        numbers["backups"] += len(life.moments)
        done += life.done
    return numbers, done


@pytest.mark.parametrize(
    "count", [pytest.param(2, id="some"), pytest.param(0, marks=pytest.mark.slow, id="many")]
)
def test_every_backup_of_a_vault_with_any_past_gives_back_what_it_was(
    scratch: Path, count: int, drills: int, seed: int, tell: Callable[[str], None]
) -> None:
    numbers, done = _sweep(scratch, count or drills, seed)
    happened = ", ".join(f"{name} {n}" for name, n in sorted(done.items()))
    tell(
        f"{numbers['vaults']} random vaults, {numbers['backups']} backups drilled, all equal:"
        f" {numbers['rows']:,} rows; what happened to them: {happened}"
    )
    assert numbers["vaults"] == (count or drills)
