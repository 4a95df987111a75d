"""The small table of the newest in a vault: imports fill it, messages of one's own join it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from privatus.core.conversation import Conversation, Role
from privatus.core.errors import JobCancelled
from privatus.core.jobs import Job
from privatus.search import newest
from privatus.search.newest import newest_from
from privatus.services import indexing
from support.conversations import conversation, message
from support.search_archive import at_ms
from support.vaults import ScratchVault

_DAY_MS = 86_400_000


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newest, "WORTH_FROM", 10)
    monkeypatch.setattr(newest, "SHARE", 3)
    monkeypatch.setattr(newest, "_MOST_ADDED", 5)
    monkeypatch.setattr(indexing, "_NEWEST_CHUNK", 4)


def _talk(name: str, first_day: int, **fields: Any) -> Conversation:
    return conversation(
        *(
            message(n, f"rotor {name}{n}", created_at_ms=at_ms("2025-01-01") + day * _DAY_MS)
            for n, day in enumerate(range(first_day, first_day + 8), start=1)
        ),
        external_id=name,
        title=f"Rotation of {name}",
        created_at_ms=at_ms("2025-01-01") + first_day * _DAY_MS,
        **fields,
    )


@pytest.fixture
def filled(vault: ScratchVault) -> ScratchVault:
    vault.bring(_talk("one", 0), _talk("two", 4))
    return vault


def _held(vault: ScratchVault) -> int:
    """Return how many documents the small table has."""
    index = vault.vault._index
    assert index is not None
    return int(index.db.value("SELECT count(*) FROM newest_fts_docsize"))


def _is_filled(vault: ScratchVault) -> bool:
    index = vault.vault._index
    return index is not None and newest_from(index.db) is not None


def _totals(vault: ScratchVault) -> list[int]:
    find = vault.vault.search.find
    return [find(search).total for search in ("rot*", "in:title rotat*", "one*", "two7*")]


def test_an_import_fills_the_table_with_messages_and_titles(filled: ScratchVault) -> None:
    assert _is_filled(filled)
    assert _held(filled) == 18 // 3
    assert _totals(filled) == [18, 2, 9, 1]
    assert filled.problems() == []


def test_a_message_of_ones_own_is_found_by_its_beginning_at_once(filled: ScratchVault) -> None:
    first = filled.vault.conversations.list()[0]
    filled.vault.conversations.append(first.id, Role.USER, "rotunda")

    hits = filled.vault.search.find("rot*", order="newest").hits
    assert hits[0].snippet.text == "rotunda"
    assert _held(filled) == 7
    assert filled.problems() == []


def test_what_an_import_changes_is_found_as_it_is_now(filled: ScratchVault) -> None:
    talk = _talk("two", 4, updated_at_ms=at_ms("2026-01-01"))
    last = talk.messages[-1]
    changed = replace(last, parts=(replace(last.parts[0], text="a dynamo"),))
    filled.bring(replace(talk, messages=(*talk.messages[:-1], changed)))

    find = filled.vault.search.find
    assert [find(search).total for search in ("dyn*", "two8*", "rot*")] == [1, 0, 17]
    assert filled.problems() == []


def test_a_larger_import_empties_the_table_and_fills_it_with_what_is_newest_then(
    filled: ScratchVault,
) -> None:
    filled.bring(_talk("three", 20), _talk("four", 2))

    assert _is_filled(filled)
    assert _held(filled) == 36 // 3
    assert _totals(filled) == [36, 4, 9, 1]
    assert filled.problems() == []


def test_without_the_table_everything_is_found_and_a_rebuild_brings_it_back(
    vault: ScratchVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise JobCancelled

    with monkeypatch.context() as patch:
        patch.setattr(indexing, "_newest_documents", stop)
        vault.bring(_talk("one", 0), _talk("two", 4))
    assert not _is_filled(vault)
    assert _totals(vault) == [18, 2, 9, 1]
    assert vault.problems() == []

    vault.vault.integrity.rebuild_index()

    assert _is_filled(vault)
    assert _totals(vault) == [18, 2, 9, 1]
    assert vault.problems() == []


def test_deleted_words_are_gone_for_good_after_tidying_always(filled: ScratchVault) -> None:
    index = filled.vault._index
    assert index is not None
    index.db.execute("CREATE VIRTUAL TABLE temp.held USING fts5vocab (main, newest_fts, row)")
    two = "SELECT count(*) FROM temp.held WHERE term GLOB 'two[0-9]'"
    before = index.db.value(two)

    index.apply((), queue_id=None, messages=range(9, 17))
    index.tidy(Job(), always=True)

    assert (before, index.db.value(two)) == (5, 0)


def test_what_was_killed_before_it_filled_the_table_is_made_up_for_at_the_next_opening(
    vault: ScratchVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(indexing, "_newest_documents", stop)
        with pytest.raises(KeyboardInterrupt):
            vault.bring(_talk("one", 0), _talk("two", 4))
    assert not _is_filled(vault)

    vault.reopen()

    assert _is_filled(vault)
    assert _totals(vault) == [18, 2, 9, 1]
