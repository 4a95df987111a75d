"""Tags go out of one vault as JSON and into another: who gave them, when, and their colours."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from privatus.core.conversation import Role
from privatus.core.tag import TagActor
from support.conversations import conversation, tagging
from support.copies import copied
from support.filled import fill
from support.tags import given, names
from support.vaults import ScratchVault


def _document(*tags: Any, **fields: Any) -> dict[str, Any]:
    message = {"role": "user", "external_id": "a", "parts": [{"kind": "text", "text": "Hello"}]}
    chat = {
        "kind": "ai", "source": "mybot", "external_id": "1", "title": "Greeting",
        "messages": [{"id": "1", **message}], "tags": list(tags), **fields,
    }  # fmt: skip
    return {"format": "privatus-export", "version": 1, "conversations": [chat]}


def _import(vault: ScratchVault, document: dict[str, Any], folder: Path) -> Any:
    path = folder / "privatus-export.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return vault.vault.imports.run(path).files[0]


def test_a_vault_with_tags_is_copied_byte_by_byte(vault: ScratchVault, tmp_path: Path) -> None:
    fill(vault)
    tags, chats = vault.vault.tags, vault.vault.conversations.list()
    tags.add("Work/tax", chats[0].id, f"{chats[1].id}.2")
    tags.add("home", chats[0].id, chats[1].id, f"{chats[1].id}.2")
    tags.colour("work/tax", "green")

    copied(vault.vault, tmp_path)


def test_another_vault_gets_tags_with_all_that_is_said_of_them(vault: ScratchVault) -> None:
    brought = (
        tagging("home", colour="red", actor=TagActor.RULE),
        tagging("work/tax", 2, added_at_ms=5),
    )
    vault.bring(conversation("a", "b", title="Bread", tags=brought))

    assert given(vault.vault) == {("Bread", 0): brought[:1], ("Bread", 2): brought[1:]}
    assert vault.only().tags == brought
    assert vault.check().ok


def test_tags_of_a_message_are_read_with_the_conversation(vault: ScratchVault) -> None:
    vault.bring(conversation("a", "b", title="Bread"))
    chat = vault.only()
    vault.vault.tags.add("work", str(chat.id), f"{chat.id}.2")

    read = vault.only()

    assert (read.tags_of(), read.tags_of(1), read.tags_of(2)) == (("work",), (), ("work",))


def test_a_chat_that_is_there_already_keeps_its_own_tags(vault: ScratchVault) -> None:
    chat = conversation("a", title="Bread", updated_at_ms=1, tags=(tagging("work"),))
    vault.bring(chat)
    vault.vault.tags.delete("work")
    vault.vault.tags.add("mine", str(vault.only().id))

    vault.bring(chat)
    vault.bring(conversation("a", "b", title="Bread", updated_at_ms=2, tags=(tagging("work"),)))

    assert len(vault.only().messages) == 2
    assert names(vault.vault) == {("Bread", 0): ["mine"]}


def test_a_tag_that_the_vault_has_keeps_its_colour_and_its_spelling(vault: ScratchVault) -> None:
    vault.bring(conversation("a", external_id="1", title="Bread"))
    vault.vault.tags.add("Work", str(vault.only().id))
    vault.vault.tags.colour("work", "teal")

    vault.bring(
        conversation("a", external_id="2", title="Keys", tags=(tagging("WORK", colour="red"),))
    )

    [count] = vault.vault.tags.list()
    assert (count.tag.name, count.tag.colour, count.conversations) == ("Work", "teal", 2)


def test_other_programs_may_write_tags_as_bare_texts(vault: ScratchVault, tmp_path: Path) -> None:
    report = _import(vault, _document("work", " two  words ", {"name": "WORK"}), tmp_path)

    assert not report.warnings
    assert names(vault.vault) == {("Greeting", 0): ["two words", "work"]}
    [first, _] = given(vault.vault)["Greeting", 0]
    assert first.actor is TagActor.IMPORT
    assert first.added_at_ms is not None and first.added_at_ms > 1_700_000_000_000


def test_a_tag_that_no_vault_can_hold_is_named_and_the_chat_comes_in(
    vault: ScratchVault, tmp_path: Path
) -> None:
    odd = [{"name": "good", "colour": "ultraviolet", "added_by": "a robot"}, "", "a//b", 'q"']

    report = _import(vault, _document(*odd), tmp_path)

    assert report.warnings_count == 3
    assert dict(report.unknown) == {"tag by a robot": 1}
    assert names(vault.vault) == {("Greeting", 0): ["good"]}
    assert vault.check().ok


@pytest.mark.parametrize(
    "tag",
    [
        {"name": "work", "message_id": "7"},
        {"name": "work", "added_at": "soon"},
        {"name": "work", "added_at": 2**70},
        {"name": 5},
        5,
    ],
)
def test_a_tag_that_breaks_a_rule_of_the_format_skips_its_chat(
    vault: ScratchVault, tmp_path: Path, tag: Any
) -> None:
    good = _document("work")["conversations"][0] | {"external_id": "2", "title": "Good"}
    document = _document(tag)
    document["conversations"].append(good)

    report = _import(vault, document, tmp_path)

    assert report.skipped_count == 1
    assert names(vault.vault) == {("Good", 0): ["work"]}
    assert vault.only().messages[0].role is Role.USER
