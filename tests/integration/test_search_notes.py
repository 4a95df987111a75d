"""Words are found in notes, and what has notes and highlights is found by that."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from privatus.core.errors import QueryError
from privatus.services.listing import ListFilter
from support.conversations import conversation
from support.vaults import ScratchVault

_TITLES = ("Bread", "Keys", "Water")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[ScratchVault]:
    """Return a vault: notes on Bread.2, Keys.1 and Water; highlights on Bread.1 and Bread.2."""
    scratch = ScratchVault.create(tmp_path / "vault")
    scratch.bring(
        *(
            conversation(
                f"Ask about {title}", f"Say of {title}", external_id=title, title=title,
                created_at_ms=1_700_000_000_000 + number, updated_at_ms=1_700_000_000_000 + number,
            )
            for number, title in enumerate(_TITLES)
        )
    )  # fmt: skip
    ids = {summary.title: str(summary.id) for summary in scratch.vault.conversations.list()}
    notes = scratch.vault.annotations
    notes.add(f"{ids['Bread']}.2", "Old rivets, says the Müller", quote="of Bread")
    notes.add(f"{ids['Bread']}.2", quote="Say", colour="pink")
    notes.add(f"{ids['Bread']}.1", quote="Ask")
    notes.add(f"{ids['Keys']}.1", "Turn the rivet twice")
    notes.add(ids["Water"], "rivets everywhere, but no key")
    yield scratch
    scratch.vault.lock()


def _found(vault: ScratchVault, query: str) -> set[str]:
    """Return the hits as "Bread.1"; of a chat as "Bread"."""
    result = vault.vault.search.find(query, limit=100)
    return {hit.title + (f".{hit.number}" if hit.number else "") for hit in result}


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        ("in:notes rivets", {"Bread.2", "Water"}),
        ("in:notes rivet*", {"Bread.2", "Keys.1", "Water"}),
        ("in:notes muller", {"Bread.2"}),
        ('in:notes "rivet twice"', {"Keys.1"}),
        ("in:notes rivets -key", {"Bread.2"}),
        ("in:notes rivet OR rivets role:user", {"Keys.1"}),
        ("in:notes rivet* since:2024", set()),
        ("in:notes bread", set()),
        ("rivets", set()),
        ("has:note", {"Bread.2", "Keys.1", "Water.1", "Water.2"}),
        ("has:note ask", {"Keys.1", "Water.1"}),
        ("-has:note ask", {"Bread.1"}),
        ("has:highlight", {"Bread.1", "Bread.2"}),
        ("has:highlight has:note", {"Bread.2"}),
        ("has:highlight -has:note", {"Bread.1"}),
        ("is:annotated ask", {"Bread.1", "Keys.1", "Water.1"}),
        ("-is:annotated ask", set()),
    ],
)
def test_a_search_finds_what_was_noted(library: ScratchVault, query: str, hits: set[str]) -> None:
    assert _found(library, query) == hits


def test_a_hit_shows_the_note_with_the_beginning_of_its_message(library: ScratchVault) -> None:
    (hit,) = library.vault.search.find("in:notes muller")

    assert hit.note is not None
    assert [hit.note.text[a:b] for a, b in hit.note.highlights] == ["Müller"]
    assert (hit.snippet.text, hit.snippet.highlights) == ("Say of Bread", ())
    assert hit.annotation_id == 1


def test_what_is_found_in_notes_follows_each_change(library: ScratchVault) -> None:
    notes = library.vault.annotations
    assert _found(library, "in:notes twice") == {"Keys.1"}

    change = notes.edit(4, text="Turn it once")
    assert _found(library, "in:notes twice") == set()
    assert _found(library, "in:notes once") == {"Keys.1"}
    notes.undo(change)
    assert _found(library, "in:notes twice") == {"Keys.1"}
    notes.remove(4)
    assert _found(library, "in:notes twice") == set()


@pytest.mark.parametrize("query", ["in:notes", "in:notes -key", "in:notes has:code"])
def test_to_look_in_notes_needs_words(library: ScratchVault, query: str) -> None:
    with pytest.raises(QueryError, match="needs words"):
        library.vault.search.find(query)


def test_where_notes_are_looked_in_counts_for_the_whole_search(library: ScratchVault) -> None:
    with pytest.raises(QueryError, match=r"^in: counts for all of a search") as caught:
        library.vault.search.find("(in:notes rivets) OR bread")

    library.vault.search.find(caught.value.nearest)
    with pytest.raises(QueryError, match=r"^has: counts for all of a search"):
        library.vault.search.find("has:note OR bread")


def test_a_search_that_was_written_down_asks_for_the_same(library: ScratchVault) -> None:
    wanted = "rivets has:note -has:highlight is:annotated in:notes"

    assert _found(library, wanted) == {"Water"}
    assert set(library.vault.search.conversation_ids(wanted)) == set(
        library.vault.search.conversation_ids("in:notes rivets -has:highlight")
    )


def test_a_list_holds_the_chats_that_have_notes(library: ScratchVault) -> None:
    library.bring(conversation("No note", external_id="Rain", title="Rain"))
    listing = library.vault.listing

    def titles(*, is_annotated: bool) -> set[str]:
        arranged = listing.arrange(ListFilter(is_annotated=is_annotated))
        return {row.summary.title for row in listing.rows(arranged.ids)}

    assert titles(is_annotated=True) == set(_TITLES)
    assert titles(is_annotated=False) == {"Rain"}


def test_a_chat_is_not_annotated_by_a_note_on_a_message_that_was_taken_out(
    vault: ScratchVault,
) -> None:
    vault.bring(conversation("One", "Two", external_id="c1"))
    [chat] = vault.vault.conversations.list()
    vault.vault.annotations.add(f"{chat.id}.2", "noted")
    listing = vault.vault.listing
    annotated = ListFilter(is_annotated=True)
    assert len(listing.arrange(annotated).ids) == 1

    removed = vault.vault.editing.remove(chat.id, [2])

    assert list(listing.arrange(annotated).ids) == []
    vault.vault.editing.undo(removed)
    assert len(listing.arrange(annotated).ids) == 1
