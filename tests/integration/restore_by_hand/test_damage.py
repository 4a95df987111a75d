"""Whatever is damaged: the reader restores a backup that was made, or says that it cannot."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from support import backup_vectors
from support.headers import flip_bit
from support.restoring import Bench, contents


def _try(bench: Bench, path: Path, raw: bytes, whole: dict[str, dict[str, bytes]]) -> None:
    """Restore with *raw* in the place of what *path* holds."""
    genuine = path.read_bytes()
    path.write_bytes(raw)
    try:
        done = bench.run(backup_vectors.frozen()["password"], to=bench.folder / "new")
    finally:
        path.write_bytes(genuine)
    if done.code == 0:
        # Never anything but a backup that was made, and that one by its name.
        backup_id = done.said.split(" is the vault of ")[1].split()[0]
        assert contents(bench.folder / "new") == whole[backup_id]
        shutil.rmtree(bench.folder / "new")
    else:
        assert done.complaints[-1].startswith("error: ")
        assert not (bench.folder / "new").exists()


def _both_states(bench: Bench) -> dict[str, dict[str, bytes]]:
    states = {}
    for path in sorted(bench.repository.glob("snapshots/*")):
        backup_id = path.name[11:]
        secret = backup_vectors.frozen()["password"]
        assert bench.run(secret, "--backup", backup_id, to=bench.folder / "new").code == 0
        states[backup_id] = contents(bench.folder / "new")
        shutil.rmtree(bench.folder / "new")
    assert len(states) == 2
    return states


def _sweep(bench: Bench, cases: int) -> None:
    paths = bench.lay_out_frozen()
    whole = _both_states(bench)
    chance = random.Random(5)
    for number in range(cases):
        path = paths[number % len(paths)]
        raw = path.read_bytes()
        match number // len(paths) % 8:
            case 6:
                raw = raw[: chance.randrange(len(raw))]
            case 7:
                raw += chance.randbytes(chance.randrange(1, 40))
            case _:
                raw = flip_bit(raw, chance.randrange(8 * min(len(raw), chance.choice([60, 10**6]))))
        _try(bench, path, raw, whole)


def test_a_damaged_object_never_makes_another_vault(bench: Bench) -> None:
    _sweep(bench, 240)


@pytest.mark.slow
def test_no_damage_of_any_object_makes_another_vault(bench: Bench) -> None:
    _sweep(bench, 20_000)
