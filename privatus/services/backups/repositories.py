"""Opens the repository of a destination with the keys of the open vault."""

from __future__ import annotations

import platform
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from privatus.backup.creating import Frozen, Source
from privatus.backup.destinations.opening import open_destination
from privatus.backup.repository import Repository, VaultSide, require_known
from privatus.core.contact import Identity
from privatus.core.errors import BugError
from privatus.core.jobs import Job
from privatus.storage.backups import StoredDestination
from privatus.storage.store import Store, Tables
from privatus.vault import header_files
from privatus.vault.keys import Keys

# What of a vault's folder is backed up beside the database; both are written once and not changed.
_FILES = ("blobs", "archives")
# Not what is half written there, nor what a file manager has put beside it.
_OURS = re.compile(r"blobs/[0-9a-f]{2}/[0-9a-f]{64}|archives/[0-9a-f]{32}\.pva")


class Repositories:
    """What the open vault gives to its backups."""

    def __init__(self, store: Store, keys: Keys, folder: Path) -> None:
        self._store = store
        self._keys = keys
        self._folder = folder

    def destination(self, destination_id: int) -> StoredDestination:
        """Return what is known of a destination.

        Raises:
            UserError: there is none with this id.
        """
        with self._store.snapshot() as tables:
            return tables.backups.destinations.get(destination_id)

    @contextmanager
    def opened(
        self,
        stored: StoredDestination,
        job: Job | None = None,
        *,
        make: bool = False,
        is_looking: bool = False,
    ) -> Iterator[Repository]:
        """Open the repository at a destination; with *make*, make it if there is none yet.

        A cancelled *job* does not wait for a store that does not answer. Who *is_looking* changes
        nothing there: the place may not let itself be written, and a key object of a former
        password would be gone before anybody was told of it.

        Raises:
            UnreachableError: nothing answers there.
            UserError: it holds the backups of another vault.
            TamperedError: its config or keys were changed.
        """
        options = stored.details.options
        destination = open_destination(
            stored.details.location, options, make=make, sleep=(job or Job()).sleep
        )
        try:
            known = bytes.fromhex(stored.state.repository) or None
            if is_looking:
                repository = Repository.open_own(destination, self.side())
                require_known(destination, known, repository.config.repository_id)
            else:
                repository = Repository.make_or_open(destination, self.side(), known)
        except BaseException:
            destination.close()
            raise
        try:
            yield repository
        finally:
            repository.close()

    def side(self) -> VaultSide:
        """Return what of the vault opens its repositories."""
        opened = self._keys.opened
        header = header_files.authentic(self._folder, opened.vault_key)
        former = self._store.former_vault_keys()
        return VaultSide(
            vault_id=opened.vault_id, header=header.raw, vault_keys=[*former, opened.vault_key]
        )

    def source(self) -> Source:
        """Return what is backed up."""
        headers: list[bytes] = []

        @contextmanager
        def freeze() -> Iterator[Frozen]:
            with ExitStack() as frozen:
                # Nobody changes the password in between.
                with self._store.exclusive():
                    database = frozen.enter_context(self._store.frozen())
                    headers.append(self.side().header)
                yield database

        return Source(
            vault_id=self._keys.vault_id,
            header=lambda: headers[-1],
            freeze=freeze,
            files=self._files,
            is_deleted=self._is_deleted,
            app=_app_version(),
            sqlcipher=self._store.cipher_version(),
            host=platform.node()[:200],
        )

    def sign(self, message: bytes) -> tuple[bytes, bytes]:
        """Sign a manifest as the person whose vault it is; return public key and signature."""
        with self._store.snapshot() as tables:
            own = own_identity(tables)
            return own.keys.signing, tables.identities.sign(own, message)

    def _files(self) -> Mapping[str, Path]:
        found = {}
        for name in _FILES:
            for path in (self._folder / name).rglob("*"):
                name_inside = path.relative_to(self._folder).as_posix()
                if _OURS.fullmatch(name_inside) and path.is_file():
                    found[name_inside] = path
        return found

    def _is_deleted(self, name: str) -> bool:
        """Say whether nothing in the vault refers to a file any more."""
        kind = name.partition("/")[0]
        file_name = bytes.fromhex(Path(name).stem)
        with self._store.snapshot() as tables:
            if kind == "archives":
                return not tables.archived.has_file(file_name)
            return not tables.attachments.has_blob(file_name)


def own_identity(tables: Tables) -> Identity:
    """Return the identity of the person whose vault it is."""
    own = tables.identities.current()
    if own is None:
        raise BugError("a vault that is open has an identity")
    return own


def _app_version() -> str:
    try:
        return version("privatus")
    except PackageNotFoundError:
        return "unknown"
