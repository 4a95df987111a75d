"""Whatever a chat holds, it comes back from an archive as it was."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from privatus.core.archives import ArchiveWish
from privatus.core.conversation import Conversation
from privatus.core.errors import TamperedError
from privatus.services.archiving.contents import pack, unpack
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


_READABLE = ("messages.jsonl", b'{"text": "a word, and another word"}\n' * 50)
_PACKED = pack({"title": "A chat"}, [], _READABLE, [bytes(32)])


@given(st.integers(0, 8 * len(_PACKED) - 1))
def test_a_bit_that_is_wrong_in_an_opened_archive_file_is_refused_or_in_what_nobody_reads(
    bit: int,
) -> None:
    raw = bytearray(_PACKED)
    raw[bit // 8] ^= 1 << bit % 8
    with suppress(TamperedError):
        assert unpack(bytes(raw)) == unpack(_PACKED)
