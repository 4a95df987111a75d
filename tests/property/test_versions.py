"""Any sequence of imports, edits, restores and undos: nothing is lost, every version is there."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from support.edited_chat import EditedChat
from support.vaults import ScratchVault

_STEPS = (
    "same", "grow", "change", "shrink", "retitle", "append", "edit", "cut", "remove", "rename",
    "restore", "undo", "note",
)  # fmt: skip
_STEP = st.tuples(st.sampled_from(_STEPS), st.integers(0, 30), st.integers(0, 30))


@settings(max_examples=25)
@given(st.lists(_STEP, max_size=14))
def test_a_chat_says_what_it_must_in_every_version(steps: list[tuple[str, int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        scratch = ScratchVault.create(Path(folder) / "vault")
        chat = EditedChat(scratch)
        for step in [("same", 0, 0), *steps]:
            chat.do(step)
            chat.check_now()
            chat.check_notes()

        chat.check_versions()
        chat.check_search()
        assert scratch.problems() == []
        chat.check_now()
        scratch.vault.lock()
