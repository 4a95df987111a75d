"""Who has the database key can change where messages come from, but not without being noticed."""

from __future__ import annotations

import pytest

from privatus.core.errors import TamperedError
from support.conversations import conversation
from support.vaults import ScratchVault

_ATTACKS = {
    "another message of the source": (
        "UPDATE chat_links SET source_number = 9 - source_number WHERE id = 1",
        "where message 1 of conversation 4",
    ),
    "another source": (
        "UPDATE chat_links SET source_id = 3 WHERE id = 1",
        "where message 1 of conversation 4",
    ),
    "another revision": (
        "UPDATE chat_links SET source_revision = 2 WHERE id = 1",
        "where message 1 of conversation 4",
    ),
    "another message of the hybrid": (
        "UPDATE chat_links SET message_number = 2 WHERE id = 1",
        "where message 2 of conversation 4",
    ),
    "a link of another row": (
        "UPDATE chat_links SET seal = (SELECT seal FROM chat_links WHERE id = 2) WHERE id = 1",
        "where message 1 of conversation 4",
    ),
    "a link that was added": (
        "INSERT INTO chat_links SELECT 99, conversation_id, 1, 3, 1, 1, seal"
        " FROM chat_links WHERE id = 1",
        "(row 99)",
    ),
    "a hybrid of another chat": (
        "UPDATE chat_sources SET source_id = 3 WHERE id = 1",
        "of what conversation 4 was made (row 1)",
    ),
    "a hybrid that is said to be split": (
        "UPDATE chat_sources SET kind = 'split' WHERE id = 1",
        "of what conversation 4 was made (row 1)",
    ),
    "a hybrid that is said to have taken over all": (
        "UPDATE chat_sources SET source_version = 7 WHERE id = 1",
        "of what conversation 4 was made (row 1)",
    ),
    "another order of the sources": (
        "UPDATE chat_sources SET position = 1 - position WHERE id = 1",
        "of what conversation 4 was made (row 1)",
    ),
}


def _merged(vault: ScratchVault) -> str:
    vault.bring(
        *(conversation("Hello", "You", external_id=str(n), title=str(n)) for n in (1, 2, 3))
    )
    ids = {summary.title: summary.id for summary in vault.vault.conversations.list()}
    return str(vault.vault.merging.merge([ids["1"], ids["2"]]).conversation_id)


@pytest.mark.parametrize("attack", _ATTACKS)
def test_what_was_edited_of_links_is_named(vault: ScratchVault, attack: str) -> None:
    statement, named = _ATTACKS[attack]
    _merged(vault)
    assert vault.check().ok

    assert vault.attack(statement)

    problems = vault.problems()
    assert [p for p in problems if p.startswith("links: ") and named in p], problems


def test_a_link_that_was_edited_is_not_shown(vault: ScratchVault) -> None:
    hybrid = _merged(vault)
    vault.attack("UPDATE chat_links SET source_id = 3 WHERE id = 1")
    vault.attack("UPDATE chat_sources SET source_id = 3 WHERE id = 1")

    vault.reopen()

    with pytest.raises(TamperedError):
        vault.vault.merging.links(hybrid)
    with pytest.raises(TamperedError):
        vault.vault.merging.of(hybrid)
