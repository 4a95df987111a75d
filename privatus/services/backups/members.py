"""Letting another person restore the backups: their key to the repository, and using one.

Who has been given keys can read what was backed up until then, and what comes later under the
same keys of the vault. To end that, take the keys away and give the vault new ones: `rotate`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from privatus.backup import members
from privatus.backup.destinations.opening import open_destination
from privatus.backup.repository import SecretSide, Snapshot
from privatus.core import clock
from privatus.core.backup import Backup, RestoreReport
from privatus.core.contact import Contact, PublicKeys
from privatus.core.errors import AccessError, UserError
from privatus.core.jobs import Job
from privatus.core.secret import SecretBytes
from privatus.services import contacts
from privatus.services.backups import restoring
from privatus.services.backups.host_keys import with_fingerprint
from privatus.services.backups.repositories import Repositories, own_identity
from privatus.services.backups.restoring import OpenedRepository
from privatus.storage.audit import KEYS_GIVEN, KEYS_TAKEN
from privatus.storage.store import Store
from privatus.vault import member_key
from privatus.vault.member_key import MemberKeys, Place
from privatus.vault.restored_header import member_header
from privatus.vault.slots import SlotType

_STRANGER = (
    "the keys there come from somebody whom you have not verified; add their card to your contacts"
    " and compare the safety number first"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Keys that lie in a repository for a contact, as the log of the vault says."""

    name: str  # of the object
    contact_id: int
    at_ms: int


class OpenedByMember(OpenedRepository):
    """A repository that a member's keys have opened; *secret* is the password to come."""

    def header_for(self, snapshot: Snapshot) -> bytes:
        """Return the header with which what the backup holds opens with the new password."""
        said = snapshot.manifest
        return member_header(said.header, self.side.vault_keys, said.epoch, self.secret)


class Members:
    """Keys for other people in the repositories of the open vault, and theirs for this one."""

    def __init__(self, store: Store, repositories: Repositories) -> None:
        self._store = store
        self._repositories = repositories

    def give(self, destination_id: int, contact_id: int) -> Given:
        """Let a contact open all backups at a destination with their own identity.

        Raises:
            UserError: there is no such destination or contact, or nobody has made sure of a key
                of theirs.
            UnreachableError: nothing answers there.
        """
        stored = self._repositories.destination(destination_id)
        with self._store.snapshot() as tables:
            to = _verified(contacts.required(tables, contact_id))
        with self._repositories.opened(stored) as repository:
            vault_keys = self._repositories.side().vault_keys
            name = members.give(repository, lambda place: self._seal(place, vault_keys, to))
        with self._store.transaction() as changed:
            changed.audit.append(
                KEYS_GIVEN,
                {
                    # Not its id: who forgets a destination and adds it again has given them still.
                    "location": stored.details.location,
                    "contact": contact_id,
                    "object": name,
                    "at_ms": clock.now_ms(),
                },
            )
        return next(one for one in self.given(destination_id) if one.name == name)

    def given(self, destination_id: int) -> list[Given]:
        """Return what was given and not taken away again, the oldest first.

        Raises:
            UserError: there is no such destination.
        """
        with self._store.snapshot() as tables:
            location = tables.backups.destinations.get(destination_id).details.location
            found = tables.audit.given_keys()
        return [
            Given(name=said["object"], contact_id=said["contact"], at_ms=said["at_ms"])
            for said in found
            if said["location"] == location
        ]

    def take_away(self, destination_id: int, contact_id: int) -> int:
        """Remove all keys of a contact from a destination; return how many there were.

        What they have copied stays theirs: give the vault new keys, too.

        Raises:
            UserError: there is no such destination.
            UnreachableError: nothing answers there.
        """
        stored = self._repositories.destination(destination_id)
        theirs = [one for one in self.given(destination_id) if one.contact_id == contact_id]
        if theirs:
            with self._repositories.opened(stored) as repository:
                for one in theirs:
                    members.take_away(repository, one.name)
            with self._store.transaction() as tables:
                for one in theirs:
                    tables.audit.append(KEYS_TAKEN, {"object": one.name})
        return len(theirs)

    def backups(self, location: str, options: Mapping[str, str] | None = None) -> list[Backup]:
        """Return the backups of another vault that the person may read, the newest first.

        Raises:
            UserError: there is no repository, or a stranger gave the keys.
            AccessError: nothing there is for this person.
            UnreachableError: nothing answers there.
        """
        with self._opened(location, options, SecretBytes(b""), Job()) as opened:
            return restoring.listed(opened)

    def restore(
        self,
        location: str,
        folder: Path,
        new_password: str,
        *,
        options: Mapping[str, str] | None = None,
        backup_id: str | None = None,
        at_ms: int | None = None,
        keep_aside: bool = False,
        job: Job | None = None,
    ) -> RestoreReport:
        """Make the vault in *folder* out of a backup of another vault, with *new_password*.

        Nothing but that opens it: neither the password nor the code of its owner.

        Raises:
            UserError, AccessError, UnreachableError: as `backups`; or something lies in *folder*.
            TamperedError: the backup is damaged.
            DeviceError: there is no room, or the folder cannot be written.
            JobCancelled: the person stopped it; nothing was changed.
        """
        if not new_password:
            raise UserError("the vault needs a new password; its owner's is not known here")
        job = job or Job()
        with (
            SecretBytes.from_text(new_password) as secret,
            self._opened(location, options, secret, job) as opened,
        ):
            snapshot = restoring.choose(opened.repository, backup_id, at_ms)
            return restoring.restore_opened(opened, snapshot, folder.absolute(), keep_aside, job)

    @contextmanager
    def _opened(
        self, location: str, options: Mapping[str, str] | None, secret: SecretBytes, job: Job
    ) -> Iterator[OpenedByMember]:
        with ExitStack() as closing:
            destination = open_destination(location, with_fingerprint(options), sleep=job.sleep)
            closing.callback(destination.close)
            repository, keys = members.open_as_member(destination, self._open_keys)
            closing.callback(repository.keys.wipe)
            closing.callback(keys.wipe)
            self._require_known(keys.signer)
            side = SecretSide(header=b"", vault_keys=keys.vault_keys)
            yield OpenedByMember(
                repository=repository, side=side, secret=secret, slot_type=SlotType.PASSWORD
            )

    def _open_keys(self, place: Place, raw: bytes) -> MemberKeys:
        with self._store.snapshot() as tables:
            own = own_identity(tables)
            opened = partial(tables.identities.open_sealed, own)
            return member_key.open_keys(place, raw, own.keys, opened)

    def _seal(self, place: Place, vault_keys: Sequence[SecretBytes], to: PublicKeys) -> bytes:
        with self._store.snapshot() as tables:
            own = own_identity(tables)
            sign = partial(tables.identities.sign, own)
            return member_key.make(place, vault_keys, to, own.keys, sign)

    def _require_known(self, signer: PublicKeys) -> None:
        with self._store.snapshot() as tables:
            if signer == own_identity(tables).keys:
                return
            for contact in tables.contacts.all():
                known = contact.key_of(signer)
                if known is not None and known.verified and not contact.is_blocked:
                    return
        raise AccessError(_STRANGER)


def _verified(contact: Contact) -> PublicKeys:
    """Return the newest key of a contact of which somebody has made sure."""
    if contact.is_blocked:
        raise UserError("this contact is blocked; unblock them first, if you mean it")
    sure = [key for key in contact.keys if key.verified]
    if not sure:
        raise UserError(
            "nobody has made sure of this contact's key; compare the safety number first,"
            " `privatus contact verify`"
        )
    return max(sure, key=lambda key: key.added_at_ms).keys
