"""Keeps the key objects of a repository those of its vault: what opens one opens the other.

A key object is deleted once a newer one is there, and only if the holder of the vault's keys made
it for this very repository. Else somebody who exchanges the config, which lies in clear, would have
the vault itself delete the only objects that open its backups.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress

from privatus.backup import layout
from privatus.backup.destinations.keeping import put_kept
from privatus.backup.destinations.port import Destination, RefusedError
from privatus.core.errors import TamperedError
from privatus.core.secret import SecretBytes
from privatus.vault import header, key_object
from privatus.vault.key_object import KeyObject


def settle(
    destination: Destination,
    config: bytes,
    found: Iterable[tuple[str, KeyObject]],
    vault_header: bytes,
    vault_keys: Sequence[SecretBytes],
) -> None:
    """Let what opens the vault open its repository, and what opened it before no longer.

    *found* are the key objects that are there, *vault_keys* all of the vault, the oldest first.

    Raises:
        TamperedError: a key object was changed, or the config.
    """
    repository_id = layout.parse_config(config).repository_id
    ours = [(name, one) for name, one in found if _is_ours(one, config, repository_id, vault_keys)]
    if not any(one.header_bytes == vault_header for _, one in ours):
        raw = key_object.make(config, repository_id, vault_header, vault_keys)
        put_kept(destination, f"{layout.KEYS}/{os.urandom(16).hex()}", raw)
    sequence = header.parse(vault_header).sequence
    for name, one in ours:
        if one.header_bytes != vault_header and one.header.sequence < sequence:
            # Where nothing may be deleted the backup is made all the same; `verify` names what
            # a former password opens there still.
            with suppress(RefusedError):
                destination.delete(name)


def _is_ours(
    found: KeyObject, config: bytes, repository_id: bytes, vault_keys: Sequence[SecretBytes]
) -> bool:
    """Say whether the vault has made a key object, under its present or a former key.

    One under other keys is of a copy of the vault that got keys of its own; it stays.
    """
    for vault_key in reversed(vault_keys):
        try:
            header.verify(found.header_bytes, vault_key)
        except TamperedError:
            continue
        found.check(config, repository_id, vault_key)
        return True
    return False
