"""A vault whose making was broken off is told from one that is in use."""

from __future__ import annotations

from privatus.storage import unfinished
from support.vaults import ScratchVault


def test_a_new_vault_is_smaller_than_what_no_mark_can_call_unfinished(
    vault: ScratchVault,
) -> None:
    # A killed creation must be known as one, however many tables there are by then. At most the
    # log is there, and all of it once more in the database.
    size = 2 * sum(path.stat().st_size for path in vault.folder.glob("vault.db*"))

    assert size < unfinished._LARGEST_NEW_BYTES
