"""Several tags at once, for the chats that a list holds: as the window gives and takes them."""

from __future__ import annotations

import pytest

from privatus.core.errors import UserError
from privatus.core.tag import TagActor
from support.conversations import conversation
from support.tags import given, names, state
from support.vaults import ScratchVault


@pytest.fixture
def rows(vault: ScratchVault) -> dict[str, int]:
    """Bring three chats; return by title the ids that lists have."""
    vault.bring(
        *(
            conversation("Hello", "Hello yourself", external_id=title, title=title)
            for title in ("Bread", "Keys", "Water")
        )
    )
    listing, chats = vault.vault.listing, vault.vault.conversations.list()
    found = {chat.title: listing.row_id(chat.id) for chat in chats}
    return {title: row_id for title, row_id in found.items() if row_id is not None}


def test_tags_are_given_and_taken_in_one_change_that_undo_takes_back(
    vault: ScratchVault, rows: dict[str, int]
) -> None:
    tags = vault.vault.tags
    tags.exchange([rows["Bread"], rows["Keys"]], ["old", "home"], [])
    before = state(vault.vault)

    change = tags.exchange(list(rows.values()), ["work/tax", "new", "HOME"], ["old"])

    assert change.conversations == 3
    assert names(vault.reopen()) == {
        (title, 0): ["home", "new", "work/tax"] for title in ("Bread", "Keys", "Water")
    }
    after = state(vault.vault)
    again = vault.vault.tags.undo(change)
    assert state(vault.vault) == before
    vault.vault.tags.undo(again)
    assert state(vault.vault) == after


def test_a_tag_that_is_taken_leaves_those_that_lie_in_it(
    vault: ScratchVault, rows: dict[str, int]
) -> None:
    tags = vault.vault.tags
    tags.exchange([rows["Bread"]], ["work", "work/tax"], [])

    tags.exchange([rows["Bread"]], [], ["work"])

    assert names(vault.vault) == {("Bread", 0): ["work/tax"]}


def test_a_message_keeps_the_tag_that_is_taken_from_its_chat(
    vault: ScratchVault, rows: dict[str, int]
) -> None:
    tags = vault.vault.tags
    bread = next(c.id for c in vault.vault.conversations.list() if c.title == "Bread")
    tags.add("work", f"{bread}.1", bread)

    tags.exchange([rows["Bread"]], [], ["work"])

    assert names(vault.vault) == {("Bread", 1): ["work"]}


def test_what_a_rule_gave_and_a_person_took_the_rule_gives_no_more(
    vault: ScratchVault, rows: dict[str, int]
) -> None:
    tags = vault.vault.tags
    tags.rules.add("greeting", "hello")
    assert tags.counts_on(list(rows.values())) == {"greeting": 3}

    change = tags.exchange([rows["Keys"]], [], ["greeting"])
    [rule] = tags.rules.list()

    assert len(rule.rule.exceptions) == 1
    tags.undo(change)
    assert given(vault.vault)["Keys", 0][0].actor is TagActor.RULE
    assert not tags.rules.list()[0].rule.exceptions


def test_chats_that_have_a_tag_are_counted_among_those_that_are_named(
    vault: ScratchVault, rows: dict[str, int]
) -> None:
    tags = vault.vault.tags
    tags.exchange([rows["Bread"], rows["Keys"]], ["work"], [])
    tags.exchange([rows["Water"]], ["home"], [])

    assert tags.counts_on([rows["Bread"], rows["Keys"], 9_999]) == {"work": 2}
    assert tags.counts_on([]) == {}


def test_nothing_is_changed_for_nobody_and_by_names_that_do_not_do(
    vault: ScratchVault, rows: dict[str, int]
) -> None:
    tags = vault.vault.tags
    before = state(vault.vault)

    assert tags.exchange([9_999], ["work"], []).conversations == 0
    with pytest.raises(UserError, match="needs a name"):
        tags.exchange([rows["Bread"]], ["work", "a//b"], [])
    with pytest.raises(UserError, match="no tag is called"):
        tags.exchange([rows["Bread"]], ["work"], ["gone"])

    assert state(vault.vault) == before


def test_a_message_gets_and_loses_tags_as_one_change(vault: ScratchVault) -> None:
    vault.bring(conversation("Mix", "Bake", external_id="bread", title="Bread"))
    tags, (chat,) = vault.vault.tags, vault.vault.conversations.list()
    tags.add("old", f"{chat.id}.2", chat.id)

    change = tags.exchange_on(f"{chat.id}.2", ["new"], ["old"])

    assert [(t.number, t.name) for t in tags.within(chat.id)] == [(None, "old"), (2, "new")]
    tags.undo(change)
    assert [(t.number, t.name) for t in tags.within(chat.id)] == [(None, "old"), (2, "old")]
