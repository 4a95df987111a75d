"""Who has the database key can move tags and edit who gave them, but not without being noticed."""

from __future__ import annotations

import pytest

from privatus.core.errors import TamperedError
from support.conversations import conversation
from support.vaults import ScratchVault

_ATTACKS = {
    "a tag moved to another chat": (
        "UPDATE chat_tags SET conversation_id = 3 WHERE id = 1",
        "conversation 3",
    ),
    "a tag moved to a message": (
        "UPDATE chat_tags SET message_number = 1 WHERE id = 1",
        "message 1 of conversation 1",
    ),
    "a tag moved to another message": (
        "UPDATE chat_tags SET message_number = 1 WHERE id = 2",
        "message 1 of conversation 2",
    ),
    "a tag of a message moved to the chat": (
        "UPDATE chat_tags SET message_number = NULL WHERE id = 2",
        "what gives tag 1 to conversation 2",
    ),
    "another tag": ("UPDATE chat_tags SET tag_id = 2 WHERE id = 1", "tag 2 to conversation 1"),
    "given by another": (
        "UPDATE chat_tags SET actor = 'rule' WHERE id = 1",
        "tag 1 to conversation 1",
    ),
    "given at another time": (
        "UPDATE chat_tags SET added_at_ms = 0 WHERE id = 1",
        "tag 1 to conversation 1",
    ),
    "given by a rule that did not": (
        "UPDATE chat_tags SET actor = 'rule', rule_id = 1 WHERE id = 1",
        "tag 1 to conversation 1",
    ),
    "given twice with one seal": (
        "INSERT INTO chat_tags SELECT 9, tag_id, 3, NULL, actor, rule_id, added_at_ms, seal"
        " FROM chat_tags WHERE id = 1",
        "conversation 3",
    ),
    "a seal of another row": (
        "UPDATE chat_tags SET seal = (SELECT seal FROM chat_tags WHERE id = 2) WHERE id = 3",
        "tag 2 to conversation 2",
    ),
    "a name of another tag": (
        "UPDATE tags SET (details_sealed, seal) ="
        " (SELECT details_sealed, seal FROM tags WHERE id = 2) WHERE id = 1",
        "tag 1: ",
    ),
    "a tag made at another time": ("UPDATE tags SET created_at_ms = 0 WHERE id = 2", "tag 2: "),
    "a tag that is gone": ("DELETE FROM tags WHERE id = 2", "chat_tags row 3"),
}


@pytest.mark.parametrize("attack", _ATTACKS)
def test_what_was_edited_of_tags_is_named(vault: ScratchVault, attack: str) -> None:
    statement, named = _ATTACKS[attack]
    vault.bring(
        *(conversation("Hello", "You", external_id=str(n), title=str(n)) for n in (1, 2, 3))
    )
    ids = {summary.title: summary.id for summary in vault.vault.conversations.list()}
    vault.vault.tags.add("work", ids["1"], f"{ids['2']}.2")
    vault.vault.tags.add("home", ids["2"])
    assert vault.check().ok

    assert vault.attack(statement)

    problems = vault.problems()
    assert [p for p in problems if p.startswith(("tags: ", "references: ")) and named in p], (
        problems
    )


def test_a_tag_that_was_edited_is_not_merged_and_so_sealed_anew(vault: ScratchVault) -> None:
    vault.bring(*(conversation("Hello", external_id=str(n), title=str(n)) for n in (1, 2)))
    [first, second] = vault.vault.conversations.list()
    vault.vault.tags.add("work", first.id)
    vault.vault.tags.add("home", second.id)
    vault.attack("UPDATE chat_tags SET added_at_ms = 5 WHERE id = 1")

    with pytest.raises(TamperedError):
        vault.reopen().tags.merge("work", "home")


def test_a_tag_that_is_gone_is_told_of_by_lists_and_chats(vault: ScratchVault) -> None:
    vault.bring(conversation("Hello", external_id="c1"))
    [chat] = vault.vault.conversations.list()
    vault.vault.tags.add("work", chat.id)
    vault.attack("DELETE FROM tags")
    # One more: a vault without any tag asks for none.
    reopened = vault.reopen()
    reopened.tags.add("home", f"{chat.id}.1")

    with pytest.raises(TamperedError, match="a tag is gone that a conversation has"):
        reopened.conversations.list()
    with pytest.raises(TamperedError, match="a tag is gone that a conversation has"):
        reopened.conversations.get(chat.id)
