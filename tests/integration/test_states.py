"""A chat stands in one place: among the chats, in the archive, merged, or in the trash."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from privatus.bootstrap import Vault
from privatus.core.conversation import Conversation
from privatus.core.errors import AccessError, UserError
from privatus.core.marks import Mark, Shelf
from privatus.services.listing import ListFilter
from support.conversations import conversation, message
from support.copies import exported
from support.vaults import PASSWORD, ScratchVault

_DAY_MS = 86_400_000
_PLACES = {"plain": Shelf.CHATS, "away": Shelf.ARCHIVE, "part": Shelf.MERGED, "gone": Shelf.TRASH}


def _chat(name: str, *texts: str, day: int = 1, **fields: object) -> Conversation:
    said = [message(n, text) for n, text in enumerate(texts or ("Hello",), start=1)]
    return conversation(*said, external_id=name, title=name, updated_at_ms=day * _DAY_MS, **fields)  # type: ignore[arg-type]


def _rows(vault: Vault) -> dict[str, int]:
    """Return the row id of every chat by its title, wherever it stands."""
    ids = [row for shelf in Shelf for row in vault.listing.arrange(ListFilter(shelf=shelf)).ids]
    assert len(ids) == len(set(ids)), "a chat stands in two places"
    return {row.summary.title: row.row_id for row in vault.listing.rows(ids)}


def _on(vault: Vault, shelf: Shelf, **more: object) -> set[str]:
    wanted = ListFilter(shelf=shelf, **more)  # type: ignore[arg-type]
    arranged = vault.listing.arrange(wanted)
    return {row.summary.title for row in vault.listing.rows(arranged.ids)}


def _found(vault: Vault, query: str) -> set[str]:
    return {hit.title for hit in vault.search.find(query)}


@pytest.fixture
def filled(vault: ScratchVault) -> ScratchVault:
    """Return a vault with a chat in each place, and one that its provider has archived."""
    vault.bring(*(_chat(name) for name in _PLACES), _chat("theirs", is_archived=True))
    rows = _rows(vault.vault)
    vault.vault.marks.set_rows(Mark.ARCHIVED, [rows["away"]])
    vault.vault.marks.set_rows(Mark.MERGED, [rows["part"]])
    vault.vault.trash.put([rows["gone"]])
    return vault


def test_each_place_lists_what_stands_in_it(filled: ScratchVault) -> None:
    vault = filled.vault

    assert _on(vault, Shelf.CHATS) == {"plain", "theirs"}
    assert _on(vault, Shelf.ARCHIVE) == {"away"}
    assert _on(vault, Shelf.MERGED) == {"part"}
    assert _on(vault, Shelf.TRASH) == {"gone"}
    assert {c.title for c in vault.conversations.list()} == {"plain", "theirs"}
    assert {c.title for c in vault.conversations.list(shelf=Shelf.TRASH)} == {"gone"}


def test_the_trash_counts_more_than_any_mark(filled: ScratchVault) -> None:
    vault = filled.vault
    vault.trash.put(_rows(vault).values())

    assert len(_on(vault, Shelf.TRASH)) == 5
    assert not any(_on(vault, shelf) for shelf in (Shelf.CHATS, Shelf.ARCHIVE, Shelf.MERGED))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("hello", "plain theirs away"),
        ("hello is:archived", "theirs away"),
        ("hello -is:archived", "plain"),
        ("hello in:trash", "gone"),
        ("in:trash", "gone"),
        ("hello -in:trash", "plain theirs away"),
        ("hello is:merged", "part"),
        ("is:pinned", ""),
        ("in:title gone", ""),
        ("in:title gone in:trash", "gone"),
    ],
)
def test_a_search_finds_what_is_asked_for(filled: ScratchVault, query: str, expected: str) -> None:
    assert _found(filled.vault, query) == set(expected.split())


def test_what_a_search_means_by_trash_is_said_back_so_that_it_parses(filled: ScratchVault) -> None:
    with pytest.raises(UserError, match="in: is one of"):
        filled.vault.search.find("hello in:attic")
    with pytest.raises(UserError, match="cannot be part of OR"):
        filled.vault.search.find("hello OR in:trash")


def test_a_hit_says_that_its_chat_is_archived(filled: ScratchVault) -> None:
    said = {hit.title: hit.is_archived for hit in filled.vault.search.find("hello")}

    assert said == {"plain": False, "theirs": True, "away": True}


def test_titles_facets_and_bulk_leave_the_trash_out(filled: ScratchVault) -> None:
    vault = filled.vault

    assert vault.search.titles("gone") == ()
    assert vault.tags.add_to_found("t", "hello").conversations == 3
    assert sum(each.count for each in vault.search.facets("hello").of("source")) == 3


def test_what_a_person_archives_counts_more_than_what_a_provider_did(filled: ScratchVault) -> None:
    vault, rows = filled.vault, _rows(filled.vault)

    assert vault.marks.set_rows(Mark.ARCHIVED, [rows["theirs"]]).count == 1
    assert _on(vault, Shelf.ARCHIVE) == {"away", "theirs"}
    vault.marks.set_rows(Mark.ARCHIVED, [rows["theirs"]], is_set=False)

    assert _on(vault, Shelf.CHATS) == {"plain", "theirs"}
    assert _found(vault, "hello is:archived") == {"away"}
    assert _on(vault, Shelf.CHATS, is_archived=True) == {"away"}


def test_undo_and_redo_put_marks_and_trash_back(filled: ScratchVault, tmp_path: Path) -> None:
    vault, rows = filled.vault, _rows(filled.vault)
    before = exported(vault, tmp_path / "before")

    put = vault.trash.put(rows.values())
    assert put.count == 4
    undone = vault.trash.undo(put)
    assert exported(vault, tmp_path / "between") == before
    vault.trash.undo(undone)
    assert _on(vault, Shelf.TRASH) == set(rows)
    vault.trash.undo(put)

    away = vault.marks.set_rows(Mark.ARCHIVED, rows.values())
    again = vault.marks.undo(vault.marks.undo(away))
    assert again == away
    assert _on(vault, Shelf.ARCHIVE) == {"plain", "away", "theirs"}
    vault.marks.undo(away)
    assert exported(vault, tmp_path / "after") == before


def test_a_chat_comes_out_of_the_trash_as_it_was(filled: ScratchVault) -> None:
    vault, rows = filled.vault, _rows(filled.vault)
    vault.tags.add("work", str(filled.all()["away"].id))
    vault.trash.put([rows["away"]])
    assert vault.tags.list()[0].conversations == 0

    change = vault.trash.restore([rows["away"], rows["plain"], 999])

    assert change.count == 1
    assert _on(vault, Shelf.ARCHIVE) == {"away"}
    assert vault.tags.list()[0].conversations == 1
    assert filled.problems() == []


def test_ids_that_a_person_sees_do_as_well(filled: ScratchVault) -> None:
    vault = filled.vault
    [gone] = vault.conversations.list(shelf=Shelf.TRASH)

    with pytest.raises(UserError, match="no conversation has this id"):
        vault.trash.restore([str(gone.id)[:8], "00000000"])
    assert _on(vault, Shelf.TRASH) == {"gone"}
    vault.trash.restore([str(gone.id)[:8]])

    assert _on(vault, Shelf.TRASH) == set()


def test_what_is_in_the_trash_can_be_read_and_is_not_exported(
    filled: ScratchVault, tmp_path: Path
) -> None:
    vault = filled.vault
    [gone] = vault.conversations.list(shelf=Shelf.TRASH)

    assert vault.pages.shape(gone.id).summary.deleted_at_ms is not None
    assert vault.conversations.get(gone.id).messages[0].text == "Hello"
    tree = exported(vault, tmp_path / "out")

    assert "gone" not in str(tree)
    assert "part" in str(tree)


def test_counts_leave_out_what_is_in_the_trash_and_what_was_merged(filled: ScratchVault) -> None:
    counted = filled.vault.statistics.get()

    assert (counted.conversations, counted.messages) == (3, 3)
    assert sum(counted.by_role.values()) == 3
    assert sum(source.conversations for source in counted.sources) == 3


def test_an_import_updates_what_is_put_away_and_leaves_it_there(filled: ScratchVault) -> None:
    report = filled.bring(*(_chat(name, "Hello", "More", day=9) for name in (*_PLACES, "theirs")))
    assert report.counts.conversations_updated == 5
    assert report.counts.conversations_in_trash == 1
    vault = filled.vault

    assert _on(vault, Shelf.CHATS) == {"plain", "theirs"}
    assert _on(vault, Shelf.ARCHIVE) == {"away"}
    assert _on(vault, Shelf.MERGED) == {"part"}
    assert _on(vault, Shelf.TRASH) == {"gone"}
    assert _found(vault, "more in:trash") == {"gone"}
    assert filled.problems() == []


def test_a_vault_that_is_read_lets_nothing_into_its_trash(filled: ScratchVault) -> None:
    filled.vault.lock()

    with Vault.open(filled.folder, PASSWORD, read_only=True) as vault, pytest.raises(AccessError):
        vault.trash.put([1])


def test_who_takes_a_chat_out_of_the_trash_with_the_database_key_is_found_out(
    filled: ScratchVault,
) -> None:
    filled.attack("UPDATE conversations SET deleted_at_ms = NULL WHERE deleted_at_ms IS NOT NULL")

    assert any("did not authenticate" in said or "sealed" in said for said in filled.problems())


# Going for good.


def _put_long_ago(filled: ScratchVault, days: float, *titles: str) -> None:
    rows, vault = _rows(filled.vault), filled.vault
    at_ms = time.time_ns() // 1_000_000 - int(days * _DAY_MS)
    with vault._store.transaction() as tables:
        tables.trash.set({rows[title]: at_ms for title in titles})


def test_nothing_leaves_the_trash_by_itself_until_the_person_says_so(filled: ScratchVault) -> None:
    _put_long_ago(filled, 5_000, "plain")

    assert filled.vault.trash.days() == 0
    assert filled.vault.trash.tidy() == 0
    assert {each.goes_at_ms for each in filled.vault.trash.list()} == {None}


def test_what_was_there_for_its_days_goes_and_nothing_else(filled: ScratchVault) -> None:
    vault = filled.vault
    _put_long_ago(filled, 30.01, "plain")
    _put_long_ago(filled, 29.99, "theirs")
    assert vault.trash.set_days(30) == 0

    assert vault.trash.tidy() == 1
    assert vault.trash.tidy() == 0

    assert _on(vault, Shelf.TRASH) == {"gone", "theirs"}
    goes = {each.summary.title: each.goes_at_ms for each in vault.trash.list()}
    at_ms = {each.summary.title: each.summary.deleted_at_ms for each in vault.trash.list()}
    assert goes["theirs"] == (at_ms["theirs"] or 0) + 30 * _DAY_MS
    assert filled.problems() == []


def test_only_what_is_in_the_trash_can_be_emptied_from_it(filled: ScratchVault) -> None:
    vault, rows = filled.vault, _rows(filled.vault)

    assert vault.trash.empty(wanted=[rows["plain"], rows["away"]]) == 0
    assert vault.trash.empty(wanted=[rows["gone"], rows["plain"]]) == 1

    assert set(_rows(vault)) == {"plain", "away", "part", "theirs"}


def test_the_trash_is_empty_also_when_the_clock_was_set_back(filled: ScratchVault) -> None:
    _put_long_ago(filled, -1.0, "plain")

    filled.vault.trash.empty()

    assert _on(filled.vault, Shelf.TRASH) == set()


def test_undo_passes_over_what_has_gone_for_good(filled: ScratchVault) -> None:
    vault, rows = filled.vault, _rows(filled.vault)
    put = vault.trash.put([rows["plain"], rows["theirs"]])
    vault.trash.empty(wanted=[rows["plain"]])

    undone = vault.trash.undo(put)

    assert undone.count == 1
    assert _on(vault, Shelf.CHATS) == {"theirs"}


def test_days_that_make_no_sense_are_refused(filled: ScratchVault) -> None:
    for days in (-1, 3_651):
        with pytest.raises(UserError, match="the trash keeps chats"):
            filled.vault.trash.set_days(days)


def test_who_changes_the_days_with_the_database_key_is_found_out(filled: ScratchVault) -> None:
    filled.vault.trash.set_days(30)
    filled.vault.trash.set_days(300)

    filled.attack("UPDATE preferences SET seal = zeroblob(37)")

    assert "preferences" in str(filled.problems())
