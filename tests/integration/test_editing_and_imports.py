"""What a person edited and removed, when the source comes again: both are kept, theirs is shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from privatus.bootstrap import Vault
from privatus.core.conversation import Conversation
from privatus.core.import_report import Counts
from support.conversations import attachment, contents, conversation, message
from support.vaults import PASSWORD, ScratchVault, said

_TEXTS = ("Where is the kye?", "In the drawer", "Thanks", "You are welcome")


@pytest.fixture
def chat(vault: ScratchVault) -> Conversation:
    vault.bring(conversation(*_TEXTS, title="Keys", updated_at_ms=1))
    return vault.only()


@pytest.fixture
def other(tmp_path: Path) -> Iterator[ScratchVault]:
    scratch = ScratchVault.create(tmp_path / "other")
    yield scratch
    scratch.vault.lock()


def _bring(vault: ScratchVault, at_ms: int, *texts: object) -> Counts:
    talk = conversation(*texts, title="Keys", updated_at_ms=at_ms)  # type: ignore[arg-type]
    return vault.bring(talk, name=f"export-{at_ms}").counts


def _kinds(vault: ScratchVault) -> list[str]:
    return [version.kind for version in vault.vault.versions.list(vault.only().id)]


def test_an_export_that_says_the_same_leaves_an_edit_alone(
    vault: ScratchVault, chat: Conversation
) -> None:
    vault.vault.editing.edit(chat.id, 1, "Where is the key?")

    _bring(vault, 1, *_TEXTS)
    _bring(vault, 2, *_TEXTS)
    assert _kinds(vault) == ["import", "edit"]
    _bring(vault, 3, *_TEXTS, "And now?")

    assert said(vault.only()) == ["Where is the key?", *_TEXTS[1:], "And now?"]
    assert vault.vault.versions.list(chat.id)[-1].numbers("conflicts") == ()
    assert len(vault.vault.versions.former_messages(chat.id)) == 1


def test_what_the_source_says_anew_is_kept_below_the_edit(
    vault: ScratchVault, chat: Conversation
) -> None:
    vault.vault.editing.edit(chat.id, 1, "Where is the key?")

    counts = _bring(vault, 2, "Where are the kyes?", *_TEXTS[1:])
    _bring(vault, 3, "Where are the kyes?", *_TEXTS[1:], "More")

    assert (counts.messages_kept, counts.messages_updated) == (1, 0)
    assert said(vault.only())[0] == "Where is the key?"
    assert vault.only().messages[0].is_edited
    version = vault.vault.versions.list(chat.id)[2]
    assert (version.kind, version.actor, version.numbers("conflicts")) == ("import", "import", (1,))
    [source] = vault.vault.versions.conflicts(chat.id, 3)
    assert source.text == "Where are the kyes?"
    assert vault.vault.versions.list(chat.id)[3].numbers("conflicts") == ()
    assert vault.problems() == []


def test_a_source_that_comes_to_say_what_the_person_wrote_is_followed_again(
    vault: ScratchVault, chat: Conversation
) -> None:
    vault.vault.editing.edit(chat.id, 1, "Where is the key?")

    _bring(vault, 2, "Where is the key?", *_TEXTS[1:])
    assert not vault.only().messages[0].is_edited
    _bring(vault, 3, "Found it", *_TEXTS[1:])

    assert said(vault.only())[0] == "Found it"
    assert vault.problems() == []


def test_what_is_removed_stays_so_and_what_answers_it_is_reachable(
    vault: ScratchVault, chat: Conversation
) -> None:
    change = vault.vault.editing.remove(chat.id, [3], with_answers=True)

    _bring(vault, 2, *_TEXTS[:2], "Thanks a lot", "You are very welcome", "Bye")

    found = vault.only()
    assert [(m.number, m.text, m.parent) for m in found.messages] == [
        (1, _TEXTS[0], None),
        (2, _TEXTS[1], 1),
        (5, "Bye", 2),
    ]
    assert [m.number for m in found.active_path()] == [1, 2, 5]
    words = [m.text for m in vault.vault.versions.conflicts(chat.id, 3)]
    assert words == ["Thanks a lot", "You are very welcome"]
    vault.vault.editing.undo(change)
    assert said(vault.only()) == [*_TEXTS, "Bye"]
    assert vault.problems() == []


def test_a_branch_that_the_source_shows_and_that_is_removed_is_not_shown(
    vault: ScratchVault,
) -> None:
    branches = ("Question", "First", message(3, "Second", parent=1))
    _bring(vault, 1, *branches)
    chat = vault.only()
    vault.vault.editing.remove(chat.id, [3])

    _bring(vault, 2, *branches)

    assert vault.only().active == 2
    assert _kinds(vault) == ["import", "remove"]


def test_an_older_export_changes_nothing_of_an_edit(
    vault: ScratchVault, chat: Conversation
) -> None:
    vault.vault.editing.edit(chat.id, 1, "Where is the key?")
    vault.vault.editing.remove(chat.id, [2])

    vault.bring(conversation("Long ago", *_TEXTS[1:], title="Old", updated_at_ms=0), name="old")

    assert said(vault.only()) == ["Where is the key?", *_TEXTS[2:]]
    assert (vault.only().title, len(_kinds(vault))) == ("Keys", 3)


def test_files_that_come_later_come_to_an_edited_message_and_not_to_a_removed_one(
    vault: ScratchVault,
) -> None:
    def talk(at_ms: int, *bytes_of: bytes | None) -> Conversation:
        first, second = (
            message(n, f"text {n}", attachments=(attachment(f"{n}.txt", content),))
            for n, content in enumerate(bytes_of, start=1)
        )
        return conversation(first, second, updated_at_ms=at_ms)

    vault.bring(talk(1, None, None))
    chat = vault.only()
    vault.vault.editing.edit(chat.id, 1, "edited")
    vault.vault.editing.remove(chat.id, [2])

    vault.bring(talk(2, b"one", b"two"), name="with-files")

    assert contents(vault.only()) == [b"one"]
    assert vault.problems() == []


def test_what_was_purged_from_an_edited_message_no_import_brings_back(
    vault: ScratchVault, chat: Conversation
) -> None:
    vault.vault.editing.cut(chat.id, 2, 2, len(_TEXTS[1]))
    vault.vault.purging.purge_history(chat.id, [2])

    _bring(vault, 2, *_TEXTS, "More")
    _bring(vault, 3, _TEXTS[0], "In the drawer, and locked", *_TEXTS[2:], "More")

    assert said(vault.only())[1] == "In"
    everything = [m.text for _, m in vault.vault.versions.former_messages(chat.id)]
    assert not any("drawer" in text for text in everything)
    assert "drawer" not in vault.vault.versions.at(chat.id, 1).messages[1].text
    assert vault.problems() == []


def test_an_edit_travels_by_json_and_outlasts_the_source_there(
    vault: ScratchVault, chat: Conversation, other: ScratchVault, tmp_path: Path
) -> None:
    vault.vault.editing.edit(chat.id, 1, "Where is the key?")
    vault.vault.editing.remove(chat.id, [3])
    vault.vault.exports.run(tmp_path / "out", format="json")

    # The same vault has nothing to learn from it.
    vault.vault.imports.run(tmp_path / "out")
    assert said(vault.only()) == ["Where is the key?", _TEXTS[1], _TEXTS[3]]
    other.vault.imports.run(tmp_path / "out")
    found = other.only()
    assert [(m.text, m.is_edited) for m in found.messages] == [
        ("Where is the key?", True),
        (_TEXTS[1], False),
        (_TEXTS[3], False),
    ]
    _bring(other, 5, *_TEXTS)

    assert said(other.only())[0] == "Where is the key?"
    assert _TEXTS[2] in said(other.only())
    _bring(vault, 5, *_TEXTS)
    assert said(vault.only()) == ["Where is the key?", _TEXTS[1], _TEXTS[3]]
    assert other.problems() == vault.problems() == []


def test_new_keys_know_what_the_source_said_last(vault: ScratchVault, chat: Conversation) -> None:
    change = vault.vault.editing.edit(chat.id, 1, "Where is the key?")
    vault.vault.lock()
    Vault.rotate(vault.folder, PASSWORD)
    vault.vault = Vault.open(vault.folder, PASSWORD)

    _bring(vault, 2, *_TEXTS, "More")

    assert said(vault.only()) == ["Where is the key?", *_TEXTS[1:], "More"]
    assert vault.vault.versions.list(chat.id)[-1].numbers("conflicts") == ()
    vault.vault.editing.undo(change)
    assert not vault.only().messages[0].is_edited
