"""A vault whose folder is moved, or replaced by a copy, while a program has it open."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from privatus.bootstrap import Vault
from privatus.core.errors import DeviceError
from support.conversations import attachment, contents, conversation, message
from support.vaults import PASSWORD, ScratchVault

_TALK = conversation(message(1, "see", attachments=(attachment("a.png", b"bytes"),)))


@pytest.mark.parametrize("is_copied_back", [False, True])
def test_nothing_is_written_past_a_vault_that_was_moved_while_it_was_open(
    scratch: Path, is_copied_back: bool
) -> None:
    vault = ScratchVault.create(scratch / "vault")
    moved = vault.folder.rename(scratch / "moved")
    if is_copied_back:
        shutil.copytree(moved, vault.folder)

    with pytest.raises(DeviceError):
        vault.bring(_TALK)
    with pytest.raises(DeviceError, match="was moved or replaced"):
        vault.vault.passwords.change("another one")
    with pytest.raises(DeviceError, match="was moved or replaced"):
        vault.vault.saved_searches.save("ropes", "knots")
    vault.vault.lock()

    assert vault.folder.exists() is is_copied_back
    for folder in (moved, vault.folder)[: 1 + is_copied_back]:
        with Vault.open(folder, PASSWORD) as opened:
            assert (opened.warnings, opened.conversations.list()) == ([], [])
            assert opened.integrity.check().ok


def test_a_vault_that_was_moved_back_is_written_again(scratch: Path) -> None:
    vault = ScratchVault.create(scratch / "vault")
    moved = vault.folder.rename(scratch / "moved")
    with pytest.raises(DeviceError):
        vault.bring(_TALK)

    moved.rename(vault.folder)

    assert vault.bring(_TALK).counts.attachments_new == 1
    assert contents(vault.only()) == [b"bytes"]
    assert vault.problems() == []
    vault.vault.lock()
