"""Whatever is damaged: the reader restores a backup that was made, or says that it cannot."""

from __future__ import annotations

import copy
import random
import shutil
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from privatus.backup.reading import ChunkReader
from privatus.backup.recovering import whole_index
from privatus.backup.restoring import restore_all
from privatus.core.errors import PrivatusError
from privatus.core.jobs import Job
from privatus.services.backups.restoring import restore
from support import backup_vectors, backup_writer
from support.backup_writer import Writer
from support.headers import HeaderVault, flip_bit
from support.imported import check_sentence
from support.own_backups import opened_by, restore_newest
from support.restoring import Bench, contents

States = dict[str, dict[str, bytes]]
Try = Callable[[Bench, States], None]


def _by_the_reader(bench: Bench, whole: States) -> None:
    """Restore; it is a backup that was made, and that one by its name, or it is an error."""
    done = bench.run(backup_vectors.frozen()["password"], to=bench.folder / "new")
    if done.code == 0:
        backup_id = done.said.split(" is the vault of ")[1].split()[0]
        assert contents(bench.folder / "new") == whole[backup_id]
        shutil.rmtree(bench.folder / "new")
    else:
        assert done.complaints[-1].startswith("error: ")
        assert not (bench.folder / "new").exists()


def _by_us(bench: Bench, whole: States, password: str | None = None) -> None:
    """Restore, as the reader does it, with our own code."""
    password = password or backup_vectors.frozen()["password"]
    try:
        with opened_by(bench.repository, password=password) as (repository, _):
            snapshots, _ = repository.snapshots()
            reader = ChunkReader(repository, whole_index(repository))
            for snapshot in snapshots:
                restore_all(reader, snapshot.manifest, bench.folder / "new", Job())
                assert contents(bench.folder / "new") == whole[snapshot.manifest.id]
                shutil.rmtree(bench.folder / "new")
    except PrivatusError as error:
        check_sentence(str(error))
        shutil.rmtree(bench.folder / "new", ignore_errors=True)


def _both_states(bench: Bench) -> States:
    states = {}
    for path in sorted(bench.repository.glob("snapshots/*")):
        backup_id = path.name[11:]
        secret = backup_vectors.frozen()["password"]
        assert bench.run(secret, "--backup", backup_id, to=bench.folder / "new").code == 0
        states[backup_id] = contents(bench.folder / "new")
        shutil.rmtree(bench.folder / "new")
    assert len(states) == 2
    return states


def _sweep(bench: Bench, restore: Try, cases: int) -> None:
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
        genuine = path.read_bytes()
        path.write_bytes(raw)
        restore(bench, whole)
        path.write_bytes(genuine)


@pytest.mark.parametrize("restore", [_by_the_reader, _by_us])
def test_a_damaged_object_never_makes_another_vault(bench: Bench, restore: Try) -> None:
    _sweep(bench, restore, 240)


@pytest.mark.slow
@pytest.mark.parametrize("restore", [_by_the_reader, _by_us])
def test_no_damage_of_any_object_makes_another_vault(bench: Bench, restore: Try) -> None:
    _sweep(bench, restore, 20_000)


@pytest.mark.parametrize(
    "name",
    ["keys/Thumbs.db", "index/desktop.ini", "snapshots/.DS_Store", "data/0a/Thumbs.db", "lost/x"],
)
def test_what_a_file_manager_leaves_there_is_passed_over(bench: Bench, name: str) -> None:
    bench.lay_out_frozen()
    whole = _both_states(bench)
    (bench.repository / name).parent.mkdir(exist_ok=True)
    (bench.repository / name).write_bytes(b"icons")

    assert bench.run(backup_vectors.frozen()["password"]).complaints == []
    with opened_by(bench.repository, password=backup_vectors.frozen()["password"]) as (ours, _):
        restored = restore_newest(ours, bench.folder / "new")
    assert contents(bench.folder / "new") == whole[restored.manifest.id]


@pytest.mark.parametrize("name", ["config", "keys", "index", "snapshots", "data"])
def test_an_object_of_any_size_does_not_fill_the_memory(bench: Bench, name: str) -> None:
    paths = bench.lay_out_frozen()
    whole = _both_states(bench)
    path = max(path for path in paths if path.relative_to(bench.repository).parts[0] == name)
    with path.open("r+b") as stream:
        stream.truncate(1 << 40)
    tracemalloc.start()

    done = bench.run(backup_vectors.frozen()["password"], to=bench.folder / "new")
    _by_us(bench, whole)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # The reader takes no look at the index.
    assert bool(done.complaints) == (name != "index")
    assert peak < 64 * 1024 * 1024


def test_a_file_that_a_backup_names_twice_is_refused(
    writer: Writer, made_up: HeaderVault, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue = backup_writer._NewChunks.catalogue
    monkeypatch.setattr(
        backup_writer._NewChunks,
        "catalogue",
        lambda new, files: catalogue(new, files) + catalogue(new, {"blobs/0a/0bcd": b"other"}),
    )
    writer.back_up(made_up.folder, 1)

    assert bench.run(to=bench.folder / "new").code == 1
    with (
        opened_by(bench.repository, password="old password") as (repository, _),
        pytest.raises(PrivatusError),
    ):
        restore_newest(repository, bench.folder / "new")


_ODD = (None, True, -1, 0, 2**63, 10**30, 1.5, "", "x", "..", "AAAA", [], {}, [[]], ["A" * 44])


def _odd(manifest: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """Return *manifest* with odd values in some places, at any depth."""
    odd = copy.deepcopy(manifest)
    for _ in range(chance.randrange(1, 3)):
        place: Any = odd
        key = chance.choice(sorted(odd))
        while isinstance(place[key], dict | list) and place[key] and chance.random() < 0.7:
            place = place[key]
            key = chance.choice(
                sorted(place) if isinstance(place, dict) else list(range(len(place)))
            )
        if key not in ("id", "sequence"):
            place[key] = chance.choice(_ODD)
    return odd


@pytest.mark.parametrize("seed", range(150))
def test_a_manifest_of_somebody_with_the_keys_does_no_harm(
    writer: Writer, made_up: HeaderVault, bench: Bench, seed: int
) -> None:
    backup_id = writer.back_up(made_up.folder, 1)
    (path,) = (bench.repository / "snapshots").iterdir()
    manifest = writer.read_manifest(path)
    path.unlink()
    writer.publish(_odd(manifest, random.Random(seed)))

    by_hand = bench.run(to=bench.folder / "by hand")
    if by_hand.code == 0:
        assert contents(bench.folder / "by hand") == contents(made_up.folder)
    else:
        assert by_hand.complaints[-1].startswith("error: ")
    _by_us(bench, {backup_id: contents(made_up.folder)}, "old password")
    # It goes on to open the database, which is none, whatever the manifest says.
    with pytest.raises(PrivatusError) as refused:
        restore(str(bench.repository), bench.folder / "ours", "old password")
    check_sentence(str(refused.value))
    assert sorted(path.name for path in bench.folder.glob("ours*")) == []
