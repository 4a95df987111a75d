"""Annotations: made, changed, removed and brought back, and still in place after an import."""

from __future__ import annotations

import pytest

from privatus.bootstrap import Vault
from privatus.core.annotation import Fit, FoundAnnotation
from privatus.core.errors import AccessError, UserError
from privatus.services.annotations import MAX_QUOTE_CHARS, MAX_TEXT_CHARS
from privatus.storage.purging import Purging
from support.conversations import conversation, message
from support.vaults import PASSWORD, ScratchVault

_ANSWER = "The key is in the drawer, beside the letters. Turn it twice; the door opens inwards."


@pytest.fixture
def ids(vault: ScratchVault) -> dict[str, str]:
    """Bring two chats; return their ids by title."""
    _bring(vault, _ANSWER)
    return {summary.title: str(summary.id) for summary in vault.vault.conversations.list()}


def _bring(vault: ScratchVault, answer: str, updated_at_ms: int = 1) -> None:
    vault.bring(
        *(
            conversation(
                "Where is the key?", answer, external_id=t, title=t, updated_at_ms=updated_at_ms
            )
            for t in ("Keys", "Doors")
        )
    )


def _said(found: FoundAnnotation) -> tuple[str, str | None, str | None, Fit]:
    passage = found.annotation.passage
    return (
        found.annotation.text,
        found.annotation.colour,
        passage.quote if passage else None,
        found.place.fit,
    )


def _marked(vault: Vault, found: FoundAnnotation) -> str:
    """Return what an annotation stands on now."""
    said = found.annotation
    assert found.place.span is not None and said.number is not None
    chat = vault.conversations.get(found.conversation_id)
    return chat.messages[said.number - 1].text[slice(*found.place.span)]


def test_chats_messages_and_passages_are_annotated(
    vault: ScratchVault, ids: dict[str, str]
) -> None:
    notes = vault.vault.annotations

    notes.add(ids["Keys"], " Ask again \n")
    notes.add(f"{ids['Keys'][:8]}.1", "mine")
    notes.add(f"{ids['Keys']}.2", quote="in the drawer")
    notes.add(f"{ids['Keys']}.2", "why?", quote="inwards", colour="pink")
    notes.add(f"{ids['Keys']}.2", "no colour", span=(4, 7))

    found = vault.reopen().annotations.of(ids["Keys"])
    assert [_said(f) for f in found] == [
        ("Ask again", None, None, Fit.WHOLE),
        ("mine", None, None, Fit.WHOLE),
        ("", "yellow", "in the drawer", Fit.EXACT),
        ("why?", "pink", "inwards", Fit.EXACT),
        ("no colour", None, "key", Fit.EXACT),
    ]
    assert [f.annotation.number for f in found] == [None, 1, 2, 2, 2]
    assert [f.annotation.revision for f in found] == [None, 1, 1, 1, 1]
    assert {f.title for f in found} == {"Keys"}
    assert all((f.annotation.created_at_ms or 0) > 1_700_000_000_000 for f in found)
    assert [_marked(vault.vault, f) for f in found[2:]] == ["in the drawer", "inwards", "key"]
    assert len(vault.vault.annotations.of(f"{ids['Keys']}.2")) == 3
    assert vault.vault.annotations.of(ids["Doors"]) == []


def test_a_later_import_moves_changes_or_loses_a_passage_and_writes_no_annotation(
    vault: ScratchVault, ids: dict[str, str]
) -> None:
    notes = vault.vault.annotations
    notes.add(f"{ids['Keys']}.2", quote="The key is in the drawer")
    notes.add(f"{ids['Keys']}.2", quote="beside the letters")
    notes.add(f"{ids['Keys']}.2", "twice?", quote="Turn it twice")
    before = vault.query("SELECT * FROM annotations")
    vault.reopen()

    _bring(
        vault,
        "Well, I looked. The key is in the drawer, under the new letters, as I said.",
        updated_at_ms=2,
    )

    found = vault.vault.annotations.of(ids["Keys"])
    assert [f.place.fit for f in found] == [Fit.MOVED, Fit.CHANGED, Fit.LOST]
    assert _marked(vault.vault, found[0]) == "The key is in the drawer"
    assert _marked(vault.vault, found[1]).endswith("letters")
    assert found[2].place.span is None
    assert _said(found[2])[:3] == ("twice?", None, "Turn it twice")
    assert vault.query("SELECT * FROM annotations") == before
    assert vault.check().ok

    _bring(vault, _ANSWER, updated_at_ms=3)

    assert [f.place.fit for f in vault.vault.annotations.list()] == [Fit.EXACT] * 3


def test_a_list_is_narrowed_by_a_search_by_words_colours_and_fit(
    vault: ScratchVault, ids: dict[str, str]
) -> None:
    notes = vault.vault.annotations
    notes.add(f"{ids['Doors']}.2", quote="Turn it twice")
    notes.add(ids["Keys"], "Turned already")
    notes.add(f"{ids['Keys']}.2", quote="drawer", colour="green")
    _bring(vault, "Nothing is left of it.", updated_at_ms=2)

    def texts(*args: str, **wanted: object) -> list[str]:
        found = notes.list(*args, **wanted)  # type: ignore[arg-type]
        return [f.annotation.text or f.annotation.passage.quote for f in found]  # type: ignore[union-attr]

    assert texts() == ["Turn it twice", "Turned already", "drawer"]
    assert texts("in:title keys") == ["Turned already", "drawer"]
    assert texts(containing="TURN") == ["Turn it twice", "Turned already"]
    assert texts(colours=["green", "red"]) == ["drawer"]
    assert texts(fits=[Fit.LOST], containing="turn") == ["Turn it twice"]
    assert texts("nobodysaidthis") == []


def test_each_change_is_undone_and_done_again(vault: ScratchVault, ids: dict[str, str]) -> None:
    notes = vault.vault.annotations
    made = notes.add(f"{ids['Keys']}.2", "first", quote="drawer")
    number = made.annotations[0].id or 0
    other = notes.add(ids["Doors"], "other").annotations[0].id or 0
    all_of_it = notes.list()
    edited = notes.edit(number, text="second", colour="blue")
    after_edit = notes.list()
    removed = notes.remove(other, number, other)
    assert notes.list() == []

    again = notes.undo(removed)
    assert notes.list() == after_edit
    notes.undo(again)
    assert notes.list() == []
    notes.undo(removed)
    notes.undo(edited)
    assert notes.list() == all_of_it
    gone = notes.undo(made)
    assert [f.annotation.id for f in notes.list()] == [other]
    notes.undo(gone)
    assert notes.list() == all_of_it
    assert vault.check().ok


def test_an_edit_undone_after_a_removal_brings_nothing_back(
    vault: ScratchVault, ids: dict[str, str]
) -> None:
    notes = vault.vault.annotations
    number = notes.add(ids["Keys"], "first").annotations[0].id or 0
    edited = notes.edit(number, text="second")
    notes.remove(number)

    notes.undo(edited)

    assert notes.list() == []
    assert notes.add(ids["Keys"], "next").annotations[0].id == number + 1


def test_an_edit_keeps_what_it_does_not_name(vault: ScratchVault, ids: dict[str, str]) -> None:
    notes = vault.vault.annotations
    number = notes.add(f"{ids['Keys']}.2", "why", quote="drawer", colour="red").annotations[0].id
    assert number is not None

    [edited] = notes.edit(number, colour="").annotations
    assert (edited.text, edited.colour) == ("why", None)
    with pytest.raises(UserError, match="remove it instead"):
        notes.edit(number, text="")
    notes.edit(number, text="", colour="teal")

    [found] = notes.list()
    assert _said(found) == ("", "teal", "drawer", Fit.EXACT)


def test_what_cannot_be_annotated_is_refused_in_a_sentence(
    vault: ScratchVault, ids: dict[str, str]
) -> None:
    notes, second = vault.vault.annotations, f"{ids['Keys']}.2"
    refused: list[tuple[str, str, dict[str, object]]] = [
        ("more than once", second, {"quote": "the"}),
        ("as it stands there", second, {"quote": "THE KEY"}),
        ("as it stands there", second, {"quote": ""}),
        ("no such passage", second, {"span": (5, 5)}),
        ("no such passage", second, {"span": (-3, 5)}),
        ("no such passage", second, {"span": (5, 5_000)}),
        ("no such passage", second, {"span": (4, 7), "quote": "door"}),
        ("add a dot", ids["Keys"], {"quote": "key"}),
        ("needs a text", second, {"text": " "}),
        ("needs a text", ids["Keys"], {"colour": "red"}),
        ("choose one of them", second, {"quote": "drawer", "colour": "mauve"}),
        ("several of it", ids["Keys"], {"text": "x" * (MAX_TEXT_CHARS + 1)}),
        ("no message of this number", f"{ids['Keys']}.9", {"text": "x"}),
        ("no conversation has this id", "ffffffff", {"text": "x"}),
    ]
    for sentence, target, said in refused:
        with pytest.raises(UserError, match=sentence):
            notes.add(target, **said)  # type: ignore[arg-type]
    for number in (0, 9):
        with pytest.raises(UserError, match="no annotation has this number"):
            notes.remove(number)
        with pytest.raises(UserError, match="no annotation has this number"):
            notes.edit(number, text="x")

    assert notes.list() == []


def test_a_passage_is_not_longer_than_can_be_found_again(vault: ScratchVault) -> None:
    vault.bring(conversation("é" * (MAX_QUOTE_CHARS + 1)))
    [chat] = vault.vault.conversations.list()
    notes = vault.vault.annotations

    with pytest.raises(UserError, match="annotate the whole message"):
        notes.add(f"{chat.id}.1", span=(0, MAX_QUOTE_CHARS + 1))
    notes.add(f"{chat.id}.1", span=(1, MAX_QUOTE_CHARS + 1))

    assert [f.place.fit for f in notes.list()] == [Fit.EXACT]


def test_a_removal_of_one_that_is_not_there_removes_none(
    vault: ScratchVault, ids: dict[str, str]
) -> None:
    notes = vault.vault.annotations
    number = notes.add(ids["Keys"], "first").annotations[0].id or 0

    with pytest.raises(UserError):
        notes.remove(number, 77)

    assert len(notes.list()) == 1


def test_a_vault_that_is_only_read_shows_annotations_and_takes_none(
    vault: ScratchVault, ids: dict[str, str]
) -> None:
    vault.vault.annotations.add(ids["Keys"], "first")
    vault.vault.lock()

    with Vault.open(vault.folder, PASSWORD, read_only=True) as reading:
        assert len(reading.annotations.list()) == 1
        with pytest.raises(AccessError):
            reading.annotations.add(ids["Keys"], "second")

    vault.reopen()


def test_annotations_go_with_their_conversation(vault: ScratchVault, ids: dict[str, str]) -> None:
    for title in ("Keys", "Doors"):
        vault.vault.annotations.add(f"{ids[title]}.2", quote="drawer")

    with vault.database() as db:
        with db.transaction(), Purging(db).permit():
            db.execute("DELETE FROM conversations WHERE id = 1")
        left = db.rows("SELECT conversation_id FROM annotations")

    assert left == [(2,)]
    vault.reopen()


def test_annotations_stay_when_the_vault_gets_new_keys(
    vault: ScratchVault, ids: dict[str, str]
) -> None:
    vault.vault.annotations.add(f"{ids['Keys']}.2", "why", quote="drawer")
    before = vault.vault.annotations.list()
    vault.vault.lock()

    Vault.rotate(vault.folder, PASSWORD)

    with Vault.open(vault.folder, PASSWORD) as again:
        assert again.annotations.list() == before
        again.annotations.add(ids["Keys"], "more")
        report = again.integrity.check()
    assert report.ok
    assert {c.name: c.detail for c in report.checks}["annotations"] == "2 opened"


def test_a_message_gone_at_its_source_keeps_its_annotations(vault: ScratchVault) -> None:
    first, second = message(1, "one two three"), message(2, "four five six")
    vault.bring(conversation(first, second, updated_at_ms=1))
    [chat] = vault.vault.conversations.list()
    vault.vault.annotations.add(f"{chat.id}.2", quote="five")

    vault.bring(conversation(first, updated_at_ms=2))

    [found] = vault.vault.annotations.list()
    assert found.place.fit is Fit.EXACT
