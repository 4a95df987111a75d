"""Every bit of every object of a repository counts: one that is flipped is found, and named.

`-m slow --flips 100000 --seed 7` flips so many, spread over all objects alike.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from privatus.backup import members
from privatus.backup.dropping import forget, pin
from privatus.backup.layout import pack_name
from privatus.backup.locks import LockKind, held
from privatus.backup.packs import seal_pack
from privatus.backup.repository import Repository
from privatus.backup.verifying import KnownBackup, verify
from privatus.core.backup import VerifyDepth, VerifyReport
from privatus.core.contact import PublicKeys
from privatus.core.jobs import Job
from privatus.vault import member_key
from support.kept_backups import KeptBackups
from support.memory_destination import MemoryDestination
from support.repositories import SIGNER

# Where the fields of every object's beginning and end lie.
_EDGE_BYTES = 48
_PARTS = 40


class _Objects:
    """A repository in memory with an object of each kind."""

    def __init__(self, scratch: Path) -> None:
        kept = KeptBackups(scratch, pages=4)
        chance = random.Random(1)
        backups = [kept.back_up(), kept.grow(chance), kept.grow(chance)]
        forget(kept.repository, [backups[1].manifest.id])
        pin(kept.repository, backups[0].manifest.id, "stays")
        _give_to_a_member(kept)
        keys = kept.repository.keys
        pack, raw = seal_pack(keys, [(keys.chunk_id(1, b"of no backup"), 1, b"of no backup")])
        kept.place.put(pack_name(pack.id), raw)
        memory = MemoryDestination()
        with held(kept.repository, LockKind.SHARED):
            for name in kept.names():
                memory.put(name, kept.place.get(name))
        self.memory = memory
        self.repository = Repository(memory, kept.repository.config, kept.repository.keys)
        self._kept = kept
        self._known: tuple[KnownBackup, ...] = tuple(
            replace(one, is_pinned=one.sequence == 1) for one in kept.known()
        )
        self.names = sorted(memory.objects)

    def verify(self) -> VerifyReport:
        return verify(
            self.repository,
            VerifyDepth.DATA,
            side=self._kept.vault.side,
            known=self._known,
            signer=SIGNER,
            job=Job(),
        )

    def size(self, name: str) -> int:
        return len(self.memory.objects[name][0])

    def names_said(self, name: str, change: Callable[[bytes], bytes]) -> set[str]:
        """Return the names of objects that are told of when this one is changed."""
        raw, at_ms = self.memory.objects[name]
        self.memory.objects[name] = change(raw), at_ms
        try:
            return {problem.name for problem in self.verify().problems}
        finally:
            self.memory.objects[name] = raw, at_ms


@pytest.fixture(scope="module")
def objects(memory: Path) -> _Objects:
    return _Objects(memory / "flips")


def _give_to_a_member(kept: KeptBackups) -> None:
    private = Ed25519PrivateKey.generate()
    keys = PublicKeys(
        signing=private.public_key().public_bytes_raw(),
        exchange=X25519PrivateKey.generate().public_key().public_bytes_raw(),
    )
    vault_keys = kept.vault.side.vault_keys
    members.give(
        kept.repository,
        lambda place: member_key.make(place, vault_keys, keys, keys, private.sign),
    )


def _flipped(bit: int) -> Callable[[bytes], bytes]:
    def change(raw: bytes) -> bytes:
        changed = bytearray(raw)
        changed[bit // 8] ^= 1 << bit % 8
        return bytes(changed)

    return change


def _sample(size: int, chance: random.Random) -> Iterator[int]:
    """Yield a bit of each byte where fields lie, and some in between."""
    for at in range(size):
        if at < _EDGE_BYTES or at >= size - _EDGE_BYTES or chance.random() < 20 / size:
            yield 8 * at + chance.randrange(8)


def test_there_is_an_object_of_each_kind_and_all_are_whole(objects: _Objects) -> None:
    folders = {name.partition("/")[0] for name in objects.names}
    assert folders == {
        *("config", "data", "index", "keys", "locks", "pins", "snapshots", "tombstones")
    }
    assert any("member-" in name for name in objects.names)
    report = objects.verify()
    assert report.problems == ()
    assert len(report.unused) == 1


def test_a_flipped_bit_is_found_and_its_object_named(objects: _Objects) -> None:
    chance = random.Random(4)
    unseen = [
        (name, bit)
        for name in objects.names
        for bit in _sample(objects.size(name), chance)
        if name not in objects.names_said(name, _flipped(bit))
    ]
    assert unseen == []


@pytest.mark.parametrize("change", [lambda raw: raw[:-1], lambda raw: raw + b"\0", lambda _: b""])
def test_an_object_that_is_cut_short_or_grown_is_found(
    objects: _Objects, change: Callable[[bytes], bytes]
) -> None:
    for name in objects.names:
        assert name in objects.names_said(name, change)


@pytest.fixture(scope="module")
def named() -> Counter[str]:
    """Return how many flips in objects of which kind were found so far."""
    return Counter()


# In parts, as a single test of so many would be taken for one that hangs.
@pytest.mark.slow
@pytest.mark.parametrize("part", range(_PARTS))
def test_every_flipped_bit_is_found(
    objects: _Objects,
    named: Counter[str],
    part: int,
    flips: int,
    seed: int,
    tell: Callable[[str], None],
) -> None:
    chance = random.Random(seed * _PARTS + part)
    unseen = []
    for number in range(part, flips, _PARTS):
        name = objects.names[number % len(objects.names)]
        bit = chance.randrange(8 * objects.size(name))
        if name in objects.names_said(name, _flipped(bit)):
            named[name.partition("/")[0]] += 1
        else:
            unseen.append((name, bit))
    if part == _PARTS - 1:
        tell(
            f"{flips:,} flipped bits in {len(objects.names)} objects (seed {seed}):"
            f" {named.total():,} found and named; {dict(named)}"
        )
    assert unseen == []
