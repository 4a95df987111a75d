"""A backup repository that is open: its objects by what they are, sealed and opened here.

It is opened by the keys of the open vault, or, on a new machine, by a password or a code.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass

from privatus.backup import index, layout, manifest, marks, settling, unopened
from privatus.backup.destinations.keeping import put_kept
from privatus.backup.destinations.port import Destination, Entry, ExistsError, NotThereError
from privatus.backup.index import INDEX_ID_BYTES, ChunkIndex, IndexObject
from privatus.backup.layout import Config, ObjectKind
from privatus.backup.manifest import Manifest, Sign
from privatus.backup.marks import Tombstone
from privatus.backup.packs import Pack
from privatus.core import clock
from privatus.core.backup import BackupProblem
from privatus.core.errors import (
    AccessError,
    BugError,
    NewerVaultError,
    PrivatusError,
    TamperedError,
    UserError,
)
from privatus.core.secret import SecretBytes
from privatus.vault import key_object
from privatus.vault.key_object import KeyObject
from privatus.vault.repository_keys import RepositoryKeys
from privatus.vault.slots import SlotType


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultSide:
    """What of an open vault opens its repositories."""

    vault_id: bytes
    header: bytes
    vault_keys: Sequence[SecretBytes]  # the oldest first


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One manifest that lies in the repository."""

    name: str
    manifest: Manifest
    signer: bytes
    signature: bytes
    message: bytes  # what was signed
    sha256: str  # of the sealed manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretSide:
    """What a password or a recovery code has opened."""

    header: bytes
    vault_keys: Sequence[SecretBytes]  # the oldest first

    def wipe(self) -> None:
        """Overwrite the keys."""
        for key in self.vault_keys:
            key.wipe()


class Repository:
    """What lies at a destination, and the keys to it; `close` lets go of both."""

    def __init__(self, destination: Destination, config: Config, keys: RepositoryKeys) -> None:
        self.destination = destination
        self.config = config
        self.keys = keys

    @classmethod
    def make_or_open(
        cls, destination: Destination, vault: VaultSide, known: bytes | None = None
    ) -> Repository:
        """Open the vault's repository at *destination*, or make it where there is none.

        *known* is the id of the repository that was there before: then none is made, and no other
        one is opened.

        Raises:
            UserError: the repository is another vault's, or not the one that is known.
            TamperedError: its config or its keys were changed.
        """
        try:
            raw = destination.get(layout.CONFIG)
        except NotThereError:
            require_known(destination, known, None)
            unopened.require_free(destination)
            raw = Config(
                repository_id=os.urandom(16),
                vault_id=vault.vault_id,
                created_at_ms=clock.now_ms(),
            ).pack()
            try:
                put_kept(destination, layout.CONFIG, raw)
            except ExistsError:
                raw = destination.get(layout.CONFIG)
        repository = cls(destination, *_opened(raw, vault))
        try:
            require_known(destination, known, repository.config.repository_id)
            repository.settle(vault)
        except BaseException:
            repository.keys.wipe()
            raise
        return repository

    @classmethod
    def open_own(cls, destination: Destination, vault: VaultSide) -> Repository:
        """Open the vault's repository at *destination*, and change nothing there.

        Raises:
            UserError: there is none, or it is another vault's.
            TamperedError: its config was changed.
        """
        return cls(destination, *_opened(unopened.config_of(destination), vault))

    @classmethod
    def open(
        cls, destination: Destination, secret: SecretBytes, slot_type: SlotType
    ) -> tuple[Repository, SecretSide]:
        """Open a repository with nothing but a password or the bytes of a recovery code.

        The keys that it gives are the caller's to wipe.

        Raises:
            UserError: there is no repository.
            AccessError: the password or the code is wrong.
            TamperedError: its config or its keys are damaged.
        """
        raw = unopened.config_of(destination)
        config = layout.parse_config(raw)
        opened = _open_keys(destination, raw, config, secret, slot_type)
        keys = RepositoryKeys(config.repository_id, opened.vault_keys)
        return cls(destination, config, keys), opened

    def settle(self, vault: VaultSide) -> None:
        """Let what opens the vault now open the repository.

        Raises:
            TamperedError: a key object was changed, or the config.
        """
        config, found = self.config.pack(), self.key_objects()
        settling.settle(self.destination, config, found, vault.header, vault.vault_keys)

    def close(self) -> None:
        """Overwrite the keys and let go of the destination."""
        self.keys.wipe()
        self.destination.close()

    def objects(self, folder: str) -> Iterator[Entry]:
        """Yield the objects below a folder; what others have left there is none."""
        return unopened.objects(self.destination, folder)

    def snapshots(self) -> tuple[list[Snapshot], list[BackupProblem]]:
        """Return all backups that open, the oldest first, and what is wrong with the others.

        One that was dropped is none, even if its manifest is there still or again, or damaged.
        """
        # Manifests first: one that is dropped meanwhile has its tombstone before it goes.
        found, problems = self.manifests()
        there = {one.manifest.id for one in found}
        there |= {layout.backup_of(one.name) for one in problems}
        dropped, _ = self.tombstones(there)
        return (
            [one for one in found if one.manifest.id not in dropped],
            [one for one in problems if layout.backup_of(one.name) not in dropped],
        )

    def tombstones(
        self, of: Container[str] | None = None
    ) -> tuple[dict[str, Tombstone], list[BackupProblem]]:
        """Return what is left of dropped backups, by their ids, and which of it is damaged.

        *of* are the ids of those that are asked for: there come to be ever more tombstones.
        """
        found, problems = {}, []
        for entry in self.objects(layout.TOMBSTONES):
            if of is not None and layout.backup_of(entry.name) not in of:
                continue
            try:
                one = self._tombstone(entry.name)
            except (TamperedError, NotThereError) as error:
                problems.append(BackupProblem(name=entry.name, what=str(error)))
                continue
            found[one.id] = one
        return found, problems

    def _tombstone(self, name: str) -> Tombstone:
        one = marks.decode(self.open_object(name, ObjectKind.TOMBSTONE), Tombstone)
        if name != layout.tombstone_name(one.id):
            raise TamperedError(f"{name} of the backup repository is of another backup")
        return one

    def manifests(self) -> tuple[list[Snapshot], list[BackupProblem]]:
        """Return all manifests as `snapshots`, with those of backups that were dropped."""
        found, problems = [], []
        for entry in self.objects(layout.SNAPSHOTS):
            try:
                found.append(self.snapshot_at(entry.name))
            except (TamperedError, NotThereError) as error:
                problems.append(BackupProblem(name=entry.name, what=str(error)))
        found.sort(key=lambda one: (one.manifest.sequence, one.manifest.made_at_ms, one.name))
        return found, problems

    def snapshot(self, backup_id: str) -> Snapshot:
        """Return the manifest of one backup.

        Raises:
            UserError: there is none of that id.
            TamperedError: it is damaged.
        """
        for entry in self.objects(layout.SNAPSHOTS):
            if entry.name.endswith(f"-{backup_id}"):
                return self.snapshot_at(entry.name)
        raise UserError(f"there is no backup {backup_id[:8]} at {self.destination.location}")

    def snapshot_at(self, name: str) -> Snapshot:
        """Return the manifest of this name.

        Raises:
            NotThereError: there is none.
            TamperedError: it is damaged.
        """
        raw = self.destination.get(name)
        payload = self.keys.open_object(name, ObjectKind.MANIFEST, raw)
        signed = manifest.decode(payload)
        said = signed.manifest
        is_ours = said.repository == self.config.repository_id.hex()
        if not is_ours or name != layout.snapshot_name(said.sequence, said.id):
            raise TamperedError(f"{name} of the backup repository lies where it does not belong")
        return Snapshot(
            name=name,
            manifest=said,
            signer=signed.signer,
            signature=signed.signature,
            message=signed.message,
            sha256=hashlib.sha256(raw).hexdigest(),
        )

    def load_index(self) -> ChunkIndex:
        """Return where the chunks lie that a whole object of the index tells of.

        To a new backup the others are not there, and it writes them anew; `whole_index` finds
        them for a restore, and `verify` names what is damaged.
        """
        return index.merge(self.index_objects()[0])

    def index_objects(self) -> tuple[list[IndexObject], list[BackupProblem]]:
        """Return all index objects by name, and what is wrong with those that do not open."""
        found, problems = [], []
        for entry in self.objects(layout.INDEX):
            try:
                payload = self.open_object(entry.name, ObjectKind.INDEX)
                superseded, packs = index.decode(payload)
            except NotThereError:
                continue  # another machine has replaced it meanwhile
            except TamperedError as error:
                problems.append(BackupProblem(name=entry.name, what=str(error)))
                continue
            names = frozenset(map(_index_name, superseded))
            found.append(IndexObject(entry.name, names, tuple(packs)))
        return found, problems

    def put_index(self, packs: Iterable[Pack], superseded: Iterable[str] = ()) -> list[str]:
        """Write where the chunks of *packs* lie; return the names of the objects.

        They take the place of the index objects with the names in *superseded*.
        """
        names = []
        ids = [bytes.fromhex(name.removeprefix(f"{layout.INDEX}/")) for name in superseded]
        for payload in index.encode(packs, ids):
            index_id = clock.now_ms().to_bytes(6, "big") + os.urandom(INDEX_ID_BYTES - 6)
            names.append(_index_name(index_id))
            self.put_object(names[-1], ObjectKind.INDEX, payload)
        return names

    def put_manifest(self, said: Manifest, sign: Sign) -> Snapshot:
        """Publish a backup: from here on there is one."""
        name = layout.snapshot_name(said.sequence, said.id)
        self.put_object(name, ObjectKind.MANIFEST, manifest.encode(said, sign))
        return self.snapshot_at(name)

    def put_object(self, name: str, kind: ObjectKind, payload: bytes) -> None:
        """Write an object under *name*, sealed."""
        if not layout.is_object(name):
            raise BugError("an object of a backup repository has a name that nobody would find")
        put_kept(self.destination, name, self.keys.seal_object(name, kind, payload))

    def open_object(self, name: str, kind: ObjectKind) -> bytes:
        """Return the payload of an object.

        Raises:
            NotThereError: there is none.
            TamperedError: it is damaged, or of another name or kind.
        """
        return self.keys.open_object(name, kind, self.destination.get(name))

    def key_objects(self) -> Iterator[tuple[str, KeyObject]]:
        """Yield what passwords and codes open, damaged ones left out."""
        for name, raw in unopened.key_objects(self.destination):
            try:
                yield name, key_object.parse(raw)
            except (TamperedError, NewerVaultError):
                continue


def _opened(raw: bytes, vault: VaultSide) -> tuple[Config, RepositoryKeys]:
    config = layout.parse_config(raw)
    if config.vault_id != vault.vault_id:
        raise UserError("the backups there are of another vault; choose another folder")
    return config, RepositoryKeys(config.repository_id, vault.vault_keys)


def _index_name(index_id: bytes) -> str:
    return f"{layout.INDEX}/{index_id.hex()}"


def require_known(destination: Destination, known: bytes | None, found: bytes | None) -> None:
    """Refuse a place where another repository lies now than the one that is *known*, or none.

    Raises:
        UserError: it does.
    """
    if known is not None and found != known:
        raise UserError(
            f"the backups that were at {destination.location} are not there any more; plug in the"
            " disk that has them, or remove the destination and add it again"
        )


def _open_keys(
    destination: Destination,
    config: bytes,
    parsed: Config,
    secret: SecretBytes,
    slot_type: SlotType,
) -> SecretSide:
    candidates: list[KeyObject] = []
    problem: PrivatusError = TamperedError(
        f"the backups at {destination.location} have lost their keys;"
        " copy the folder keys back from another copy"
    )
    for _, raw in unopened.key_objects(destination):
        try:
            candidates.append(key_object.parse(raw))
        except (TamperedError, NewerVaultError) as error:
            problem = error
    candidates.sort(key=lambda one: one.header.sequence, reverse=True)
    for candidate in candidates:
        try:
            keys = candidate.open(config, parsed.repository_id, secret, slot_type)
        except (AccessError, TamperedError, UserError) as error:
            # What is said of the newest one counts, unless it is damaged.
            if not isinstance(problem, AccessError):
                problem = error
            continue
        return SecretSide(header=candidate.header_bytes, vault_keys=keys)
    raise problem
