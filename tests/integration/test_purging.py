"""What is purged is gone from the vault, and the rest of it is whole and says what went."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from privatus.bootstrap import Vault
from privatus.core.annotation import Fit
from privatus.core.conversation import Conversation
from privatus.core.errors import AccessError, BusyError, JobCancelled, UserError
from privatus.core.jobs import Job
from privatus.core.purging import Purged
from privatus.services.version_states import PURGED_TEXT
from privatus.storage.database import Database
from privatus.vault.keys import keyspec
from support.conversations import attachment, conversation, message
from support.vaults import PASSWORD, ScratchVault, said

_LATER_MS = 1_800_000_000_000


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[ScratchVault]:
    scratch = ScratchVault.create(tmp_path / "vault")
    yield scratch
    scratch.vault.lock()


def _first() -> Conversation:
    return conversation(
        message(1, "the secret is Zebrafink", attachments=(attachment("old.txt", b"old bytes"),)),
        message(2, "an answer with Zaunkönig"),
        message(3, "thanks"),
        title="About the Zebrafink",
        model="model-one",
        account="a@example.org",
    )


def _later() -> Conversation:
    first, second, third = _first().messages
    first = replace(
        first, parts=message(1, "the secret is out").parts,
        attachments=(attachment("new.txt", b"new bytes"),),
    )  # fmt: skip
    second = replace(second, parts=message(2, "an answer").parts)
    return replace(
        _first(), messages=(first, second, third), title="About birds", updated_at_ms=_LATER_MS
    )


def _changed(vault: ScratchVault) -> Conversation:
    vault.bring(_first(), name="first")
    vault.bring(_later(), name="later")
    return vault.only()


def test_a_preview_says_what_would_go_and_changes_nothing(vault: ScratchVault) -> None:
    chat = _changed(vault)

    found = vault.vault.purging.preview(chat.id)

    assert (found.messages, len(found.wordings), found.versions, found.files) == (2, 2, 1, 1)
    assert [(w.number, w.revision, w.attachments) for w in found.wordings] == [(1, 1, 1), (2, 1, 0)]
    assert vault.vault.purging.preview(chat.id, [2]).wordings == found.wordings[1:]
    assert vault.vault.purging.preview(chat.id) == found
    assert not found.is_empty


def test_former_wordings_go_and_the_versions_say_so(vault: ScratchVault) -> None:
    chat = _changed(vault)

    done = vault.vault.purging.purge_history(chat.id)

    assert done == Purged(wordings=2, versions=1, files=1)
    assert said(vault.only()) == ["the secret is out", "an answer", "thanks"]
    former = vault.vault.versions.former_messages(chat.id)
    assert [(revision, m.number, m.text, m.attachments) for revision, m in former] == [
        (1, 1, "", ()), (1, 2, "", ())
    ]  # fmt: skip
    [_, version] = vault.vault.versions.list(chat.id)
    assert version.details["purged"] is True
    assert version.details["changed"] == [1, 2]
    assert "title" not in version.details
    assert vault.vault.purging.preview(chat.id).is_empty
    assert vault.problems() == []


def test_only_the_messages_that_were_named_lose_their_former_wording(vault: ScratchVault) -> None:
    chat = _changed(vault)

    vault.vault.purging.purge_history(chat.id, [1])

    former = vault.vault.versions.former_messages(chat.id)
    assert [m.text for _, m in former] == ["", "an answer with Zaunkönig"]
    assert vault.vault.versions.list(chat.id)[1].details["title"] == "About the Zebrafink"
    assert vault.problems() == []


def test_a_file_that_something_else_names_stays(vault: ScratchVault) -> None:
    _changed(vault)
    vault.bring(
        conversation(
            message(1, "mine", attachments=(attachment("copy.txt", b"old bytes"),)),
            external_id="other",
        ),
        name="other",
    )
    chat = vault.all()["c1"]

    assert vault.vault.purging.preview(chat.id).files == 0
    vault.vault.purging.purge_history(chat.id)

    [file] = vault.all()["other"].messages[0].attachments
    assert file.open is not None
    assert file.open().read() == b"old bytes"
    assert vault.problems() == []


def test_an_import_after_a_purge_brings_nothing_back(vault: ScratchVault) -> None:
    chat = _changed(vault)
    vault.vault.purging.purge_history(chat.id)

    vault.bring(_first(), name="again")
    report = vault.bring(_later(), name="again-later")

    assert report.counts.conversations_unchanged == 1
    assert said(vault.only()) == ["the secret is out", "an answer", "thanks"]
    assert [m.text for _, m in vault.vault.versions.former_messages(chat.id)] == ["", ""]


def test_an_annotation_quotes_what_the_message_says_now(vault: ScratchVault) -> None:
    vault.bring(_first(), name="first")
    chat = vault.only()
    notes = vault.vault.annotations
    notes.add(f"{chat.id}.1", "kept", quote="the secret")
    notes.add(f"{chat.id}.1", "lost", quote="Zebrafink")
    vault.bring(_later(), name="later")

    done = vault.vault.purging.purge_history(chat.id)

    assert done.annotations == 2
    kept, lost = notes.of(str(chat.id))
    assert kept.place.fit is Fit.EXACT
    assert kept.annotation.passage is not None
    assert "Zebra" not in kept.annotation.passage.suffix
    assert (lost.annotation.text, lost.annotation.passage) == ("lost", None)
    assert vault.problems() == []


def test_a_chat_that_is_destroyed_leaves_a_tag_only(vault: ScratchVault) -> None:
    chat = _changed(vault)
    vault.vault.tags.add("work", str(chat.id))
    vault.vault.annotations.add(f"{chat.id}.1", "a note", quote="secret")

    assert vault.vault.purging.preview_destroy([1]).files == 2
    done = vault.vault.purging.destroy([1, 77])

    assert done == Purged(conversations=1, files=2)
    assert vault.vault.conversations.list() == []
    assert vault.vault.search.find("secret").total == 0
    assert vault.blob_paths == []
    assert vault.problems() == []
    for table in ("messages", "messages_history", "message_content", "attachments", "chat_tags",
                  "annotations", "chat_versions", "accounts", "models", "purges"):  # fmt: skip
        assert vault.query(f"SELECT count(*) FROM {table}") == [(0,)], table
    assert vault.query("SELECT state, wrapped_key FROM key_store WHERE kind = 2") == [
        ("destroyed", bytes(60))
    ]
    assert vault.query("SELECT count(*) FROM deleted_conversations") == [(1,)]
    vault.reopen()


def test_an_import_leaves_out_what_was_deleted_for_good(vault: ScratchVault) -> None:
    _changed(vault)
    vault.vault.purging.destroy([1])

    report = vault.bring(_later(), name="again")

    assert report.counts.conversations_deleted == 1
    assert report.counts.conversations_new == 0
    assert vault.all() == {}


def test_what_was_deleted_for_good_comes_again_when_it_is_asked_for(vault: ScratchVault) -> None:
    _changed(vault)
    vault.vault.purging.destroy([1])
    path = vault.folder.parent / "chats.json"

    with pytest.MonkeyPatch.context() as patch:
        _read_as(patch, _later())
        path.write_text("{}", encoding="utf-8")
        report = vault.vault.imports.run(path, with_deleted=True)
        again = vault.vault.imports.run(path)

    assert report.total.conversations_new == 1
    assert again.total.conversations_unchanged == 1
    assert said(vault.only()) == ["the secret is out", "an answer", "thanks"]
    assert vault.problems() == []
    # No other chat or message ever gets the numbers of one that is gone.
    assert vault.query("SELECT id FROM conversations") == [(2,)]
    assert vault.query("SELECT min(id) FROM messages") == [(4,)]
    vault.reopen()


def test_what_is_deleted_for_good_stays_so_when_the_vault_gets_new_keys(
    vault: ScratchVault,
) -> None:
    _changed(vault)
    vault.vault.purging.destroy([1])
    vault.vault.lock()

    Vault.rotate(vault.folder, PASSWORD)
    vault.vault = Vault.open(vault.folder, PASSWORD)

    assert vault.bring(_later(), name="again").counts.conversations_deleted == 1
    assert [check for check in vault.vault.integrity.check().checks if not check.ok] == []


def test_nothing_is_purged_in_a_vault_that_is_open_for_reading(vault: ScratchVault) -> None:
    chat = _changed(vault)
    vault.vault.lock()

    with Vault.open(vault.folder, PASSWORD, read_only=True) as reader:
        assert reader.purging.preview(chat.id).messages == 2
        with pytest.raises(AccessError):
            reader.purging.purge_history(chat.id)
        with pytest.raises(AccessError):
            reader.purging.destroy([1])

    vault.reopen()
    assert said(vault.only())


def test_a_purge_that_is_stopped_in_time_changes_nothing(vault: ScratchVault) -> None:
    chat = _changed(vault)
    job = Job()
    job.cancel()

    with pytest.raises(JobCancelled):
        vault.vault.purging.purge_history(chat.id, job=job)

    assert vault.vault.purging.preview(chat.id).messages == 2


def test_a_reader_of_the_log_is_named_before_anything_changes(
    vault: ScratchVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("privatus.storage.database._BUSY_TIMEOUT_S", 0.1)
    chat = _changed(vault)
    vault.reopen()
    key = keyspec(vault.database_key)
    reader = Database.open(vault.folder / "vault.db", key, read_only=True)
    with reader.snapshot():
        reader.value("SELECT count(*) FROM messages")
        vault.vault.conversations.append(chat.id, message(1).role, "so that there is a log")

        with pytest.raises(BusyError, match="nothing was changed"):
            vault.vault.purging.purge_history(chat.id)

    assert vault.vault.purging.preview(chat.id).messages == 2
    reader.close()
    vault.vault.purging.purge_history(chat.id)
    assert vault.vault.purging.preview(chat.id).is_empty


def test_a_copy_from_before_a_migration_is_named_and_goes(vault: ScratchVault) -> None:
    chat = _changed(vault)
    copy = vault.folder / "vault.db.before-migration"
    copy.write_bytes(b"a copy")

    known = vault.vault.purging.preview(chat.id).copy
    assert known is not None
    assert (known.path, known.size_bytes) == (copy, 6)
    vault.vault.purging.purge_history(chat.id, [1])

    assert not copy.exists()
    assert vault.vault.purging.preview(chat.id).copy is None


def test_what_was_set_aside_is_named_and_goes_if_asked(vault: ScratchVault) -> None:
    chat = _changed(vault)
    aside = vault.folder / "vault.db.set-aside-20261122T182500Z"
    aside.write_bytes(b"former")

    [known] = vault.vault.purging.preview(chat.id).set_aside
    assert (known.path, known.size_bytes) == (aside, 6)
    vault.vault.purging.purge_history(chat.id, [1])
    assert aside.exists()
    vault.vault.purging.purge_history(chat.id, with_copy=True)

    assert not aside.exists()
    assert vault.vault.purging.preview(chat.id).set_aside == ()


def test_the_log_says_that_something_was_purged_and_no_word_of_it(vault: ScratchVault) -> None:
    chat = _changed(vault)

    vault.vault.purging.purge_history(chat.id)
    vault.vault.purging.destroy([1])

    *_, purged, destroyed = vault.vault.audit.list()
    assert (purged.action, purged.details) == ("history purged", {"revisions": 2})
    assert destroyed.action == "conversations deleted for good"
    assert destroyed.details == {"conversations": 1}


def test_a_purge_of_nothing_leaves_the_vault_as_it_is(vault: ScratchVault) -> None:
    vault.bring(_first(), name="first")
    before = vault.vault.audit.list()

    assert vault.vault.purging.purge_history(vault.only().id) == Purged()
    assert vault.vault.purging.destroy([]) == Purged()

    assert vault.vault.audit.list() == before


def _read_as(patch: pytest.MonkeyPatch, chat: Conversation) -> None:
    from privatus.importers import registry
    from support.vaults import MadeUpExport

    patch.setattr(registry, "find", lambda _: MadeUpExport(conversations=[chat]))


def test_a_former_version_says_what_was_purged_of_it(vault: ScratchVault) -> None:
    chat = _changed(vault)
    vault.vault.purging.purge_history(chat.id)

    former = vault.vault.versions.at(chat.id, 1)

    assert [m.is_purged for m in former.messages] == [True, True, False]
    assert former.messages[0].text == PURGED_TEXT
    assert said(former)[2] == "thanks"


def test_what_a_person_edited_can_be_purged_and_is_not_undone_then(vault: ScratchVault) -> None:
    vault.bring(_first(), name="first")
    chat_id = vault.only().id
    change = vault.vault.editing.edit(chat_id, 1, "nothing to see")
    vault.vault.editing.rename(chat_id, "Birds")

    vault.vault.purging.purge_history(chat_id)

    with pytest.raises(UserError):
        vault.vault.versions.undo(change)
    assert vault.bring(_first(), name="again").counts.conversations_updated == 0
    assert said(vault.only())[0] == "nothing to see"
    assert vault.only().title == "Birds"
    assert vault.problems() == []


def test_a_title_that_was_purged_is_not_undone(vault: ScratchVault) -> None:
    vault.bring(_first())
    chat = vault.only()
    change = vault.vault.editing.rename(chat.id, "Birds")
    vault.vault.purging.purge_history(chat.id)

    with pytest.raises(UserError, match="nothing"):
        vault.vault.editing.undo(change)

    assert vault.only().title == "Birds"


def test_the_sources_of_a_hybrid_that_is_destroyed_are_in_the_list_again(
    vault: ScratchVault,
) -> None:
    vault.bring(_first(), conversation("hello", "good day", external_id="c2"), name="both")
    ids = [chat.id for chat in vault.vault.conversations.list()]
    vault.vault.merging.merge(ids)

    vault.vault.purging.destroy([3])

    assert vault.query("SELECT count(*) FROM conversation_marks WHERE mark = 'merged'") == [(0,)]
    assert vault.query("SELECT count(*) FROM chat_links") == [(0,)]
    assert vault.problems() == []


def test_a_hybrid_stays_when_a_source_of_it_is_destroyed(vault: ScratchVault) -> None:
    vault.bring(_first(), conversation("hello", "good day", external_id="c2"), name="both")
    change = vault.vault.merging.merge([chat.id for chat in vault.vault.conversations.list()])
    before = said(vault.vault.conversations.get(change.conversation_id))

    vault.vault.purging.destroy([1])

    assert said(vault.vault.conversations.get(change.conversation_id)) == before
    assert vault.problems() == []
