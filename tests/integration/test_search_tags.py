"""Tags in searches, lists and exports: what has them is found, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from privatus.core.errors import QueryError, UserError
from privatus.services import search_filters
from privatus.services.listing import ListFilter
from support.conversations import conversation
from support.vaults import ScratchVault

_TITLES = ("Bread", "Keys", "Water", "Rain")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScratchVault]:
    """Return a vault: work/tax on Bread and Keys.2, work on Water, home on Water.1 and Bread.1."""
    scratch = ScratchVault.create(tmp_path_factory.mktemp("tagged") / "vault")
    scratch.bring(
        *(
            conversation(
                f"Ask about {title}", f"Say of {title}",
                external_id=title, title=title, is_starred=title == "Bread",
                created_at_ms=1_700_000_000_000 + number, updated_at_ms=1_700_000_000_000 + number,
            )
            for number, title in enumerate(_TITLES)
        )
    )  # fmt: skip
    ids = {summary.title: str(summary.id) for summary in scratch.vault.conversations.list()}
    tags = scratch.vault.tags
    tags.add("work/tax", ids["Bread"], f"{ids['Keys']}.2")
    tags.add("Work", ids["Water"])
    tags.add("home", f"{ids['Water']}.1", f"{ids['Bread']}.1")
    tags.add("workshop", ids["Rain"])
    tags.add("my garden", ids["Rain"])
    yield scratch
    scratch.vault.lock()


def _found(vault: ScratchVault, query: str) -> set[str]:
    """Return the hits as "Bread.1"; of a title as "Bread"."""
    result = vault.vault.search.find(query, limit=100)
    return {hit.title + (f".{hit.number}" if hit.number else "") for hit in result}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("tag:work", "Bread.1 Bread.2 Keys.2 Water.1 Water.2"),
        ("tag:WORK/tax", "Bread.1 Bread.2 Keys.2"),
        ("tag:home", "Water.1 Bread.1"),
        ("ask tag:work", "Bread.1 Water.1"),
        ("say tag:work/tax", "Bread.2 Keys.2"),
        ("bread tag:work", "Bread Bread.1 Bread.2"),
        ("water tag:home", "Water.1"),
        ("tag:work tag:home", "Bread.1 Water.1"),
        ("tag:work/tax tag:home", "Bread.1"),
        ("tag:work -tag:work/tax", "Water.1 Water.2"),
        ("ask -tag:work", "Keys.1 Rain.1"),
        ("-tag:work", "Keys.1 Rain.1 Rain.2"),
        ("-tag:work -tag:workshop", "Keys.1"),
        ("keys -tag:work/tax", "Keys Keys.1"),
        ("tag:work is:starred", "Bread.1 Bread.2"),
        ("tag:home is:starred", "Bread.1"),
        ("tag:home -is:starred", "Water.1"),
        ("tag:work role:assistant", "Bread.2 Keys.2 Water.2"),
        ("-say tag:work", "Bread.1 Water.1"),
        ('tag:"my garden"', "Rain.1 Rain.2"),
        ('tag:"MY  garden" -tag:home', "Rain.1 Rain.2"),
        ("wat* tag:work", "Water Water.1 Water.2"),
        ("water OR rain tag:work -ask", "Water Water.2"),
        ("in:title water tag:work", "Water"),
        ('"about bread" tag:work is:starred', "Bread.1"),
        ("ask is:starred", "Bread.1"),
    ],
)
@pytest.mark.parametrize("few", [0, 2_000])
def test_what_has_a_tag_is_found(
    library: ScratchVault, monkeypatch: pytest.MonkeyPatch, query: str, expected: str, few: int
) -> None:
    # What is left is looked at one by one, or looked for among all that matches.
    monkeypatch.setattr(search_filters, "_FEW", few)

    assert _found(library, query) == set(expected.split())


@pytest.mark.parametrize(
    ("query", "said", "nearest"),
    [
        ("bread tag:wrok", "no tag is called wrok, did you mean Work", "bread tag:Work"),
        ("bread -tag:hom", "did you mean home", "bread -tag:home"),
        ("tag:tax", "did you mean work/tax", "tag:work/tax"),
        ("tag:gardn -tag:home", "no tag is called gardn", ""),
        ("tag:zebrafinch", "and none is called nearly so", ""),
    ],
)
def test_a_tag_that_is_not_there_is_answered_with_those_that_are(
    library: ScratchVault, query: str, said: str, nearest: str
) -> None:
    with pytest.raises(QueryError, match=said) as caught:
        library.vault.search.find(query)

    assert caught.value.nearest == nearest
    assert "zebrafinch" not in caught.value.repaired


def test_a_tag_that_is_typed_half_is_found_by_its_beginning(library: ScratchVault) -> None:
    result = library.vault.search.find("tag:work/t", is_unfinished=True)

    assert {hit.title for hit in result} == {"Bread", "Keys"}
    with pytest.raises(QueryError):
        library.vault.search.find("tag:work/t")


def test_lists_hold_what_has_a_tag_or_a_message_that_has_it(library: ScratchVault) -> None:
    vault = library.vault

    listed = [summary.title for summary in vault.conversations.list(tag="work")]
    arranged = vault.listing.arrange(ListFilter(tag="HOME", is_starred=True))

    assert listed == ["Water", "Keys", "Bread"]
    assert [row.summary.title for row in vault.listing.rows(arranged.ids)] == ["Bread"]
    assert [s.title for s in vault.conversations.list(tag="work", source="grok")] == []
    assert [s.title for s in vault.conversations.list(tag="work", limit=1, offset=1)] == ["Keys"]
    with pytest.raises(UserError, match="did you mean home"):
        vault.conversations.list(tag="hoem")


def test_lists_say_the_tags_of_each_chat(library: ScratchVault) -> None:
    vault = library.vault

    summaries = {summary.title: summary.tags for summary in vault.conversations.list()}
    rows = vault.listing.rows(vault.listing.arrange().ids)
    shapes = [vault.pages.shape(summary.id) for summary in vault.conversations.list()]

    assert {shape.summary.title: shape.summary.tags for shape in shapes} == summaries
    assert summaries == {
        "Bread": ("work/tax",),
        "Keys": (),
        "Water": ("Work",),
        "Rain": ("my garden", "workshop"),
    }
    assert {row.summary.title: row.summary.tags for row in rows} == summaries


def test_an_export_of_a_tag_holds_what_has_it(library: ScratchVault, tmp_path: Path) -> None:
    library.vault.exports.run(tmp_path / "out", "json", "tag:work")

    document = json.loads((tmp_path / "out" / "privatus-export.json").read_text(encoding="utf-8"))
    assert {c["title"] for c in document["conversations"]} == {"Bread", "Keys", "Water"}


def test_counts_beside_a_search_are_of_what_has_the_tag(library: ScratchVault) -> None:
    facets = library.vault.search.facets("tag:work role:user")

    assert {count.value: count.count for count in facets.of("role")} == {"user": 2, "assistant": 3}


def test_what_has_no_tag_yet_is_found(vault: ScratchVault) -> None:
    vault.bring(*(conversation("Hello", external_id=title, title=title) for title in _TITLES[:3]))
    ids = {summary.title: str(summary.id) for summary in vault.vault.conversations.list()}
    vault.vault.tags.add("work", ids["Bread"], f"{ids['Keys']}.1")

    listing = vault.vault.listing
    tagged = listing.rows(listing.arrange(ListFilter(is_tagged=True)).ids)

    assert _found(vault, "hello -is:tagged") == {"Water.1"}
    assert _found(vault, "is:tagged") == {"Bread.1", "Keys.1"}
    assert {row.summary.title for row in tagged} == {"Bread", "Keys"}
