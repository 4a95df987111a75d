"""Changing what opens the vault. No data is encrypted again for it."""

from __future__ import annotations

from pathlib import Path

from privatus.core.secret import SecretBytes
from privatus.storage.store import Store
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
            DeviceError: the header could not be written; the former password still opens it.
        """
        with SecretBytes.from_text(new_password) as password:
            unlock.change_password(self._folder, self._keys.opened, password, kdf)
        self._log("password changed")

    def new_recovery_code(self) -> str:
        """Make a new recovery code and return it; the former one no longer opens the vault."""
        code = unlock.new_recovery_code(self._folder, self._keys.opened)
        self._log("recovery code changed")
        return code

    def _log(self, action: str) -> None:
        with self._store.transaction() as tables:
            tables.audit.append(action)
