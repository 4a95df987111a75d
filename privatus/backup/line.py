"""The line of backups: which one is the newest, and after which ones the next comes.

There may be thousands of manifests, and of tombstones ever more. Each backup asks, so none but the
last ones are read: what is older was named long ago by one that came after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

from privatus.backup import layout
from privatus.backup.destinations.port import Entry, NotThereError
from privatus.backup.manifest import Parent
from privatus.backup.marks import Tombstone
from privatus.backup.repository import Repository, Snapshot
from privatus.core.errors import TamperedError

# Numbers before the highest that are read: a computer may sleep over so many backups of another
# one between asking for its number and publishing, and is named all the same.
LOOKED_BACK = 100
# Anybody can give an object a name: a number that no line of backups gets to is none, or the ten
# digits that there are for it would soon be used up, and what comes next would be found by nobody.
_MOST_AHEAD = 1_000_000


def newest(repository: Repository) -> Snapshot | None:
    """Return the newest backup that opens and was not dropped; None if there is none."""
    names = _names(repository)
    dropped = {layout.backup_of(one.name) for one in repository.objects(layout.TOMBSTONES)}
    there = (name for name in names if layout.backup_of(name) not in dropped)
    return next(_manifests(repository, there), None)


def next_in_line(repository: Repository, dropped: Mapping[str, int]) -> tuple[int, list[Parent]]:
    """Return the sequence number of the next backup, and those that it comes after.

    *dropped* are the numbers of dropped backups, by id, as far as the vault knows them.
    """
    names, found = _names(repository), list[Snapshot]()
    for one in _manifests(repository, names):
        if found and one.manifest.sequence < found[0].manifest.sequence - LOOKED_BACK:
            break
        found.append(one)
    highest = found[0].manifest.sequence if found else 0
    lowest = highest - LOOKED_BACK
    asked = {
        backup_id
        for backup_id in map(_backup_of, repository.objects(layout.TOMBSTONES))
        if dropped.get(backup_id, lowest) >= lowest
    }
    stones, _ = repository.tombstones(asked)
    # A number is taken also by a manifest that nobody can read, or that was dropped as such.
    said = [layout.said_sequence(name) for name in names]
    said += [one.sequence for one in stones.values()]
    likely = [number for number in said if number <= highest + _MOST_AHEAD]
    late = {one.id: one for one in stones.values() if one.sequence >= lowest}
    return 1 + max((highest, *likely)), _heads(found, late)


def _names(repository: Repository) -> list[str]:
    """Return the names of all manifests, the newest first, as they say."""
    return sorted((one.name for one in repository.objects(layout.SNAPSHOTS)), reverse=True)


def _manifests(repository: Repository, names: Iterable[str]) -> Iterator[Snapshot]:
    """Yield those that open."""
    for name in names:
        with suppress(TamperedError, NotThereError):
            yield repository.snapshot_at(name)


def _backup_of(entry: Entry) -> str:
    return layout.backup_of(entry.name)


def _heads(snapshots: Sequence[Snapshot], stones: Mapping[str, Tombstone]) -> list[Parent]:
    """Return the newest backups, dropped ones too: those that no other one names as a parent."""
    all_parents = [one.manifest.parents for one in snapshots]
    all_parents += [stone.parents for stone in stones.values()]
    named = {parent.id for parents in all_parents for parent in parents}
    hashes = {one.id: one.sha256 for one in stones.values()}
    hashes |= {one.manifest.id: one.sha256 for one in snapshots if one.manifest.id not in stones}
    return [Parent(id=one, sha256=hashes[one]) for one in hashes if one not in named]
