"""Annotations go out of one vault as JSON and into another, with all that places them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from privatus.core.annotation import Annotation, Fit, Passage
from privatus.services.annotations import MAX_QUOTE_CHARS, MAX_TEXT_CHARS
from support.conversations import annotation, conversation
from support.copies import copied
from support.filled import fill
from support.vaults import ScratchVault

_PASSAGE = {"start": 1, "quote": "ell", "prefix": "H", "suffix": "o"}


def _document(*annotations: Any) -> dict[str, Any]:
    message = {"role": "user", "external_id": "a", "parts": [{"kind": "text", "text": "Hello"}]}
    chat = {
        "kind": "ai", "source": "mybot", "external_id": "1", "title": "Greeting",
        "messages": [{"id": "1", **message}], "annotations": list(annotations),
    }  # fmt: skip
    return {"format": "privatus-export", "version": 1, "conversations": [chat]}


def _import(vault: ScratchVault, document: dict[str, Any], folder: Path) -> Any:
    path = folder / "privatus-export.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return vault.vault.imports.run(path).files[0]


def _of_no_vault(said: Annotation) -> Annotation:
    return replace(said, id=None, revision=None)


def test_a_vault_with_annotations_is_copied_byte_by_byte(
    vault: ScratchVault, tmp_path: Path
) -> None:
    fill(vault)
    notes, chats = vault.vault.annotations, vault.vault.conversations.list()
    files = next(chat for chat in chats if chat.title == "Two files")
    notes.add(files.id, "all of it\n\nin two lines")
    notes.add(f"{files.id}.1", quote="these", colour="pink")
    gone = notes.add(files.id, "gone").annotations[0].id or 0
    notes.remove(gone)
    notes.add(chats[0].id, "another")

    copied(vault.vault, tmp_path)


def test_one_that_was_changed_since_is_copied_as_it_was_made(
    vault: ScratchVault, tmp_path: Path
) -> None:
    vault.bring(conversation("one two three", updated_at_ms=1))
    notes = vault.vault.annotations
    notes.add(f"{vault.only().id}.1", "which?", quote="two")
    vault.bring(conversation("zero one two three", updated_at_ms=2))
    [before] = notes.list()
    assert before.place.fit is Fit.MOVED

    copied(vault.vault, tmp_path)
    vault.vault.exports.run(tmp_path / "out", "json")
    other = ScratchVault.create(tmp_path / "third")
    other.vault.imports.run(tmp_path / "out")

    [after] = other.vault.annotations.list()
    assert after.place == before.place
    assert _of_no_vault(after.annotation) == _of_no_vault(before.annotation)
    assert after.annotation.revision == 1
    assert other.check().ok
    other.vault.lock()


def test_a_conversation_is_read_with_its_annotations(vault: ScratchVault) -> None:
    brought = (
        annotation("why", 2, passage=Passage(start=0, quote="b"), colour="red"),
        annotation("all", created_at_ms=5),
    )
    vault.bring(conversation("a", "b", annotations=brought))

    read = vault.only()

    assert tuple(map(_of_no_vault, read.annotations)) == brought
    assert [a.text for a in read.annotations_of()] == ["all"]
    assert [a.text for a in read.annotations_of(2)] == ["why"]
    assert read.annotations_of(1) == ()
    assert vault.check().ok


def test_a_chat_that_is_there_already_keeps_its_own_annotations(vault: ScratchVault) -> None:
    vault.bring(conversation("a", updated_at_ms=1, annotations=(annotation("theirs"),)))
    notes = vault.vault.annotations
    notes.remove(notes.list()[0].annotation.id or 0)
    notes.add(vault.only().id or "", "mine")

    vault.bring(conversation("a", "b", updated_at_ms=2, annotations=(annotation("theirs"),)))

    assert len(vault.only().messages) == 2
    assert [found.annotation.text for found in notes.list()] == ["mine"]


def test_other_programs_may_leave_out_what_they_do_not_know(
    vault: ScratchVault, tmp_path: Path
) -> None:
    wide = {"start": 1, "quote": "ell", "prefix": "x" * 99 + "H", "suffix": "o" + "y" * 99}
    brought = [
        {"text": "hi"},
        {"message_id": "1", "passage": {"start": 1, "quote": "ell"}, "colour": "ultraviolet"},
        {"message_id": "1", "passage": wide, "text": "wide"},
    ]

    report = _import(vault, _document(*brought), tmp_path)

    assert not report.warnings
    found = vault.vault.annotations.list()
    assert [(f.annotation.text, f.annotation.colour) for f in found] == [
        ("hi", None), ("", None), ("wide", None),
    ]  # fmt: skip
    assert (found[0].annotation.created_at_ms or 0) > 1_700_000_000_000
    assert [f.place.span for f in found] == [None, (1, 4), (1, 4)]
    kept = found[2].annotation.passage
    assert kept is not None and (len(kept.prefix), len(kept.suffix)) == (32, 32)


@pytest.mark.parametrize(
    "too_long",
    [
        {"text": "x" * (MAX_TEXT_CHARS + 1)},
        {"message_id": "1", "passage": {**_PASSAGE, "quote": "x" * (MAX_QUOTE_CHARS + 1)}},
    ],
)
def test_one_that_is_too_long_is_named_and_the_chat_comes_in(
    vault: ScratchVault, tmp_path: Path, too_long: Any
) -> None:
    report = _import(vault, _document(too_long, {"text": "good"}), tmp_path)

    assert report.warnings_count == 1
    assert [found.annotation.text for found in vault.vault.annotations.list()] == ["good"]


@pytest.mark.parametrize(
    "broken",
    [
        {"text": "x", "message_id": "7"},
        {"text": "x", "created_at": "soon"},
        {"text": "x", "created_at": 2**70},
        {"text": "x", "passage": _PASSAGE},
        {"message_id": "1"},
        {"text": ""},
        {"message_id": "1", "passage": {**_PASSAGE, "quote": ""}},
        {"message_id": "1", "passage": {**_PASSAGE, "start": -1}},
        {"message_id": "1", "passage": {**_PASSAGE, "start": "1"}},
        {"message_id": "1", "passage": {**_PASSAGE, "start": True}},
        {"message_id": "1", "passage": {**_PASSAGE, "start": 2**70}},
        {"message_id": "1", "passage": "ell"},
        "x",
    ],
)
def test_one_that_breaks_a_rule_of_the_format_skips_its_chat(
    vault: ScratchVault, tmp_path: Path, broken: Any
) -> None:
    good = _document({"text": "good"})["conversations"][0] | {"external_id": "2"}
    document = _document(broken)
    document["conversations"].append(good)

    report = _import(vault, document, tmp_path)

    assert report.skipped_count == 1
    assert [found.annotation.text for found in vault.vault.annotations.list()] == ["good"]
