"""The header of a vault that comes out of a backup, for the secret that opened the backup.

The database in a backup knows the sequence number that the header had then, and has the keys of
that time, so both stay. What opens it is what opens the repository today, if the vault has had no
new keys since; else the slot of the secret that was typed is made anew under the keys of then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from privatus.core.errors import TamperedError
from privatus.core.secret import SecretBytes
from privatus.vault import header, slots
from privatus.vault.header import Header
from privatus.vault.slots import Slot, SlotType
from privatus.vault.unlock import Opened


def restored_header(
    then: bytes,
    today: bytes,
    vault_keys: Sequence[SecretBytes],
    epoch: int,
    secret: SecretBytes,
    slot_type: SlotType,
) -> bytes:
    """Return the bytes of the header.

    *then* is the header in the backup, *today* the one that *secret* has opened; *vault_keys* are
    all keys of the vault, the oldest first, of which the backup has the one numbered *epoch*.

    Raises:
        TamperedError: the header in the backup is not of these keys.
    """
    former, vault_key = _of_then(then, vault_keys, epoch)
    present = header.parse(today)
    if epoch == len(vault_keys):
        return header.pack(replace(former, slots=present.slots), vault_key)
    fresh = _slot(former, present, vault_key, secret, slot_type)
    others = (slot for slot in former.slots if slot.type is not slot_type)
    ordered = tuple(sorted((*others, fresh), key=lambda one: one.type))
    return header.pack(replace(former, slots=ordered), vault_key)


def member_header(
    then: bytes, vault_keys: Sequence[SecretBytes], epoch: int, password: SecretBytes
) -> bytes:
    """Return the bytes of the header for a member, who has the keys and no secret of the owner.

    It opens with *password* and nothing else. The arguments are as in `restored_header`.

    Raises:
        TamperedError: the header in the backup is not of these keys.
    """
    former, vault_key = _of_then(then, vault_keys, epoch)
    parameters = former.kdf_parameters
    slot = slots.password_slot(former.vault_id, vault_key, password, parameters)
    return header.pack(replace(former, slots=(slot,)), vault_key)


def opened_by(raw: bytes, vault_key: SecretBytes) -> Opened:
    """Return what the header in *raw* opens to; a copy of the vault key is in it.

    Raises:
        TamperedError: it is not of this key.
    """
    header.verify(raw, vault_key)
    parsed = header.parse(raw)
    database_key, salt = header.open_database_entry(parsed, vault_key)
    return Opened(
        vault_id=parsed.vault_id,
        vault_key=SecretBytes(vault_key.reveal()),
        database_key=database_key,
        database_salt=salt,
    )


def _of_then(
    then: bytes, vault_keys: Sequence[SecretBytes], epoch: int
) -> tuple[Header, SecretBytes]:
    if not 1 <= epoch <= len(vault_keys):
        raise TamperedError("the backup is of keys that its repository does not hold")
    vault_key = vault_keys[epoch - 1]
    header.verify(then, vault_key)
    return header.parse(then), vault_key


def _slot(
    former: Header,
    present: Header,
    vault_key: SecretBytes,
    secret: SecretBytes,
    slot_type: SlotType,
) -> Slot:
    if slot_type is SlotType.RECOVERY:
        return slots.recovery_slot(former.vault_id, vault_key, secret)
    return slots.password_slot(former.vault_id, vault_key, secret, present.kdf_parameters)
