"""Whatever a chat holds, it comes back from an archive as it was."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from privatus.core.archives import ArchiveWish
from privatus.core.conversation import Conversation
from support.conversations import conversations
from support.curated import all_rows
from support.vaults import ScratchVault


@settings(max_examples=25)
@given(st.lists(conversations(), min_size=1, max_size=3), st.sampled_from(("jsonl", "csv")))
def test_any_chats_come_back_from_archives_row_by_row(chats: list[Conversation], form: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        vault = ScratchVault.create(Path(folder) / "vault")
        vault.bring(*chats)
        before = all_rows(vault)
        ids = [row[0] for row in before["conversations"]]

        vault.vault.archives.create(ArchiveWish(row_ids=ids, with_marked=True), format=form)
        assert all_rows(vault)["conversations"] == []
        vault.vault.archives.bring_back(ids)

        assert all_rows(vault) == before
        vault.vault.lock()
