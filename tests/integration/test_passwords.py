"""What opens a vault, changed from several threads of one program."""

from __future__ import annotations

import threading
import time

from privatus.bootstrap import Vault
from privatus.vault.kdf import KdfParameters
from support.vaults import ScratchVault


def test_a_password_and_a_recovery_code_changed_at_once_are_both_in_force(
    vault: ScratchVault,
) -> None:
    passwords, codes = vault.vault.passwords, []
    changes = [
        threading.Thread(
            target=lambda: passwords.change("another password", kdf=KdfParameters.for_tests())
        ),
        threading.Thread(target=lambda: codes.append(passwords.new_recovery_code())),
    ]

    # As while an import writes: both have come as far as they can when it is done.
    with vault.vault._store.exclusive():
        for change in changes:
            change.start()
        time.sleep(0.3)
    for change in changes:
        change.join()
    vault.vault.lock()

    Vault.open(vault.folder, "another password").lock()
    vault.vault = Vault.open(vault.folder, recovery_code=codes[0])
    assert vault.vault.warnings == []
