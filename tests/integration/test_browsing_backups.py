"""Chats, messages and files out of a backup into the open vault, without losing what is there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from privatus.bootstrap import Vault
from privatus.core.archives import ArchiveWish
from privatus.core.browsing import ChatState, MessageState
from privatus.core.conversation import Conversation, Message, Role
from privatus.core.errors import AccessError, PrivatusError, UserError
from privatus.core.merge import HYBRID_SOURCE
from privatus.services.backups.browsing import OpenedBackup
from support.conversations import attachment, conversation, message
from support.curated import curate
from support.kill import records_of, wrong_checks
from support.vaults import PASSWORD, ScratchVault

# Those of the first message of the chat "with-files"; of the last one nobody had the content.
_FILES = [b"the plan" * 30_000, b"the photo" * 50, None]


@pytest.fixture
def curated(vault: ScratchVault) -> ScratchVault:
    curate(vault)
    return vault


@pytest.fixture
def destination(curated: ScratchVault, tmp_path: Path) -> int:
    destination = curated.vault.backups.add("disk", str(tmp_path / "disk"))
    curated.vault.backups.run(destination.id)
    return destination.id


@pytest.fixture
def backup(curated: ScratchVault, destination: int) -> Iterator[OpenedBackup]:
    with curated.vault.backups.browse(destination) as opened:
        yield opened


def _chat(vault: Vault, external_id: str) -> Conversation:
    return {chat.external_id: chat for chat in vault.conversations.each()}[external_id]


def _destroy(vault: Vault, *external_ids: str) -> None:
    vault.purging.destroy([_row_id(vault, external_id) for external_id in external_ids])


def _row_id(vault: Vault, external_id: str) -> int:
    chat_id = _id(vault, external_id)
    with vault._store.snapshot() as tables:
        stored = tables.conversations.find_by_public_id(chat_id)
        assert stored is not None
        return stored.id


def _id(vault: Vault, external_id: str) -> Any:
    chat = _chat(vault, external_id)
    assert chat.id is not None
    return chat.id


def _all_of(vault: Vault) -> dict[str, Any]:
    """Return all that a person sees of each chat, by the provider's id."""
    found: dict[str, Any] = {}
    for external_id, record in records_of(vault).items():
        chat_id = _id(vault, external_id)
        chat = vault.conversations.get(chat_id)
        notes = [replace(note, id=None) for note in chat.annotations]
        former = [
            (revision, said.text, said.is_purged)
            for revision, said in vault.versions.former_messages(chat_id)
        ]
        summary = vault.summaries.history(str(chat_id))
        people = vault.contacts.participants(chat_id)
        versions = vault.versions.list(chat_id)
        found[external_id] = record, chat.id, chat.marks, notes, versions, former, summary, people
    return found


def test_a_backup_lists_its_chats_by_title_and_says_where_each_is_now(
    curated: ScratchVault, backup: OpenedBackup
) -> None:
    vault = curated.vault
    assert {chat.state for chat in backup.chats()} == {ChatState.HERE}
    _destroy(vault, "plain")
    vault.trash.put([_id(vault, "branched")])
    states = {chat.title: chat.state for chat in backup.chats()}
    assert states["Chat plain"] is ChatState.GONE
    assert states["Three answers"] is ChatState.TRASH
    assert [chat.title for chat in backup.chats("CHAT pla")] == ["Chat plain"]


@pytest.mark.parametrize("name", ["with-files", "branched", "plain", "whole", "document", "left"])
def test_a_chat_that_was_destroyed_comes_back_as_it_was(
    curated: ScratchVault, backup: OpenedBackup, name: str
) -> None:
    vault = curated.vault
    before, chat_id = _all_of(vault), _id(vault, name)
    _destroy(vault, name)
    assert name not in records_of(vault)

    done = backup.restore_chat(chat_id)

    assert (done.conversations, done.files_lost, done.contacts_left_out) == (1, 0, 0)
    assert _all_of(vault) == before
    assert wrong_checks(vault) == []
    curated.reopen()
    assert _all_of(curated.vault) == before
    assert wrong_checks(curated.vault) == []


def test_what_was_merged_comes_back_together(curated: ScratchVault, backup: OpenedBackup) -> None:
    vault = curated.vault
    before = _all_of(vault)
    (hybrid,) = (chat for chat in vault.conversations.each() if chat.source == HYBRID_SOURCE)
    _destroy(vault, hybrid.external_id, "left", "right")
    left = next(chat for chat in backup.chats() if chat.title == "Chat left")

    done = backup.restore_chat(left.id)

    assert done.conversations == 3
    assert _all_of(vault) == before
    assert wrong_checks(vault) == []


def test_a_chat_that_came_back_is_found_and_takes_part_in_the_next_import(
    curated: ScratchVault, backup: OpenedBackup
) -> None:
    vault = curated.vault
    chat_id = _id(vault, "plain")
    _destroy(vault, "plain")
    assert [hit.title for hit in vault.search.find("plain Zaunkönig")] == []
    backup.restore_chat(chat_id)
    assert {hit.title for hit in vault.search.find("plain Zaunkönig")} == {"Chat plain"}
    again = vault.purging.preview_destroy([_row_id(vault, "plain")])
    assert again.conversations == 1


def test_tags_and_folders_that_are_gone_are_made_again_and_contacts_are_not(
    curated: ScratchVault, backup: OpenedBackup
) -> None:
    vault = curated.vault
    chat_id = _id(vault, "with-files")
    _destroy(vault, "with-files")
    vault.tags.delete("work/tax")
    vault.folders.delete("Home")
    [ada] = vault.contacts.list("Ada")
    vault.contacts.delete([ada.contact.id])

    done = backup.restore_chat(chat_id)

    assert done.contacts_left_out == 1
    chat = vault.conversations.get(chat_id)
    assert {tag.name for tag in chat.tags} == {"work/tax"}
    assert chat.folder == "Home"
    assert wrong_checks(vault) == []


def test_a_backup_of_former_keys_opens_and_what_it_holds_gets_those_of_now(
    curated: ScratchVault, destination: int
) -> None:
    before, chat_id = _all_of(curated.vault), _id(curated.vault, "with-files")
    curated.vault.lock()
    Vault.rotate(curated.folder, PASSWORD)
    curated.vault = Vault.open(curated.folder, PASSWORD)
    _destroy(curated.vault, "with-files")
    with curated.vault.backups.browse(destination) as backup:
        backup.restore_chat(chat_id)
    curated.reopen()
    assert _all_of(curated.vault) == before
    assert wrong_checks(curated.vault) == []


def test_ids_that_others_have_got_meanwhile_do_no_harm(
    curated: ScratchVault, destination: int, tmp_path: Path
) -> None:
    """A vault from an older backup has given the same ids to others, and now gets a newer chat."""
    curated.bring(*_later("newer"), name="newer")
    before, chat_id = _all_of(curated.vault), _id(curated.vault, "newer")
    first = curated.vault.backups.backups(destination)[-1].id
    newest = curated.vault.backups.run(destination).id
    place = curated.vault.backups.destinations()[0].location
    curated.vault.lock()
    Vault.restore(place, tmp_path / "older", PASSWORD, backup_id=first)
    older = ScratchVault(tmp_path / "older", Vault.open(tmp_path / "older", PASSWORD))
    try:
        older.bring(*_later("other"), name="other")
        with older.vault.backups.browse(destination, newest) as backup:
            backup.restore_chat(chat_id)
        found = _all_of(older.vault)
        assert found.pop("other")
        assert found == before
        assert wrong_checks(older.vault) == []
    finally:
        older.vault.lock()


def _later(name: str) -> list[Conversation]:
    file = attachment(f"{name}.txt", f"the file of {name}".encode())
    model = f"model of {name}"
    said = message(1, f"It came as {name}", attachments=(file,), model=model)
    return [conversation(said, external_id=name, account=f"account of {name}")]


def test_a_message_that_was_removed_and_purged_comes_back_as_a_version_with_undo(
    curated: ScratchVault, backup: OpenedBackup
) -> None:
    vault = curated.vault
    chat_id = _id(vault, "with-files")
    vault.editing.remove(chat_id, [1])
    vault.purging.purge_history(chat_id)
    assert [message.state for message in backup.messages(chat_id)] == [
        MessageState.REMOVED,
        MessageState.HERE,
    ]
    assert [file.is_here for file in backup.messages(chat_id)[0].files] == [False, False, False]

    done = backup.restore_message(chat_id, 1)

    assert (done.messages, done.files) == (1, 2)
    first = vault.conversations.get(chat_id).messages[0]
    assert first.text == "Look at them"
    assert _contents(first) == _FILES
    assert {message.state for message in backup.messages(chat_id)} == {MessageState.HERE}
    assert wrong_checks(vault) == []
    vault.backups.undo_restored(done)
    assert [message.number for message in vault.conversations.get(chat_id).messages] == [2]
    assert wrong_checks(vault) == []


def test_a_chat_that_is_there_gets_what_it_lacks_and_keeps_what_is_new(
    curated: ScratchVault, backup: OpenedBackup
) -> None:
    vault = curated.vault
    chat_id = _id(vault, "branched")
    vault.editing.edit(chat_id, 1, "Another question")
    vault.editing.remove(chat_id, [2, 4])
    vault.trash.put([chat_id])

    done = backup.restore_chat(chat_id)

    assert (done.conversations, done.messages) == (0, 2)
    chat = vault.conversations.get(chat_id)
    assert [message.text for message in chat.messages if message.number == 1] == [
        "Another question"
    ]
    assert {2, 4} <= {message.number for message in chat.messages}
    assert backup.restore_chat(chat_id).is_nothing
    vault.backups.undo_restored(done)
    assert chat_id in {thrown.summary.id for thrown in vault.trash.list()}


def test_a_message_that_says_something_else_now_is_left_alone_unless_it_was_asked_for(
    curated: ScratchVault, backup: OpenedBackup
) -> None:
    vault = curated.vault
    chat_id = _id(vault, "plain")
    said = vault.conversations.get(chat_id).messages[0].text
    vault.editing.edit(chat_id, 1, "something else")
    assert backup.restore_chat(chat_id).is_nothing
    assert backup.messages(chat_id)[0].state is MessageState.CHANGED
    backup.restore_message(chat_id, 1)
    assert vault.conversations.get(chat_id).messages[0].text == said


def test_messages_that_a_chat_never_had_here_are_added_behind_its_own(
    curated: ScratchVault, destination: int, tmp_path: Path
) -> None:
    chat_id = _id(curated.vault, "plain")
    curated.vault.conversations.append(chat_id, Role.USER, "Written later")
    newest = curated.vault.backups.run(destination).id
    first = curated.vault.backups.backups(destination)[-1].id
    place = curated.vault.backups.destinations()[0].location
    curated.vault.lock()
    Vault.restore(place, tmp_path / "older", PASSWORD, backup_id=first)
    with Vault.open(tmp_path / "older", PASSWORD) as older:
        older.conversations.append(chat_id, Role.USER, "Written elsewhere")
        with older.backups.browse(destination, newest) as backup:
            done = backup.restore_chat(chat_id)
            assert backup.restore_chat(chat_id).is_nothing
        texts = [message.text for message in older.conversations.get(chat_id).messages]
        assert texts[-2:] == ["Written elsewhere", "Written later"]
        assert wrong_checks(older) == []
        older.backups.undo_restored(done)
        texts = [message.text for message in older.conversations.get(chat_id).messages]
        assert texts[-1] == "Written elsewhere"


def test_a_file_is_written_where_a_person_says_and_never_over_another(
    curated: ScratchVault, backup: OpenedBackup, tmp_path: Path
) -> None:
    chat_id = _id(curated.vault, "with-files")
    _destroy(curated.vault, "with-files")
    backup.restore_attachment(chat_id, 1, 1, tmp_path / "photo.png")
    assert (tmp_path / "photo.png").read_bytes() == b"the photo" * 50
    with pytest.raises(UserError, match="is there already"):
        backup.restore_attachment(chat_id, 1, 0, tmp_path / "photo.png")
    with pytest.raises(UserError, match="does not hold"):
        backup.restore_attachment(chat_id, 1, 2, tmp_path / "lost.pdf")
    assert (tmp_path / "photo.png").read_bytes() == b"the photo" * 50


@pytest.mark.parametrize("is_gone", [True, False])
def test_a_file_whose_content_is_gone_or_damaged_gets_it_back(
    curated: ScratchVault, backup: OpenedBackup, is_gone: bool
) -> None:
    vault = curated.vault
    chat_id = _id(vault, "with-files")
    for path in curated.blob_paths:
        if is_gone:
            path.unlink()
        else:
            path.write_bytes(path.read_bytes()[:-1] + b"?")
    assert wrong_checks(vault)
    for position in (0, 1):
        assert backup.restore_attachment(chat_id, 1, position).files == 1
    assert _contents(vault.conversations.get(chat_id).messages[0]) == _FILES
    assert wrong_checks(vault) == []


def test_a_file_that_was_mended_is_mended_in_the_next_backup_too(
    curated: ScratchVault, destination: int, tmp_path: Path
) -> None:
    vault = curated.vault
    chat_id, first = _id(vault, "with-files"), vault.backups.backups(destination)[0].id
    for path in curated.blob_paths:
        path.write_bytes(path.read_bytes()[:-1] + b"?")
    vault.backups.run(destination)
    with vault.backups.browse(destination, first) as backup:
        backup.restore_attachment(chat_id, 1, 0)
        backup.restore_attachment(chat_id, 1, 1)
    vault.backups.run(destination)
    assert vault.backups.drill(destination, PASSWORD).problems == ()


def test_what_is_archived_comes_back_from_its_archive(
    curated: ScratchVault, backup: OpenedBackup
) -> None:
    vault = curated.vault
    chat_id = _id(vault, "plain")
    vault.archives.create(ArchiveWish(row_ids=[_row_id(vault, "plain")]))
    assert [chat.state for chat in backup.chats("plain")] == [ChatState.ARCHIVED]
    with pytest.raises(UserError, match="is archived"):
        backup.restore_chat(chat_id)
    vault.archives.destroy([chat_id])
    assert backup.restore_chat(chat_id).conversations == 1
    assert wrong_checks(vault) == []


def test_who_only_reads_can_look_and_write_files_and_change_nothing(
    curated: ScratchVault, destination: int, tmp_path: Path
) -> None:
    chat_id = _id(curated.vault, "with-files")
    curated.vault.editing.remove(chat_id, [1])
    curated.vault.lock()
    with (
        Vault.open(curated.folder, PASSWORD, read_only=True) as vault,
        vault.backups.browse(destination) as backup,
    ):
        backup.restore_attachment(chat_id, 1, 0, tmp_path / "plan.txt")
        with pytest.raises(AccessError):
            backup.restore_message(chat_id, 1)
    assert (tmp_path / "plan.txt").stat().st_size == 240_000


def test_nothing_of_an_opened_backup_is_left(curated: ScratchVault, destination: int) -> None:
    with curated.vault.backups.browse(destination) as backup:
        assert (curated.folder / "scratch").exists()
        backup.chats()
    assert not (curated.folder / "scratch").exists()


def test_locking_the_vault_closes_what_is_open_of_its_backups(
    curated: ScratchVault, destination: int
) -> None:
    with curated.vault.backups.browse(destination) as backup:
        keys = backup._origin.store._keys
        curated.vault.lock()
        assert not (curated.folder / "scratch").exists()
        with pytest.raises(PrivatusError):
            backup.chats()
        assert bytes(keys.opened.vault_key.reveal()).strip(b"\0") == b""


def _contents(said: Message) -> list[bytes | None]:
    found = []
    for file in said.attachments:
        with file.open() if file.open else nullcontext() as stream:
            found.append(None if stream is None else stream.read())
    return found
