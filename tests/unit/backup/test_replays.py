"""Whoever can write to a destination can put back what was there, and verifying tells."""

from __future__ import annotations

import random
import shutil
from dataclasses import replace

import pytest

from privatus.backup.dropping import forget, pin, unpin
from privatus.backup.pruning import prune
from privatus.backup.repository import Repository
from privatus.core.backup import VerifyDepth
from privatus.core.errors import UserError
from privatus.core.jobs import Job
from privatus.core.secret import SecretBytes
from privatus.vault import unlock
from privatus.vault.kdf import KdfParameters
from support.kept_backups import KeptBackups
from support.repositories import PASSWORD, FakeVault

_CHANCE = random.Random(5)
LIST, STRUCTURE, DATA = VerifyDepth.LIST, VerifyDepth.STRUCTURE, VerifyDepth.DATA


def test_an_old_manifest_that_is_put_back_is_told_by_its_tombstone(kept: KeptBackups) -> None:
    first, _ = kept.back_up(), kept.grow(_CHANCE)
    raw = kept.place.get(first.name)
    forget(kept.repository, [first.manifest.id])
    prune(kept.repository, job=Job())
    assert kept.wrong() == []

    kept.place.put(first.name, raw)

    assert kept.wrong(LIST) == [first.name]
    assert first.manifest.id not in [one.manifest.id for one in kept.repository.snapshots()[0]]
    prune(kept.repository, job=Job())
    assert kept.wrong() == []


def test_an_old_manifest_without_its_tombstone_is_told_by_the_vault(kept: KeptBackups) -> None:
    first, _ = kept.back_up(), kept.grow(_CHANCE)
    known = kept.known()
    before = shutil.copytree(kept.folder, kept.scratch / "before")
    forget(kept.repository, [first.manifest.id])

    shutil.rmtree(kept.folder)
    before.rename(kept.folder)

    assert kept.wrong(LIST) == []
    mirror = [replace(known[0], was_dropped=True), known[1]]
    assert kept.wrong(LIST, *mirror) == [first.name]


def test_the_newest_manifest_that_is_removed_is_told_by_the_vault(kept: KeptBackups) -> None:
    _, second = kept.back_up(), kept.grow(_CHANCE)
    known = kept.known()

    kept.place.delete(second.name)

    assert kept.wrong(LIST) == []
    (problem,) = kept.verify(LIST, known=known).problems
    assert (problem.name, problem.backups) == (second.name, (second.manifest.id,))


@pytest.mark.parametrize("number", [0, 1])
def test_an_earlier_manifest_that_is_removed_is_told_by_the_next(
    kept: KeptBackups, number: int
) -> None:
    backups = [kept.back_up(), kept.grow(_CHANCE), kept.grow(_CHANCE)]
    gone = backups[number]

    kept.place.delete(gone.name)

    (problem,) = kept.verify(LIST).problems
    assert gone.manifest.id in problem.name
    assert problem.backups == (gone.manifest.id,)
    assert kept.wrong(LIST, *kept.known()) == [problem.name]


def test_a_tombstone_that_is_removed_is_told_by_the_next(kept: KeptBackups) -> None:
    first, second = kept.back_up(), kept.grow(_CHANCE)
    for one in (first, second):
        forget(kept.repository, [one.manifest.id])
    kept.back_up()
    for one in (first, second):
        name = f"tombstones/{one.manifest.id}"
        raw = kept.place.get(name)
        kept.place.delete(name)
        (problem,) = kept.verify(LIST).problems
        assert one.manifest.id in problem.name
        kept.place.put(name, raw)


def test_packs_that_are_swapped_are_both_told(kept: KeptBackups) -> None:
    kept.back_up()
    for page in (0, 4):
        kept.vault.edit(page)
        kept.back_up()
    packs = sorted(kept.place.list("data"), key=lambda one: one.size_bytes)
    assert packs[0].size_bytes == packs[1].size_bytes  # the index does not tell them apart
    one, other = packs[0].name, packs[1].name

    kept.move(one, "swapped")
    kept.move(other, one)
    kept.move("swapped", other)

    assert kept.wrong() == sorted([one, other])


def test_a_pack_under_another_name_is_told(kept: KeptBackups) -> None:
    kept.back_up()
    (pack,) = kept.names("data")
    another = "data/ff/ff" + "0" * 62
    kept.move(pack, another)
    assert kept.wrong(STRUCTURE) == [pack]
    assert kept.wrong(DATA) == sorted([pack, another])


def test_an_index_that_is_replaced_by_an_older_one_is_told(kept: KeptBackups) -> None:
    first = kept.back_up()
    (old,) = kept.names("index")
    raw = kept.place.get(old)
    for page in range(0, kept.pages, 4):
        kept.vault.edit(page)
    second = kept.back_up()
    forget(kept.repository, [first.manifest.id])
    prune(kept.repository, job=Job())
    (new,) = kept.names("index")
    now = kept.place.get(new)
    assert kept.wrong() == []

    # Under its own name beside the new one it does not count,
    kept.place.put(old, raw)
    assert kept.wrong() == []
    # in place of the new one it names packs that are gone,
    kept.place.delete(new)
    assert second.name in kept.wrong(STRUCTURE)
    # and under the name of the new one it does not open.
    kept.place.put(new, raw)
    assert new in kept.wrong(STRUCTURE)
    kept.place.delete(new)
    kept.place.delete(old)
    kept.place.put(new, now)
    assert kept.wrong() == []


def test_the_key_object_of_an_earlier_password_is_told(kept: KeptBackups) -> None:
    kept.back_up()
    (name,) = kept.names("keys")
    raw = kept.place.get(name)
    _change_password(kept.vault)
    kept.repository = kept.vault.repository(kept.place)
    assert name not in kept.names("keys")
    assert kept.wrong() == []

    kept.place.put(name, raw)
    kept.repository = Repository.open_own(kept.place, kept.vault.side)

    (problem,) = kept.verify(LIST).problems
    assert problem.name == name
    assert "former password" in problem.what
    # The next backup takes it away.
    kept.vault.repository(kept.place)
    assert kept.wrong() == []


def test_the_key_object_of_another_vault_is_told(kept: KeptBackups) -> None:
    other = KeptBackups(kept.scratch / "other")
    (name,) = other.names("keys")
    kept.place.put(name, other.place.get(name))
    assert kept.wrong(LIST) == [name]


def test_another_config_is_told(kept: KeptBackups) -> None:
    other = KeptBackups(kept.scratch / "other")
    kept.place.delete("config")
    assert kept.wrong(LIST) == ["config"]
    kept.place.put("config", other.place.get("config"))
    assert kept.wrong(LIST) == ["config"]


def test_a_number_that_anybody_made_up_does_not_hide_the_backups_after_it(
    kept: KeptBackups,
) -> None:
    kept.back_up()
    made_up = "snapshots/9999999999-" + "0" * 32
    kept.place.put(made_up, b"of nobody")
    kept.back_up()
    assert kept.wrong(LIST) == [made_up]

    forget(kept.repository, ["0" * 32])
    kept.back_up()

    snapshots, _ = kept.repository.snapshots()
    assert {one.manifest.id for one in snapshots} == set(kept.held)
    assert [one.manifest.sequence for one in snapshots] == [1, 2, 3]
    assert kept.wrong() == []


def test_a_pin_that_is_taken_away_is_told_by_the_vault(kept: KeptBackups) -> None:
    first = kept.back_up()
    pin(kept.repository, first.manifest.id)
    (known,) = kept.known()
    pinned = replace(known, is_pinned=True)
    assert kept.wrong(LIST, pinned) == []
    unpin(kept.repository, first.manifest.id)
    assert kept.wrong(LIST, pinned) == [f"pins/{first.manifest.id}"]


def test_objects_of_another_repository_are_told(kept: KeptBackups) -> None:
    kept.back_up()
    other = KeptBackups(kept.scratch / "other")
    other.back_up()
    foreign = [name for folder in ("snapshots", "index", "data") for name in other.names(folder)]
    for name in foreign:
        kept.place.put(name, other.place.get(name))
    assert kept.wrong() == sorted(foreign)


def test_backups_that_no_password_opens_are_harmed(kept: KeptBackups) -> None:
    backup = kept.back_up()
    (name,) = kept.names("keys")
    raw = kept.place.get(name)
    kept.flip(name, 300)
    harm = {one.name: one.backups for one in kept.verify(LIST).problems}
    assert harm == {name: (), "keys": (backup.manifest.id,)}
    kept.place.delete(name)
    assert kept.wrong(LIST) == ["keys"]
    kept.place.put(name, raw)
    assert kept.wrong() == []


def test_looking_at_a_repository_makes_none(kept: KeptBackups) -> None:
    kept.place.delete("config")
    with pytest.raises(UserError, match="no backups"):
        Repository.open_own(kept.place, kept.vault.side)
    assert "config" not in kept.names()


def _change_password(vault: FakeVault) -> None:
    with SecretBytes.from_text(PASSWORD) as password, SecretBytes.from_text("another") as new:
        opened = unlock.unlock(vault.folder, password)
        unlock.change_password(vault.folder, opened, new, KdfParameters.for_tests())
