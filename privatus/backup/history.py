"""Whether the backups of a repository are all that there should be, and nobody else's.

Each manifest and each tombstone names the ones before it with their hashes, and is signed: who can
write to a destination can take away all of it, but nothing out of the middle. What the vault
remembers of its backups shows the rest: the newest taken away, an old one put back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from privatus.backup import layout, marks
from privatus.backup.destinations.port import NotThereError
from privatus.backup.layout import ObjectKind
from privatus.backup.manifest import Parent
from privatus.backup.marks import Lock, Pin, Tombstone
from privatus.backup.repository import Repository, Snapshot
from privatus.core.backup import BackupProblem
from privatus.core.contact import PublicKeys
from privatus.core.errors import TamperedError
from privatus.vault import identity


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownBackup:
    """What a vault remembers of one of its backups."""

    id: str
    sequence: int
    sha256: str  # of its sealed manifest
    was_dropped: bool
    is_pinned: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """All backups of a repository, and what is wrong with them."""

    snapshots: Sequence[Snapshot]  # that were not dropped, the oldest first
    problems: Sequence[BackupProblem]


def examine(repository: Repository, known: Sequence[KnownBackup], signer: bytes | None) -> History:
    """Return the backups of a repository, after a look at all that is said of them.

    *known* is what the vault remembers; *signer* is the public key of its identity.
    """
    manifests, problems = repository.manifests()
    stones, more_problems = repository.tombstones()
    line = _Line(manifests, stones, {layout.backup_of(one.name) for one in problems})
    problems = [_harming(one) for one in problems] + more_problems
    problems += _marks(repository)
    for snapshot in manifests:
        problems += signature_problems(repository, snapshot, signer)
    problems += line.missing(known)
    problems += line.put_back(known)
    problems += _lost_pins(repository, [one for one in known if one.id not in stones])
    snapshots = [one for one in manifests if one.manifest.id not in stones]
    return History(snapshots, problems)


@dataclass(frozen=True, slots=True)
class _Line:
    manifests: Sequence[Snapshot]
    stones: Mapping[str, Tombstone]
    damaged: set[str]  # ids of backups whose manifests do not open

    def missing(self, known: Sequence[KnownBackup]) -> Iterator[BackupProblem]:
        """Yield backups that others, or the vault, know, and that are not what was known."""
        names = {one.id: layout.snapshot_name(one.sequence, one.id) for one in known}
        names |= {one.manifest.id: one.name for one in self.manifests}
        expected = {(one.id, one.sha256): one.id for one in self._parents()}
        expected |= {(one.id, one.sha256): one.id for one in known if not one.was_dropped}
        present = {(one.manifest.id, one.sha256) for one in self.manifests}
        present |= {(one.id, one.sha256) for one in self.stones.values()}
        ids = {backup_id for backup_id, _ in present}
        for pair in sorted(set(expected) - present):
            backup_id = pair[0]
            if backup_id in self.damaged:
                continue  # that is said of it already
            name = names.get(backup_id, f"{layout.SNAPSHOTS}/…-{backup_id}")
            what = (
                "another manifest has taken the place of this backup's"
                if backup_id in ids
                else "this backup was taken away without a tombstone"
            )
            yield BackupProblem(name=name, what=what, backups=(backup_id,))

    def put_back(self, known: Sequence[KnownBackup]) -> Iterator[BackupProblem]:
        """Yield manifests of backups that were dropped."""
        dropped = set(self.stones) | {one.id for one in known if one.was_dropped}
        for one in self.manifests:
            if one.manifest.id in dropped:
                what = (
                    "this backup was dropped, and its manifest is there again, or still;"
                    " the next prune takes it away"
                    if one.manifest.id in self.stones
                    else "this backup was dropped, and somebody has put it back"
                )
                yield BackupProblem(name=one.name, what=what)

    def _parents(self) -> Iterator[Parent]:
        for one in self.manifests:
            yield from one.manifest.parents
        for stone in self.stones.values():
            yield from stone.parents


def signature_problems(
    repository: Repository, snapshot: Snapshot, signer: bytes | None = None
) -> Iterator[BackupProblem]:
    """Yield what is wrong with who made a backup; *signer*: the person of the vault, if known."""
    keys = PublicKeys(signing=snapshot.signer, exchange=b"")
    if not identity.is_signed(keys, snapshot.message, snapshot.signature):
        what = "its signature is wrong"
    elif signer is not None and snapshot.signer != signer:
        what = "it is signed by somebody else than the person of this vault"
    elif snapshot.manifest.vault != repository.config.vault_id.hex():
        what = "it is of another vault"
    else:
        return
    yield BackupProblem(name=snapshot.name, what=what, backups=(snapshot.manifest.id,))


def _harming(problem: BackupProblem) -> BackupProblem:
    """Return what is wrong with a manifest as the harm to its backup that it is."""
    backups = (layout.backup_of(problem.name),)
    return BackupProblem(name=problem.name, what=problem.what, backups=backups)


def _marks(repository: Repository) -> Iterator[BackupProblem]:
    """Yield pins and locks that do not open."""
    for folder, kind, shape in (
        (layout.PINS, ObjectKind.PIN, Pin),
        (layout.LOCKS, ObjectKind.LOCK, Lock),
    ):
        for entry in repository.objects(folder):
            try:
                marks.decode(repository.open_object(entry.name, kind), shape)
            except NotThereError:
                continue  # released, or unpinned
            except TamperedError as error:
                yield BackupProblem(name=entry.name, what=str(error))


def _lost_pins(repository: Repository, known: Sequence[KnownBackup]) -> Iterator[BackupProblem]:
    there = {entry.name for entry in repository.objects(layout.PINS)}
    for one in known:
        name = layout.pin_name(one.id)
        if one.is_pinned and not one.was_dropped and name not in there:
            yield BackupProblem(name=name, what="this pin was taken away", backups=(one.id,))
