"""Chats in a vault that is open, without an export file of any provider."""

from __future__ import annotations

from privatus.bootstrap import Vault
from privatus.core.conversation import Conversation
from support.vaults import ScratchVault


def bring(vault: Vault, *conversations: Conversation) -> None:
    """Import *conversations* into *vault*."""
    ScratchVault(vault.folder, vault).bring(*conversations)
