"""What the window asks of backups: the service of the open vault."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from privatus.bootstrap import Vault


def backups_of(vault: Vault) -> Any:
    """Return the service."""
    return cast(Any, vault).backups
