"""Who has the database key can switch no edit, no removal and no version without being noticed."""

from __future__ import annotations

import pytest

from privatus.core.errors import TamperedError
from support.conversations import conversation
from support.vaults import PASSWORD, ScratchVault

_TEXTS = ("Where is the kye?", "In the drawer", "Thanks", "You are welcome")

# What is done, and what the check says of it. Message 1 is edited, message 3 removed.
_ATTACKS = {
    "a removed message brought back by its flag": (
        "UPDATE messages SET flags = flags & ~1024 WHERE number = 3",
        "messages: message 3 of conversation 1",
    ),
    "a message removed by its flag": (
        "UPDATE messages SET flags = flags | 1024 WHERE number = 2",
        "messages: message 2 of conversation 1",
    ),
    "a removed message brought back with its former words": (
        "UPDATE messages SET (flags, revision, content_sealed, seal) = (SELECT flags, revision,"
        " content_sealed, seal FROM messages_history WHERE number = 3) WHERE number = 3",
        "counts: ",
    ),
    "an edit that says it was none": (
        "UPDATE messages SET flags = flags & ~512 WHERE number = 1",
        "messages: message 1 of conversation 1",
    ),
    "words of the source that say a person wrote them": (
        "UPDATE messages SET flags = flags | 512 WHERE number = 2",
        "messages: message 2 of conversation 1",
    ),
    "an edit taken back by its row": (
        "UPDATE messages SET (flags, revision, content_sealed, seal) = (SELECT flags, revision,"
        " content_sealed, seal FROM messages_history WHERE number = 1) WHERE number = 1",
        "counts: ",
    ),
    "a former wording that says it was purged": (
        "UPDATE messages_history SET flags = flags | 4096",
        "history: a former message 1 of conversation 1",
    ),
    "a manifest changed": (
        "UPDATE chat_versions SET details_sealed = zeroblob(60) WHERE number = 2",
        "versions: version 2 of conversation 1",
    ),
    "the manifest of another version": (
        "UPDATE chat_versions SET (details_sealed, seal) ="
        " (SELECT details_sealed, seal FROM chat_versions WHERE number = 3) WHERE number = 2",
        "versions: version 2 of conversation 1",
    ),
    "a version under another number": (
        "UPDATE chat_versions SET number = 1 WHERE number = 2",
        "versions: version 1 of conversation 1",
    ),
    "a version by somebody else": (
        "UPDATE chat_versions SET actor = 'import' WHERE number = 2",
        "versions: version 2 of conversation 1",
    ),
    "a version gone": (
        "DELETE FROM chat_versions WHERE number = 3",
        "counts: conversation 1 is version 3",
    ),
    "a former wording gone": (
        "DELETE FROM messages_history WHERE number = 3",
        "counts: message 3 of conversation 1",
    ),
}


@pytest.fixture
def edited(vault: ScratchVault) -> ScratchVault:
    vault.bring(conversation(*_TEXTS))
    chat = vault.only()
    vault.vault.editing.edit(chat.id, 1, "Where is the key?", description="a typo")
    vault.vault.editing.remove(chat.id, [3])
    return vault


def test_an_edited_chat_that_nobody_touched_is_whole(edited: ScratchVault) -> None:
    assert edited.problems() == []


@pytest.mark.parametrize("name", _ATTACKS)
def test_what_was_switched_is_named(edited: ScratchVault, name: str) -> None:
    statement, expected = _ATTACKS[name]

    assert edited.attack(statement) > 0

    assert any(problem.startswith(expected) for problem in edited.problems()), edited.problems()


def test_a_removed_message_is_not_shown_by_who_clears_its_flag(edited: ScratchVault) -> None:
    chat = edited.only()
    edited.attack("UPDATE messages SET flags = flags & ~1024 WHERE number = 3")
    edited.vault = type(edited.vault).open(edited.folder, PASSWORD)

    with pytest.raises(TamperedError):
        edited.vault.conversations.get(chat.id)


def test_what_was_said_stands_in_no_clear_column(edited: ScratchVault) -> None:
    rows = edited.query("SELECT * FROM chat_versions")

    assert len(rows) == 2
    for row in rows:
        clear = [value for value in row if not isinstance(value, bytes)]
        assert not any("typo" in str(value) or "key" in str(value) for value in clear)
