"""Changing what opens the vault. No data is encrypted again for it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from privatus.core.conversation import Json
from privatus.core.secret import SecretBytes
from privatus.storage import audit
from privatus.storage.store import Store, Tables
from privatus.vault import unlock
from privatus.vault.kdf import KdfParameters
from privatus.vault.keys import Keys


class PasswordService:
    """Rewraps the vault key in one slot of the header."""

    def __init__(self, store: Store, keys: Keys, folder: Path) -> None:
        self._store = store
        self._keys = keys
        self._folder = folder

    def change(self, new_password: str, *, kdf: KdfParameters | None = None) -> None:
        """Let *new_password* open the vault and the former one no longer.

        A copy of the vault's folder that was made before still opens with the former password.

        Raises:
            UsageError: the password is empty.
            AccessError: the vault is open for reading only.
            DeviceError: the header could not be written; the message says whether the former
                password still opens it.
        """
        # Alone: a recovery code that is made meanwhile would bring the former password back.
        with self._store.exclusive() as tables, SecretBytes.from_text(new_password) as password:
            self._store.require_writable()
            unlock.change_password(
                self._folder,
                self._keys.opened,
                password,
                kdf,
                above=_logged(tables),
                announce=partial(self._announce, audit.PASSWORD_BEGUN),
            )
            self._log_done(audit.PASSWORD_CHANGED)

    def new_recovery_code(self) -> str:
        """Make a new recovery code and return it; the former one no longer opens the vault.

        Raises:
            AccessError: the vault is open for reading only.
            DeviceError: the header could not be written; the former code still opens it.
        """
        with self._store.exclusive() as tables:
            self._store.require_writable()
            code = unlock.new_recovery_code(
                self._folder,
                self._keys.opened,
                above=_logged(tables),
                announce=partial(self._announce, audit.CODE_BEGUN),
            )
            self._log_done(audit.CODE_CHANGED)
        return code

    def _announce(self, action: str, former: int, sequence: int) -> None:
        # Before the header changes: after a crash the log then knows either header.
        self._log(action, {"header": sequence, "former": former})

    def _log_done(self, action: str) -> None:
        sequence = unlock.header_sequence(self._folder, self._keys.opened)
        self._log(action, {"header": sequence})

    def _log(self, action: str, details: dict[str, Json]) -> None:
        with self._store.transaction() as tables:
            tables.audit.append(action, details)


def _logged(tables: Tables) -> int:
    """Return the header's number in the log: an older header must not come to bear it."""
    note = tables.audit.last_header()
    return note.sequence if note is not None else 0
