"""Reading parts of a conversation by number: shape, measures and messages."""

from __future__ import annotations

from uuid import UUID

import pytest

from privatus.core import flags
from privatus.core.conversation import Role
from privatus.core.errors import UserError
from support.conversations import attachment, conversation, message
from support.filled import LARGE_TEXT
from support.vaults import ScratchVault


def _branched(vault: ScratchVault) -> UUID:
    vault.bring(
        conversation(
            message(1, "A question", created_at_ms=1_000),
            message(2, "One answer", is_hidden=True),
            message(3, LARGE_TEXT, parent=1, attachments=(attachment("a.txt", b"the file"),)),
            message(7, "Later", parent=3),
            active=7,
        )
    )
    return _id(vault)


def _id(vault: ScratchVault) -> UUID:
    found = vault.only().id
    assert found is not None
    return found


def test_the_shape_of_a_conversation_has_its_branches_and_gaps(vault: ScratchVault) -> None:
    shape = vault.vault.pages.shape(_branched(vault))

    assert shape.active == 7
    assert shape.tree.path(7) == [range(1, 2), range(3, 4), range(7, 8)]
    assert shape.tree.siblings(3) == [2, 3]
    assert 5 not in shape.tree
    assert shape.summary.messages == 4


def test_measures_tell_lengths_roles_and_flags(vault: ScratchVault) -> None:
    found = vault.vault.pages.measures(_branched(vault), range(1, 4))

    assert [m.number for m in found] == [1, 2, 3]
    assert [m.role for m in found] == [Role.USER, Role.ASSISTANT, Role.USER]
    assert found[0].created_at_ms == 1_000
    assert found[1].flags & flags.HIDDEN
    assert found[2].sealed_bytes > 16 * 1024 > found[0].sealed_bytes > 0


def test_messages_come_by_number_with_their_files(vault: ScratchVault) -> None:
    found = vault.vault.pages.messages(
        _branched(vault),
        [range(1, 2), range(3, 8)],
    )

    assert [m.number for m in found] == [1, 3, 7]
    assert found[1].text == LARGE_TEXT
    (file,) = found[1].attachments
    assert file.open is not None
    with file.open() as stream:
        assert stream.read() == b"the file"


def test_a_conversation_that_is_not_there_is_said_to_be_gone(vault: ScratchVault) -> None:
    with pytest.raises(UserError, match="no longer in the vault"):
        vault.vault.pages.shape(UUID(int=1))
