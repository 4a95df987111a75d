"""Chats in a vault that is open, without an export file of any provider."""

from __future__ import annotations

from privatus.bootstrap import Vault
from privatus.core.conversation import Conversation
from support.conversations import conversation
from support.vaults import ScratchVault

DAY_MS = 86_400_000
NOW_MS = 1_780_000_000_000


def numbered(count: int) -> list[Conversation]:
    """Return chats from "Chat 000" on, each a day older than the one before."""
    return [
        conversation(
            f"Question {n}",
            f"Answer {n}",
            external_id=f"c{n}",
            title=f"Chat {n:03}",
            updated_at_ms=NOW_MS - n * DAY_MS,
        )
        for n in range(count)
    ]


def bring(vault: Vault, *conversations: Conversation) -> None:
    """Import *conversations* into *vault*."""
    ScratchVault(vault.folder, vault).bring(*conversations)
