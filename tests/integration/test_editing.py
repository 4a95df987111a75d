"""What a person changes in a chat: it says so at once, and what it said before is there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from privatus.core.conversation import Conversation, Part, PartKind, Role
from privatus.core.errors import AccessError, UserError
from support.conversations import attachment, contents, conversation, message
from support.vaults import ScratchVault, said

_TEXTS = ("Where is the kye?", "In the drawer, code 4711", "Thanks", "You are welcome")


@pytest.fixture
def chat(vault: ScratchVault) -> Conversation:
    vault.bring(conversation(*_TEXTS, title="Keys", updated_at_ms=1))
    return vault.only()


def _found(vault: ScratchVault, words: str) -> list[int | None]:
    return sorted(hit.number or 0 for hit in vault.vault.search.find(words))


def test_an_edited_message_says_the_new_words_and_only_these_are_found(
    vault: ScratchVault, chat: Conversation
) -> None:
    change = vault.vault.editing.edit(chat.id, 1, "Where is the key?")

    assert (change.version, change.kind, change.messages) == (2, "edit", (1,))
    assert said(vault.only()) == ["Where is the key?", *_TEXTS[1:]]
    assert [m.is_edited for m in vault.only().messages] == [True, False, False, False]
    assert (_found(vault, "kye"), _found(vault, "key")) == ([], [1])
    assert said(vault.vault.versions.at(chat.id, 1)) == list(_TEXTS)
    assert vault.problems() == []


def test_a_passage_is_cut_out_and_not_found_any_more(
    vault: ScratchVault, chat: Conversation
) -> None:
    start = _TEXTS[1].index(", code")

    vault.vault.editing.cut(chat.id, 2, start, len(_TEXTS[1]))

    assert said(vault.only())[1] == "In the drawer"
    assert _found(vault, "4711") == []
    assert vault.problems() == []


def test_an_edit_leaves_files_and_other_parts_as_they_were(vault: ScratchVault) -> None:
    thought = Part(kind=PartKind.THINKING, text="Hm")
    picture = Part(kind=PartKind.IMAGE, attachment=0)
    parts = (thought, Part(kind=PartKind.TEXT, text="A wrod"), picture)
    files = (attachment("a.png", b"bytes", media_type="image/png"), attachment("b.pdf", None))
    vault.bring(
        conversation(
            message(1, parts=parts, attachments=files, author="Ann", model="m1", metadata={"k": 1})
        )
    )
    before = vault.only()

    vault.vault.editing.edit(before.id, 1, "A word, $x^2$")

    [now] = vault.only().messages
    text = Part(kind=PartKind.TEXT, text="A word, $x^2$")
    assert now == replace(before.messages[0], parts=(thought, text, picture), is_edited=True)
    assert contents(vault.only()) == [b"bytes", None]
    assert contents(vault.vault.versions.at(before.id, 1)) == [b"bytes", None]
    assert vault.problems() == []


def test_a_removed_message_is_nowhere_and_what_answered_it_moves_up(
    vault: ScratchVault, chat: Conversation
) -> None:
    vault.vault.editing.remove(chat.id, [2])

    found = vault.only()
    assert [(m.number, m.parent) for m in found.messages] == [(1, None), (3, 1), (4, 3)]
    assert [m.number for m in vault.vault.conversations.page(chat.id)] == [1, 3, 4]
    assert [m.number for m in vault.vault.pages.messages(chat.id, [range(1, 5)])] == [1, 3, 4]
    assert [m.number for m in vault.vault.pages.measures(chat.id, range(1, 5))] == [1, 3, 4]
    shape = vault.vault.pages.shape(chat.id)
    assert (len(shape.tree), shape.tree.path(4), shape.summary.messages) == (
        3, [range(1, 2), range(3, 5)], 3,
    )  # fmt: skip
    assert _found(vault, "drawer") == []
    assert vault.vault.statistics.get().messages == 3
    with pytest.raises(UserError, match="no message of this number"):
        vault.vault.editing.edit(chat.id, 2, "Back")
    assert vault.problems() == []


def test_a_branch_goes_with_all_that_follows_and_another_one_is_shown(
    vault: ScratchVault,
) -> None:
    vault.bring(
        conversation(
            "Question", "First answer", message(3, "Second answer", parent=1), "So?", active=4
        )
    )
    chat = vault.only()

    change = vault.vault.editing.remove(chat.id, [3], with_answers=True)

    assert change.messages == (3, 4)
    assert [m.text for m in vault.only().active_path()] == ["Question", "First answer"]
    assert vault.vault.listing.rows([1])[0].excerpt == "First answer"
    assert vault.problems() == []
    vault.vault.editing.undo(change)
    assert vault.only() == chat
    assert vault.problems() == []


def test_all_messages_can_be_removed_and_come_back(vault: ScratchVault, chat: Conversation) -> None:
    change = vault.vault.editing.remove(chat.id, [1, 2, 3, 4])

    assert vault.only().messages == ()
    assert vault.vault.conversations.page(chat.id) == []
    assert vault.vault.listing.rows([1])[0].excerpt == ""
    assert vault.problems() == []
    vault.vault.editing.undo(change)
    assert vault.only() == chat


def test_a_title_by_the_person_stays_and_goes_back_to_that_of_the_source(
    vault: ScratchVault, chat: Conversation
) -> None:
    vault.vault.editing.rename(chat.id, "  My\nkeys ")
    vault.bring(conversation(*_TEXTS, "More", title="Keys", updated_at_ms=2), name="grown")
    assert vault.only().title == "My keys"
    assert [hit.number for hit in vault.vault.search.find("in:title my")] == [None]

    vault.bring(conversation(*_TEXTS, "More", title="Lost keys", updated_at_ms=3), name="other")
    assert vault.only().title == "My keys"
    vault.vault.editing.rename(chat.id, "")

    assert vault.only().title == "Lost keys"
    assert vault.problems() == []
    vault.bring(conversation(*_TEXTS, "More", title="Found", updated_at_ms=4), name="last")
    assert vault.only().title == "Found"


def test_undo_of_an_edit_is_as_if_it_had_not_been_and_imports_go_on(
    vault: ScratchVault, chat: Conversation
) -> None:
    change = vault.vault.editing.edit(chat.id, 1, "Where is the key?")
    again = vault.vault.editing.undo(change)
    assert vault.only() == chat
    assert _found(vault, "kye") == [1]

    vault.vault.editing.undo(again)
    assert said(vault.only())[0] == "Where is the key?"
    vault.vault.editing.undo(change)
    vault.bring(conversation("Where now?", *_TEXTS[1:], updated_at_ms=2), name="later")

    assert said(vault.only())[0] == "Where now?"
    assert vault.problems() == []


def test_undo_passes_over_what_was_changed_again_since(
    vault: ScratchVault, chat: Conversation
) -> None:
    first = vault.vault.editing.edit(chat.id, 1, "Where is the key?")
    second = vault.vault.editing.edit(chat.id, 1, "Where are the keys?")

    with pytest.raises(UserError, match="nothing of this is left to undo"):
        vault.vault.editing.undo(first)
    vault.vault.editing.undo(second)
    vault.vault.editing.undo(first)

    assert vault.only() == chat


def test_what_changes_nothing_is_refused(vault: ScratchVault, chat: Conversation) -> None:
    edit = vault.vault.editing
    for refused in (
        lambda: edit.edit(chat.id, 1, _TEXTS[0]),
        lambda: edit.edit(chat.id, 1, " \n"),
        lambda: edit.edit(chat.id, 9, "text"),
        lambda: edit.cut(chat.id, 1, 3, 3),
        lambda: edit.cut(chat.id, 1, 0, 99),
        lambda: edit.remove(chat.id, []),
        lambda: edit.remove(chat.id, [1, 9]),
        lambda: edit.rename(chat.id, "Keys"),
        lambda: edit.rename(chat.id, "x" * 2_000),
        lambda: vault.vault.versions.restore(chat.id, 1),
        lambda: vault.vault.versions.at(chat.id, 2),
    ):
        with pytest.raises(UserError):
            refused()

    assert [v.number for v in vault.vault.versions.list(chat.id)] == [1]


def test_an_edit_is_there_and_found_when_the_program_ends_at_once(
    vault: ScratchVault, chat: Conversation
) -> None:
    vault.vault.editing.edit(chat.id, 3, "Thank you kindly")

    vault.reopen()

    assert said(vault.only())[2] == "Thank you kindly"
    assert _found(vault, "kindly") == [3]
    vault.vault.integrity.rebuild_index()
    assert _found(vault, "kindly") == [3]
    assert vault.problems() == []


def test_a_message_of_ones_own_is_edited_like_any_other(
    vault: ScratchVault, chat: Conversation
) -> None:
    own = vault.vault.conversations.append(chat.id, Role.USER, "My wrods")

    vault.vault.editing.edit(chat.id, own.number, "My words")

    assert said(vault.only())[-1] == "My words"
    vault.bring(conversation(*_TEXTS, "More", title="Keys", updated_at_ms=2), name="grown")
    assert said(vault.only()) == [*_TEXTS, "My words", "More"]
    assert vault.problems() == []


def test_a_vault_open_for_reading_only_is_not_edited(
    vault: ScratchVault, chat: Conversation
) -> None:
    with (
        type(vault.vault).open(vault.folder, "several random words", read_only=True) as reader,
        pytest.raises(AccessError),
    ):
        reader.editing.edit(chat.id, 1, "No")
