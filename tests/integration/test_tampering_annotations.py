"""Who has the database key can move and mix annotations, but not without being noticed."""

from __future__ import annotations

import pytest

from privatus.core.errors import TamperedError
from support.conversations import conversation
from support.vaults import ScratchVault

_ATTACKS = {
    "a note moved to another chat": (
        "UPDATE annotations SET conversation_id = 2 WHERE id = 1",
        "annotation 1 of conversation 2",
    ),
    "a note moved to a message": (
        "UPDATE annotations SET message_number = 1, revision = 1 WHERE id = 1",
        "annotation 1 of conversation 1",
    ),
    "a highlight moved to another message": (
        "UPDATE annotations SET message_number = 1 WHERE id = 2",
        "annotation 2 of conversation 1",
    ),
    "a highlight moved to the chat": (
        "UPDATE annotations SET message_number = NULL, revision = NULL WHERE id = 2",
        "annotation 2 of conversation 1",
    ),
    "of another revision": (
        "UPDATE annotations SET revision = 2 WHERE id = 2",
        "annotation 2 of conversation 1",
    ),
    "made at another time": (
        "UPDATE annotations SET created_at_ms = 0 WHERE id = 2",
        "annotation 2 of conversation 1",
    ),
    "the words of another": (
        "UPDATE annotations SET (details_sealed, seal) ="
        " (SELECT details_sealed, seal FROM annotations WHERE id = 2) WHERE id = 3",
        "annotation 3 of conversation 1",
    ),
    "made twice with one seal": (
        "INSERT INTO annotations SELECT 9, conversation_id, message_number, revision,"
        " created_at_ms, details_sealed, seal FROM annotations WHERE id = 2",
        "annotation 9 of conversation 1",
    ),
    "of a message that is not there": (
        "UPDATE annotations SET message_number = 7 WHERE id = 2",
        "annotations row 2",
    ),
}


@pytest.fixture
def annotated(vault: ScratchVault) -> ScratchVault:
    vault.bring(*(conversation("Hello", "You", external_id=t, title=t) for t in ("1", "2")))
    ids = {summary.title: summary.id for summary in vault.vault.conversations.list()}
    notes = vault.vault.annotations
    notes.add(ids["1"], "Ask again")
    notes.add(f"{ids['1']}.2", quote="You")
    notes.add(f"{ids['1']}.2", "Who", quote="Yo")
    return vault


@pytest.mark.parametrize("attack", _ATTACKS)
def test_what_was_edited_of_annotations_is_named(annotated: ScratchVault, attack: str) -> None:
    statement, named = _ATTACKS[attack]
    assert annotated.check().ok

    assert annotated.attack(statement)

    problems = annotated.problems()
    wanted = ("annotations: ", "references: ")
    assert [p for p in problems if p.startswith(wanted) and named in p], problems


def test_an_annotation_that_was_edited_is_not_shown_and_not_sealed_anew(
    annotated: ScratchVault,
) -> None:
    annotated.attack("UPDATE annotations SET created_at_ms = 5 WHERE id = 1")
    notes = annotated.reopen().annotations

    with pytest.raises(TamperedError):
        notes.list()
    with pytest.raises(TamperedError):
        notes.edit(1, text="Mine now")
