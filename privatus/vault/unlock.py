"""Making a vault's keys, opening them, and changing what opens them.

Only the header is touched here.  What the keys are for is in keys.py.
"""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from privatus.core.errors import AccessError, TamperedError, UsageError
from privatus.core.secret import SecretBytes
from privatus.vault import header as header_bytes
from privatus.vault import header_files, recovery_code, self_test, slots
from privatus.vault.header import DATABASE_SALT_BYTES, VAULT_ID_BYTES, Header
from privatus.vault.header_files import Copy, HalfReplacedError
from privatus.vault.kdf import KEY_BYTES, KdfParameters
from privatus.vault.slots import Slot, SlotType

log = logging.getLogger(__name__)

# Told the sequence numbers of the header in force and of the one that will be.
Announce = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What a vault's header opens to."""

    vault_id: bytes
    vault_key: SecretBytes
    database_key: SecretBytes
    database_salt: bytes = field(repr=False)

    def wipe(self) -> None:
        """Overwrite the keys."""
        self.vault_key.wipe()
        self.database_key.wipe()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewKeys:
    """New keys of a vault, and the header that puts them in force."""

    opened: Opened
    recovery_code: str = field(repr=False)
    header: bytes = field(repr=False)
    sequence: int
    former: Copy = field(repr=False)


def _say_nothing(_former: int, _sequence: int) -> None:
    pass


def exists(folder: Path) -> bool:
    """Tell whether there is a vault header in *folder*, whole or damaged."""
    return header_files.exists(folder)


def create(folder: Path, password: SecretBytes, parameters: KdfParameters) -> tuple[Opened, str]:
    """Make the header of a new vault in the existing *folder*; return its keys and recovery code.

    The code is nowhere else: who loses it and the password loses the vault.

    Raises:
        UsageError: the password is empty.
        UserError: there is a vault already.
        DeviceError: the header could not be written, or the memory is short.
    """
    _require_password(password)
    self_test.run()
    opened = _random_keys(os.urandom(VAULT_ID_BYTES))
    try:
        header, code = _new_header(opened, password, parameters, sequence=1)
        header_files.create(folder, header)
    except BaseException:
        opened.wipe()
        raise
    return opened, code


def new_keys(folder: Path, opened: Opened, password: SecretBytes) -> NewKeys:
    """Make new keys for the vault in *folder*, which *password* and a new recovery code open.

    Nothing is written: they come in force with `put_in_force`.

    Raises:
        TamperedError: the header of the vault was changed.
        DeviceError: the memory is short.
    """
    former = header_files.authentic(folder, opened.vault_key)
    fresh = _random_keys(opened.vault_id)
    sequence = former.header.sequence + 1
    try:
        header, code = _new_header(fresh, password, former.header.kdf_parameters, sequence=sequence)
    except BaseException:
        fresh.wipe()
        raise
    return NewKeys(
        opened=fresh, recovery_code=code, header=header, sequence=sequence, former=former
    )


def put_in_force(folder: Path, keys: NewKeys) -> None:
    """Replace the header by the one of *keys*; the former keys open nothing from then on.

    Raises:
        DeviceError: it could not be written; nothing was changed.
    """
    # One copy is enough to be in force, and then the recovery code must be shown.
    with contextlib.suppress(HalfReplacedError):
        header_files.replace(folder, keys.header, former=keys.former)


def unlock(folder: Path, password: SecretBytes) -> Opened:
    """Open the vault in *folder* with its password.

    A wrong one costs as much as the right one, and is told from nothing else.

    Raises:
        AccessError: the password is wrong.
        UserError: there is no vault.
        TamperedError: the header is damaged or was changed.
        NewerVaultError: a newer program wrote it.
        DeviceError: it cannot be read, or the memory is short.
    """
    return _unlock(folder, SlotType.PASSWORD, password)


def unlock_with_recovery_code(folder: Path, code: str) -> Opened:
    """Open the vault in *folder* with its recovery code.

    Raises:
        AccessError: the code has a typing mistake, or is of another vault.
        UserError, TamperedError, NewerVaultError, DeviceError: as for `unlock`.
    """
    with recovery_code.decode(code) as secret:
        return _unlock(folder, SlotType.RECOVERY, secret)


def change_password(
    folder: Path,
    opened: Opened,
    new_password: SecretBytes,
    parameters: KdfParameters | None = None,
    *,
    above: int = 0,
    announce: Announce = _say_nothing,
) -> None:
    """Let *new_password* open the vault in place of the former one.

    Without *parameters* a guess costs what it cost before.  Copies of the vault made earlier
    still open with the password of their time.  The new header's sequence number is higher than
    *above*; before anything changes, *announce* is told the former number and it.

    Raises:
        UsageError: the new password is empty.
        TamperedError, DeviceError: nothing was changed, unless the message says otherwise.
    """
    _require_password(new_password)

    def new_slot(header: Header) -> Slot:
        return _password_slot(opened, new_password, parameters or header.kdf_parameters)

    _replace_slot(folder, opened, new_slot, above, announce)


def new_recovery_code(
    folder: Path, opened: Opened, *, above: int = 0, announce: Announce = _say_nothing
) -> str:
    """Make a new recovery code and return it; the former one stops opening the vault.

    *above* and *announce* are as in `change_password`.

    Raises:
        TamperedError, DeviceError: nothing was changed.
    """
    code, slot = _recovery_slot(opened)
    # One copy is enough to be in force, and then the code must be shown.
    with contextlib.suppress(HalfReplacedError):
        _replace_slot(folder, opened, lambda _header: slot, above, announce)
    return code


def header_sequence(folder: Path, opened: Opened) -> int:
    """Return the sequence number of the header that is in force.

    Raises:
        TamperedError: neither copy authenticates.
    """
    return header_files.authentic(folder, opened.vault_key).header.sequence


def is_in_force(folder: Path, opened: Opened) -> bool:
    """Say whether *opened* is still what the header opens to; `put_in_force` ends that."""
    try:
        header_sequence(folder, opened)
    except TamperedError:
        return False
    return True


def repair(folder: Path, opened: Opened) -> list[str]:
    """Write damaged, old or missing copies of the header again; return what was put right.

    Raises:
        DeviceError: it could not be written.
    """
    return header_files.repair(folder, opened.vault_key)


def kdf_parameters(folder: Path) -> KdfParameters:
    """Return what a guess of the password costs; read without a key, so not authenticated.

    Raises:
        UserError, TamperedError, NewerVaultError, DeviceError: as for `unlock`.
    """
    return header_files.newest_first(folder)[0].header.kdf_parameters


def _unlock(folder: Path, slot_type: SlotType, secret: SecretBytes) -> Opened:
    self_test.run()
    newest, *others = header_files.newest_first(folder)
    try:
        return _open(newest, slot_type, secret)
    except TamperedError:
        # The secret fits the newest copy, but someone changed that copy.  A wrong secret does not
        # come here: after a password change the former one must not open what is left of it.
        log.warning("%s did not authenticate", newest.name)
        for other in others:
            with contextlib.suppress(TamperedError, AccessError):
                return _open(other, slot_type, secret)
        raise


def _open(copy: Copy, slot_type: SlotType, secret: SecretBytes) -> Opened:
    vault_id = copy.header.vault_id
    vault_key = copy.header.slot(slot_type).open(vault_id, secret)
    try:
        header_bytes.verify(copy.raw, vault_key)
        database_key, salt = header_bytes.open_database_entry(copy.header, vault_key)
    except BaseException:
        vault_key.wipe()
        raise
    return Opened(
        vault_id=vault_id, vault_key=vault_key, database_key=database_key, database_salt=salt
    )


def _random_keys(vault_id: bytes) -> Opened:
    return Opened(
        vault_id=vault_id,
        vault_key=SecretBytes(os.urandom(KEY_BYTES)),
        database_key=SecretBytes(os.urandom(KEY_BYTES)),
        database_salt=os.urandom(DATABASE_SALT_BYTES),
    )


def _new_header(
    opened: Opened, password: SecretBytes, parameters: KdfParameters, *, sequence: int
) -> tuple[bytes, str]:
    """Return the bytes of a header for these keys, and the recovery code that opens it."""
    code, recovery = _recovery_slot(opened)
    header = Header(
        vault_id=opened.vault_id,
        sequence=sequence,
        slots=(_password_slot(opened, password, parameters), recovery),
        database_entry=header_bytes.seal_database_entry(
            opened.vault_id, opened.vault_key, opened.database_key, opened.database_salt
        ),
    )
    return header_bytes.pack(header, opened.vault_key), code


def _replace_slot(
    folder: Path,
    opened: Opened,
    new_slot: Callable[[Header], Slot],
    above: int,
    announce: Announce,
) -> None:
    former = header_files.authentic(folder, opened.vault_key)
    header = former.header.with_slot(new_slot(former.header), above=above)
    announce(former.header.sequence, header.sequence)
    header_files.replace(folder, header_bytes.pack(header, opened.vault_key), former=former)


def _password_slot(opened: Opened, password: SecretBytes, parameters: KdfParameters) -> Slot:
    return slots.password_slot(opened.vault_id, opened.vault_key, password, parameters)


def _recovery_slot(opened: Opened) -> tuple[str, Slot]:
    code = recovery_code.generate()
    with recovery_code.decode(code) as secret:
        return code, slots.recovery_slot(opened.vault_id, opened.vault_key, secret)


def _require_password(password: SecretBytes) -> None:
    if not len(password):
        raise UsageError("a vault needs a password")
