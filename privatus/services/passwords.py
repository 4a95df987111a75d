"""Changing what opens the vault. No data is encrypted again for it."""

from __future__ import annotations

from pathlib import Path

from privatus.core.errors import AccessError
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
            AccessError: the vault is open for reading only.
            DeviceError: the header could not be written; the former password still opens it.
        """
        self._require_writable()
        with SecretBytes.from_text(new_password) as password:
            unlock.change_password(self._folder, self._keys.opened, password, kdf)
        self._log("password changed")

    def new_recovery_code(self) -> str:
        """Make a new recovery code and return it; the former one no longer opens the vault.

        Raises:
            AccessError: the vault is open for reading only.
            DeviceError: the header could not be written; the former code still opens it.
        """
        self._require_writable()
        code = unlock.new_recovery_code(self._folder, self._keys.opened)
        self._log("recovery code changed")
        return code

    def _require_writable(self) -> None:
        if not self._store.is_writable:
            raise AccessError("the vault is open for reading only; open it for writing")

    def _log(self, action: str) -> None:
        with self._store.transaction() as tables:
            tables.audit.append(action)
