"""Searches that a person keeps: by name, sealed, and there again after the next unlock."""

from __future__ import annotations

import pytest

from privatus.bootstrap import Vault
from privatus.core.errors import AccessError, QueryError, TamperedError, UserError
from support.vaults import PASSWORD, ScratchVault


def test_a_saved_search_is_there_after_the_next_unlock(vault: ScratchVault) -> None:
    vault.vault.saved_searches.save("  Key   plans ", "key source:claude", "newest")

    (saved,) = vault.reopen().saved_searches.list()

    assert (saved.name, saved.query, saved.order) == ("Key plans", "key source:claude", "newest")


def test_saved_searches_are_listed_by_name(vault: ScratchVault) -> None:
    for name in ("water", "Apples", "keys"):
        vault.vault.saved_searches.save(name, name)

    names = [saved.name for saved in vault.vault.saved_searches.list()]

    assert names == ["Apples", "keys", "water"]


def test_a_name_that_is_there_already_is_given_to_the_new_search(vault: ScratchVault) -> None:
    first = vault.vault.saved_searches.save("Keys", "key")
    second = vault.vault.saved_searches.save("KEYS", "key rotation")

    assert second.id == first.id
    assert [saved.query for saved in vault.vault.saved_searches.list()] == ["key rotation"]


def test_a_saved_search_gets_another_name_and_goes_away(vault: ScratchVault) -> None:
    searches = vault.vault.saved_searches
    keys, water = searches.save("Keys", "key"), searches.save("Water", "water")

    with pytest.raises(UserError, match="another saved search has this name"):
        searches.rename(keys, "water")
    renamed = searches.rename(keys, "Locks")
    searches.remove(water)

    assert searches.list() == [renamed]
    with pytest.raises(UserError, match="is gone"):
        searches.rename(water, "Rain")


@pytest.mark.parametrize("name", ["", "  \n ", "x" * 101])
def test_a_saved_search_has_a_name_that_fits(vault: ScratchVault, name: str) -> None:
    with pytest.raises(UserError, match="name"):
        vault.vault.saved_searches.save(name, "key")


def test_what_does_not_parse_is_not_saved(vault: ScratchVault) -> None:
    with pytest.raises(QueryError):
        vault.vault.saved_searches.save("Broken", '"key')

    assert vault.vault.saved_searches.list() == []


def test_who_only_reads_saves_nothing(vault: ScratchVault) -> None:
    vault.vault.saved_searches.save("Keys", "key")
    vault.vault.lock()

    with Vault.open(vault.folder, PASSWORD, read_only=True) as reader:
        (saved,) = reader.saved_searches.list()
        with pytest.raises(AccessError):
            reader.saved_searches.save("Water", "water")
        with pytest.raises(AccessError):
            reader.saved_searches.remove(saved)


def test_new_keys_still_open_saved_searches(vault: ScratchVault) -> None:
    vault.vault.saved_searches.save("Keys", "key")
    vault.vault.lock()
    Vault.rotate(vault.folder, PASSWORD)

    reopened = vault.reopen()
    reopened.saved_searches.save("Water", "water")

    assert [saved.name for saved in reopened.saved_searches.list()] == ["Keys", "Water"]
    assert reopened.integrity.check().ok


def test_a_saved_search_that_was_edited_is_named(vault: ScratchVault) -> None:
    vault.vault.saved_searches.save("Keys", "key")
    vault.vault.saved_searches.save("Water", "water")
    vault.attack(
        "UPDATE saved_searches SET (details_sealed, seal) ="
        " (SELECT details_sealed, seal FROM saved_searches WHERE id = 2) WHERE id = 1"
    )

    report = vault.check()

    assert [c.detail[:14] for c in report.checks if not c.ok] == ["saved search 1"]
    with pytest.raises(TamperedError):
        vault.vault.saved_searches.list()


def test_what_is_done_with_a_saved_search_is_taken_back_and_done_again(
    vault: ScratchVault,
) -> None:
    searches = vault.vault.saved_searches
    first = searches.keep("Ropes", "knots")
    second = searches.keep("ropes", "knots -tie", "newest")
    gone = searches.remove(second.kept)

    states = [searches.list()]
    for change in (gone, second, first):
        again = searches.undo(change)
        states.append(searches.list())
        searches.undo(again)
        searches.undo(change)

    names = [[(s.name, s.query) for s in found] for found in states]
    assert names == [[], [("ropes", "knots -tie")], [("Ropes", "knots")], []]


def test_a_name_that_was_taken_meanwhile_is_not_taken_away(vault: ScratchVault) -> None:
    searches = vault.vault.saved_searches
    gone = searches.remove(searches.save("Ropes", "knots"))
    searches.save("other", "bread")
    searches.save("ropes", "hemp")

    with pytest.raises(UserError, match="another saved search has this name"):
        searches.undo(gone)

    assert [saved.query for saved in searches.list()] == ["bread", "hemp"]
