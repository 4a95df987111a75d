"""What is archived is out of the database, and comes back as it was."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from privatus.bootstrap import Vault
from privatus.core.archives import ArchiveWish
from privatus.core.errors import TamperedError, UsageError, UserError
from privatus.core.marks import Mark
from privatus.services.listing import ListedConversation
from privatus.storage.archived_rows import OWN, TIES
from support.conversations import conversation, message
from support.curated import all_rows, curate, row_ids
from support.traces import sealed_of, traces
from support.vaults import PASSWORD, ScratchVault

# Tables with a conversation's or message's row id that do not go to its archive, and why.
_NOT_ARCHIVED = {
    "deleted_conversations": "they never come back",
    "usage_queue": "what is still to be counted",
    "archived_conversations": "what is archived is known by it",
    "archived_blobs": "as above",
    "archived_models": "as above",
    "archived_ties": "where rows wait that belong to two",
}


def _everything(vault: ScratchVault) -> list[int]:
    return list(row_ids(vault).values())


def test_every_table_that_speaks_of_a_chat_goes_to_its_archive(vault: ScratchVault) -> None:
    db = vault.vault._store._reader
    names = [n for (n,) in db.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")]

    def speaks(name: str) -> bool:
        parents = {row[2] for row in db.rows(f"PRAGMA foreign_key_list({name})")}
        columns = {row[1] for row in db.rows(f"PRAGMA table_info({name})")}
        of_chats = {"conversations", "messages", "archived_conversations"}
        return bool(parents & of_chats or columns & {"conversation_id", "message_id"})

    found = {name for name in names if speaks(name)} | {"conversations"}

    assert found - set(_NOT_ARCHIVED) == set(OWN) | set(TIES)


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
def test_what_is_archived_comes_back_with_every_row_as_it_was(
    vault: ScratchVault, form: str
) -> None:
    if form == "parquet":
        pytest.importorskip("pyarrow")
    ids = curate(vault)
    vault.reopen()
    before, chats = all_rows(vault), vault.all()
    vault.vault.archives.create(ArchiveWish(row_ids=ids.values(), with_marked=True), format=form)
    assert vault.problems() == []
    assert all_rows(vault)["messages"] == []

    done = vault.vault.archives.bring_back(list(ids.values()))

    assert done.conversations == len(ids)
    after = all_rows(vault)
    assert {name: rows for name, rows in after.items() if rows != before[name]} == {}
    assert vault.problems() == []
    assert vault.all().keys() == chats.keys()


def test_an_archived_chat_is_in_no_list_and_no_search_and_is_found_by_title_and_date(
    vault: ScratchVault,
) -> None:
    ids = curate(vault)

    vault.vault.archives.create(ArchiveWish(row_ids=[ids["plain"]]))

    assert "plain" not in vault.all()
    assert not [h for h in vault.vault.search.find("plain") if h.title == "Chat plain"]
    archives = vault.vault.archives
    [found] = archives.find("CHAT pla")
    assert (found.title, found.messages, found.source) == ("Chat plain", 2, "chatgpt")
    assert archives.list() == [found]
    assert archives.find("chat", since_ms=1_600_000_000_000, until_ms=1_600_000_000_001) == [found]
    assert archives.find("chat", since_ms=1_700_000_000_000) == []
    assert archives.find("other") == []


def test_its_words_are_in_the_archive_alone(vault: ScratchVault) -> None:
    vault.bring(
        conversation(message(1, "XqZaunkönigwort here"), title="XqTitelwort", external_id="one")
    )
    sealed = sealed_of(vault, history_only=False)
    chat = vault.only()
    assert chat.id is not None

    vault.vault.archives.create(ArchiveWish(row_ids=[1]))

    found = traces(vault, ("XqZaunkönigwort", "XqTitelwort"), sealed)
    assert found == []
    assert vault.vault.archives.bring_back([chat.id]).messages == 1
    assert vault.vault.search.find("XqZaunkönigwort").total == 1


def test_what_was_pinned_or_starred_stays_unless_it_is_meant(vault: ScratchVault) -> None:
    ids = curate(vault)
    public = {name: chat.id for name, chat in vault.all().items()}
    vault.vault.marks.set(Mark.PINNED, [public["plain"]])
    vault.vault.marks.set(Mark.STARRED, [public["branched"]])
    wanted = ArchiveWish(row_ids=[ids["plain"], ids["branched"], ids["document"]])

    preview = vault.vault.archives.preview(wanted)
    vault.vault.archives.create(wanted)

    assert (preview.conversations, preview.kept_marked) == (1, 2)
    assert {"plain", "branched"} <= vault.all().keys()
    assert vault.vault.archives.preview(replace(wanted, with_marked=True)).conversations == 2


def test_chats_are_chosen_by_age_and_by_a_search(vault: ScratchVault) -> None:
    curate(vault)
    archives = vault.vault.archives

    old = archives.preview(ArchiveWish(changed_before_ms=1_650_000_000_000))
    found = archives.preview(ArchiveWish(query="Zaunkönig", changed_before_ms=1_650_000_000_000))

    # The hybrid takes both of its sources along.
    assert (old.conversations, old.together) == (6, 2)
    assert 0 < found.conversations <= old.conversations
    assert archives.preview(ArchiveWish(changed_before_ms=0)).conversations == 0
    with pytest.raises(UsageError):
        archives.preview(ArchiveWish())


def test_a_hybrid_and_what_it_was_merged_of_go_and_come_back_together(vault: ScratchVault) -> None:
    ids = curate(vault)
    [hybrid] = [c.row_id for c in _listed(vault) if "left" in c.summary.title]
    before = all_rows(vault)

    vault.vault.archives.create(ArchiveWish(row_ids=[hybrid]))

    assert {"left", "right"}.isdisjoint(vault.all())
    assert len(vault.vault.archives.list()) == 3
    vault.vault.archives.bring_back([ids["left"]])
    assert vault.vault.archives.list() == []
    assert all_rows(vault)["chat_links"] == before["chat_links"]
    assert all_rows(vault)["conversation_marks"] == before["conversation_marks"]


def _listed(vault: ScratchVault) -> list[ListedConversation]:
    arranged = vault.vault.listing.arrange()
    return list(vault.vault.listing.rows(list(arranged.ids)))


@pytest.mark.parametrize("first", ["whole", "made"])
def test_what_two_chats_have_in_common_waits_until_both_are_there(
    vault: ScratchVault, first: str
) -> None:
    ids = curate(vault)
    before = all_rows(vault)
    [(made, whole)] = vault.vault._store._reader.rows(
        "SELECT conversation_id, source_id FROM chat_sources WHERE kind = 'split'"
    )
    assert whole == ids["whole"]
    pair = [whole, made] if first == "whole" else [made, whole]

    for row_id in pair:
        vault.vault.archives.create(ArchiveWish(row_ids=[row_id]))
    for row_id in pair:
        vault.vault.archives.bring_back([row_id])

    for table in TIES:
        assert all_rows(vault)[table] == before[table]


def test_a_tag_that_was_deleted_meanwhile_does_not_come_back(vault: ScratchVault) -> None:
    ids = curate(vault)
    vault.vault.archives.create(ArchiveWish(row_ids=[ids["with-files"]], with_marked=True))
    vault.vault.tags.delete("work/tax")
    vault.vault.folders.delete("Home")

    done = vault.vault.archives.bring_back([ids["with-files"]])

    assert (done.tags_left_out, done.folders_left_out, done.contacts_left_out) == (2, 1, 0)
    assert vault.problems() == []


def test_no_other_row_gets_the_ids_of_what_is_archived(vault: ScratchVault) -> None:
    ids = curate(vault)
    before = all_rows(vault)
    everything = list(ids.values())
    vault.vault.archives.create(ArchiveWish(row_ids=everything, with_marked=True))
    new = [
        conversation(message(1, "new"), external_id=f"new{number}", title=f"New {number}")
        for number in range(3)
    ]
    vault.bring(*new, name="new")
    chats = [chat.id for chat in vault.all().values()]
    vault.vault.tags.add("work/tax", *chats)
    vault.vault.merging.merge(chats[:2])
    vault.vault.editing.edit(chats[2], 1, "newer")

    vault.vault.archives.bring_back(everything)

    after = all_rows(vault)
    for name in set(OWN) | set(TIES):
        assert set(map(repr, before[name])) <= set(map(repr, after[name])), name
    assert vault.problems() == []


def test_attachment_files_stay_until_no_archive_needs_them(vault: ScratchVault) -> None:
    ids = curate(vault)
    blobs = vault.blob_paths

    vault.vault.archives.create(ArchiveWish(row_ids=[ids["with-files"]], with_marked=True))
    assert vault.blob_paths == blobs
    assert vault.vault.purging.preview_destroy([ids["branched"]]).files == 0
    vault.vault.purging.destroy([ids["branched"]])
    assert vault.blob_paths == blobs
    vault.vault.archives.destroy([ids["with-files"]])

    assert vault.blob_paths == []
    assert vault.problems() == []


def test_an_import_of_what_is_archived_makes_no_second_one(vault: ScratchVault) -> None:
    first = conversation(message(1, "one"), message(2, "two"), title="A chat", updated_at_ms=1)
    grown = conversation("one", "two", "three", title="A chat", updated_at_ms=2)
    vault.bring(first)
    vault.vault.archives.create(ArchiveWish(row_ids=[1]))

    same, changed = vault.bring(first), vault.bring(grown)

    assert (same.counts.conversations_unchanged, same.skipped_count) == (1, 0)
    assert changed.skipped_count == 1
    assert "archived" in changed.skipped[0].reason
    assert vault.all() == {}
    vault.vault.archives.bring_back([1])
    assert vault.bring(grown).counts.messages_new == 1


def test_the_keys_of_a_vault_are_changed_and_the_archives_open_still(vault: ScratchVault) -> None:
    ids = curate(vault)
    vault.vault.archives.create(ArchiveWish(row_ids=_everything(vault), with_marked=True))
    vault.vault.lock()

    Vault.rotate(vault.folder, PASSWORD)
    vault.reopen()

    assert vault.problems() == []
    assert vault.vault.archives.bring_back(ids.values()).conversations == len(ids)
    assert vault.problems() == []


def test_a_destroyed_archive_is_gone_and_an_import_leaves_it_out(vault: ScratchVault) -> None:
    vault.bring(conversation("one", "two", title="A chat"))
    vault.vault.archives.create(ArchiveWish(row_ids=[1]))

    assert vault.vault.archives.destroy([1]) == 1

    assert vault.vault.archives.list() == []
    assert not list(vault.folder.glob("archives/*"))
    assert vault.bring(conversation("one", "two", title="A chat")).counts.conversations_deleted == 1
    assert vault.problems() == []


def test_a_damaged_file_is_named_and_changes_nothing(vault: ScratchVault) -> None:
    curate(vault)
    plain = vault.all()["plain"]
    vault.vault.archives.create(ArchiveWish(row_ids=[row_ids(vault)["plain"]]))
    [path] = vault.folder.glob("archives/*.pva")
    assert re.fullmatch(r"[0-9a-f]{32}\.pva", path.name)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)

    count, [problem] = vault.vault.archives.verify()

    assert (count, problem.title) == (1, "Chat plain")
    assert vault.problems() != []
    with pytest.raises(TamperedError):
        vault.vault.archives.bring_back([str(plain.id)])
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert vault.vault.archives.verify() == (1, [])
    vault.vault.archives.bring_back([str(plain.id)[:8]])
    assert vault.all()["plain"].messages == plain.messages


def test_an_archive_file_of_another_chat_does_not_take_its_place(vault: ScratchVault) -> None:
    ids = curate(vault)
    vault.vault.archives.create(ArchiveWish(row_ids=[ids["plain"], ids["document"]]))
    one, other = sorted(vault.folder.glob("archives/*.pva"))
    first, second = one.read_bytes(), other.read_bytes()

    one.write_bytes(second)
    other.write_bytes(first)

    assert len(vault.vault.archives.verify()[1]) == 2


def test_who_asks_for_an_archived_chat_is_told_how_to_get_it(vault: ScratchVault) -> None:
    vault.bring(conversation("one", title="A chat"))
    chat = vault.only()
    vault.vault.archives.create(ArchiveWish(row_ids=[1]))

    with pytest.raises(UserError, match="archives bring-back"):
        vault.vault.conversations.get(str(chat.id)[:8])
    with pytest.raises(UserError, match="no archived conversation"):
        vault.vault.archives.bring_back(["ffffffff"])


def test_a_purge_names_the_archives_that_may_hold_the_same_words(vault: ScratchVault) -> None:
    ids = curate(vault)
    vault.vault.archives.create(ArchiveWish(row_ids=[ids["whole"]]))
    [(made,)] = vault.query("SELECT max(id) FROM conversations")
    vault.reopen()

    assert vault.vault.purging.preview_destroy([made]).archives == ("Chat whole",)
    assert vault.vault.purging.preview_destroy([ids["document"]]).archives == ()
