"""Splitting a chat at a message: what follows is a chat of its own, and can come back."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from privatus.core.conversation import Conversation
from privatus.core.errors import UserError
from privatus.core.merge import Origin
from privatus.services.splitting import SplitChange
from support.conversations import annotation, attachment, contents, conversation, message, tagging
from support.vaults import ScratchVault
from support.vaults import said as texts_of


def long_chat() -> Conversation:
    """Return a chat with two branches, of which the second question begins another subject."""
    file = attachment("rose.png", b"a rose", media_type="image/png")
    return conversation(
        message(1, "How do I prune roses?", created_at_ms=1_000),
        message(2, "In spring.", created_at_ms=2_000),
        message(3, "And a letter?", created_at_ms=3_000, attachments=(file,)),
        message(4, "Dear Mr Müller", created_at_ms=4_000),
        message(5, "Dear Sir", parent=3, created_at_ms=5_000),
        message(6, "In autumn.", parent=1, created_at_ms=6_000),
        external_id="garden",
        source="chatgpt",
        title="Roses",
        created_at_ms=1_000,
        updated_at_ms=6_000,
        active=4,
        tags=(tagging("home"), tagging("letters", 3), tagging("plants", 2)),
        annotations=(annotation("send it", 4), annotation("of the whole")),
    )


@pytest.fixture
def filled(vault: ScratchVault) -> ScratchVault:
    vault.bring(long_chat(), source="chatgpt")
    return vault


def _split(vault: ScratchVault, number: int = 3) -> tuple[SplitChange, Conversation, Conversation]:
    [chat] = vault.vault.conversations.list()
    change = vault.vault.splitting.split(f"{chat.id}.{number}")
    get = vault.vault.conversations.get
    return change, get(chat.id), get(change.conversation_id)


def test_what_follows_becomes_a_chat_of_its_own(filled: ScratchVault) -> None:
    change, left, made = _split(filled)

    assert (change.messages, made.title, made.source) == (3, "Roses (2)", "chatgpt")
    assert [m.text for m in made.active_path()] == ["And a letter?", "Dear Mr Müller"]
    assert [(m.number, m.parent) for m in made.messages] == [(1, None), (2, 1), (3, 1)]
    assert (made.created_at_ms, made.updated_at_ms) == (3_000, 5_000)
    assert contents(made) == [b"a rose"]
    assert [m.text for m in left.messages] == ["How do I prune roses?", "In spring.", "In autumn."]
    assert [m.text for m in left.active_path()][-1] in ("In spring.", "In autumn.")
    assert [c.messages for c in filled.vault.conversations.list()] == [3, 3]
    assert filled.problems() == []


def test_tags_and_notes_of_these_messages_come_along(filled: ScratchVault) -> None:
    _, left, made = _split(filled)

    assert [(t.name, t.number) for t in made.tags] == [("letters", 1)]
    assert [(a.text, a.number) for a in made.annotations] == [("send it", 2)]
    assert {(t.name, t.number) for t in left.tags} == {("home", None), ("plants", 2)}
    assert [a.text for a in left.annotations] == ["of the whole"]


def test_both_lead_to_each_other_and_say_what_came_from_where(filled: ScratchVault) -> None:
    _, left, made = _split(filled)

    assert left.id is not None and made.id is not None
    merging = filled.vault.merging
    assert [(c.id, c.origin) for c in merging.of(made.id).sources] == [(left.id, Origin.SPLIT)]
    assert [(c.id, c.origin) for c in merging.of(left.id).made] == [(made.id, Origin.SPLIT)]
    assert not merging.of(made.id).is_hybrid
    assert [(x.number, x.source_number) for x in merging.links(made.id)] == [(1, 3), (2, 4), (3, 5)]
    assert [v.kind for v in filled.vault.versions.list(made.id)] == ["split"]
    assert [v.kind for v in filled.vault.versions.list(left.id)] == ["import", "split"]


def test_undo_brings_all_of_it_back(filled: ScratchVault) -> None:
    [before] = filled.vault.conversations.list()
    whole = filled.vault.conversations.get(before.id)
    change, _, _ = _split(filled)

    taken_back = filled.vault.splitting.undo(change)

    assert filled.vault.conversations.get(before.id) == whole
    assert [c.id for c in filled.vault.conversations.list()] == [before.id]
    assert filled.vault.merging.of(before.id).made == ()
    assert filled.problems() == []
    filled.vault.splitting.undo(change)
    assert filled.vault.conversations.get(before.id) == whole

    filled.vault.splitting.undo(taken_back)
    assert sorted(c.messages for c in filled.vault.conversations.list()) == [3, 3]
    assert filled.problems() == []


def test_undo_after_edits_in_the_new_chat_brings_the_former_words_back(
    filled: ScratchVault,
) -> None:
    change, left, made = _split(filled)
    assert made.id is not None and left.id is not None
    filled.vault.editing.edit(made.id, 2, "Dear all")

    filled.vault.splitting.undo(change)

    found = filled.vault.conversations.get(left.id)
    assert [m.text for m in found.active_path()][-1] == "Dear Mr Müller"


def test_an_import_brings_nothing_back_and_makes_no_double(filled: ScratchVault) -> None:
    change, left, _ = _split(filled)
    on = message(7, "And further", parent=4, external_id="m7", created_at_ms=7_000)
    chat = long_chat()

    filled.bring(
        replace(chat, messages=(*chat.messages, on), active=7, updated_at_ms=7_000),
        source="chatgpt",
    )

    assert left.id is not None
    texts = {m.text for m in filled.vault.conversations.get(left.id).messages}
    assert texts == {"How do I prune roses?", "In spring.", "In autumn.", "And further"}
    assert len(filled.vault.conversations.get(change.conversation_id).messages) == 3
    assert filled.problems() == []


def test_what_was_split_is_found_where_it_is_now(filled: ScratchVault) -> None:
    change, _, _ = _split(filled)

    found = {hit.conversation_id for hit in filled.vault.search.find("Müller")}

    assert found == {change.conversation_id}


def test_a_chat_is_not_split_where_nothing_would_be_left(filled: ScratchVault) -> None:
    [chat] = filled.vault.conversations.list()

    for target, said in ((".1", "begins with"), (".9", "no message"), ("", "at which message")):
        with pytest.raises(UserError, match=said):
            filled.vault.splitting.split(f"{chat.id}{target}")
    assert [c.messages for c in filled.vault.conversations.list()] == [6]
    assert filled.problems() == []


def test_split_and_merged_again_all_is_in_one_chat(filled: ScratchVault) -> None:
    _, left, made = _split(filled)

    assert left.id is not None and made.id is not None
    change = filled.vault.merging.merge([left.id, made.id])

    hybrid = filled.vault.conversations.get(change.conversation_id)
    assert {m.text for m in hybrid.messages} == {m.text for m in long_chat().messages}
    assert filled.problems() == []


def _halves(vault: ScratchVault) -> tuple[UUID, SplitChange]:
    vault.bring(conversation(*(message(n, f"text {n}") for n in range(1, 5)), title="whole"))
    [chat] = vault.vault.conversations.list()
    return chat.id, vault.vault.splitting.split(f"{chat.id}.3")


def test_undo_after_a_purge_leaves_the_only_copy_where_it_is(vault: ScratchVault) -> None:
    chat_id, change = _halves(vault)
    vault.vault.purging.purge_history(chat_id)

    vault.vault.splitting.undo(change)

    assert vault.vault.trash.list() == []
    assert texts_of(vault.vault.conversations.get(change.conversation_id)) == ["text 3", "text 4"]


def test_what_was_taken_back_is_not_split_again_if_the_other_chat_has_gone(
    vault: ScratchVault,
) -> None:
    chat_id, change = _halves(vault)
    vault.vault.purging.destroy([change.row_id])
    again = vault.vault.splitting.undo(change)

    assert vault.vault.splitting.undo(again) == again

    assert len(texts_of(vault.vault.conversations.get(chat_id))) == 4
