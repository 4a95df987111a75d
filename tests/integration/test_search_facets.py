"""How matches spread over sources, models, months and roles, and searches page by page."""

from __future__ import annotations

import pytest

from privatus.core.errors import JobCancelled, QueryError
from privatus.core.jobs import Job
from privatus.search.wording import narrowed
from privatus.services import facets
from support.conversations import conversation, message
from support.search_archive import at_ms
from support.vaults import ScratchVault


def _counts(vault: ScratchVault, query: str, kind: str) -> dict[str, int]:
    return {c.value: c.count for c in vault.vault.search.facets(query).of(kind)}


def test_matches_are_counted_by_source_model_month_and_role(library: ScratchVault) -> None:
    assert _counts(library, "rotation", "source") == {"claude": 3, "grok": 2}
    assert _counts(library, "rotation", "model") == {"claude-opus-4": 1}
    assert _counts(library, "rotation", "month") == {"2025-02": 1, "2025-01": 2}
    assert _counts(library, "rotation", "role") == {"user": 3, "assistant": 2}


def test_the_newest_month_comes_first(library: ScratchVault) -> None:
    months = [c.value for c in library.vault.search.facets("rotation OR water").of("month")]

    assert months == sorted(months, reverse=True)


def test_titles_have_a_source_and_no_role(library: ScratchVault) -> None:
    assert _counts(library, "in:title garden", "source") == {"claude": 2}
    assert _counts(library, "in:title garden", "role") == {}


@pytest.mark.parametrize("kind", facets.KINDS)
def test_narrowing_to_a_value_finds_as_many_as_were_counted(
    library: ScratchVault, kind: str
) -> None:
    counts = library.vault.search.facets("rotation OR water").of(kind)

    assert counts
    for counted in counts:
        narrower = narrowed("rotation OR water", kind, counted.value)
        assert library.vault.search.find(narrower).total == counted.count, narrower


def test_what_a_search_is_narrowed_to_leaves_the_others_to_choose(library: ScratchVault) -> None:
    narrow = "rotation source:claude since:2025-01 until:2025-01"

    assert _counts(library, narrow, "month") == {"2025-02": 1, "2025-01": 2}
    assert _counts(library, narrow, "source") == {"claude": 2}
    assert _counts(library, "rotation source:claude", "source") == {"claude": 3, "grok": 2}
    assert _counts(library, "rotation source:claude", "role") == {"user": 2, "assistant": 1}


def test_filters_alone_are_counted_too(library: ScratchVault) -> None:
    assert _counts(library, "source:chatgpt", "role") == {
        "user": 1, "assistant": 1, "system": 1, "tool": 1,
    }  # fmt: skip


def test_it_is_said_among_how_many_the_counts_are(
    library: ScratchVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = library.vault.search.facets("rotation")
    monkeypatch.setattr(facets, "COUNTED_AMONG", 2)
    part = library.vault.search.facets("rotation")

    assert (whole.among, whole.is_all) == (5, True)
    assert (part.among, part.is_all) == (2, False)
    assert sum(c.count for c in part.of("role")) == 2


def test_a_query_that_does_not_parse_is_refused(library: ScratchVault) -> None:
    with pytest.raises(QueryError):
        library.vault.search.facets('"key')


def test_nothing_is_opened_for_who_has_stopped_waiting(library: ScratchVault) -> None:
    job = Job()
    job.cancel()

    with pytest.raises(JobCancelled):
        library.vault.search.find("rotation", job=job)
    with pytest.raises(JobCancelled):
        library.vault.search.facets("rotation", job=job)


def test_pages_put_together_are_the_whole(library: ScratchVault) -> None:
    search = library.vault.search
    whole = [hit.message_id for hit in search.find("rotation", order="newest")]

    pages, skip = [], 0
    while skip is not None:
        page = search.find("rotation", order="newest", limit=2, skip=skip)
        pages += [hit.message_id for hit in page]
        skip = page.next_skip

    assert pages == whole
    assert len(set(whole)) == 5


def test_an_unfinished_word_finds_what_begins_so(library: ScratchVault) -> None:
    search = library.vault.search

    assert search.find("rotat").total == 0
    assert search.find("rotat", is_unfinished=True).total == 5
    assert search.find("rotat ", is_unfinished=True).total == 0
    assert search.find("rotaton", is_unfinished=True).suggestions == ("rotation",)


def test_chats_are_found_by_their_titles(library: ScratchVault) -> None:
    search = library.vault.search

    found = search.titles("gard", is_unfinished=True)
    assert {hit.title for hit in found} == {"Garden keys", "Garden"}
    assert all(hit.number is None for hit in found)
    assert [hit.title for hit in search.titles("garden is:starred")] == ["Garden keys"]
    assert search.titles("source:claude") == ()
    assert search.titles("-garden tag:x") == ()


def test_a_hit_names_its_model_and_what_to_mark(library: ScratchVault) -> None:
    found = library.vault.search.find('"rotation of" key', order="newest")

    assert [hit.model for hit in found] == ["claude-opus-4"]
    assert found.words == ("rotation of", "key")


def test_a_message_of_any_time_is_counted(tmp_path_factory: pytest.TempPathFactory) -> None:
    scratch = ScratchVault.create(tmp_path_factory.mktemp("times") / "vault")
    times = [None, -(2**62), 2**62, at_ms("2025-05-01")]
    scratch.bring(
        conversation(*(message(n, "when", created_at_ms=t) for n, t in enumerate(times, start=1)))
    )

    assert _counts(scratch, "when", "month") == {"2025-05": 1}
    assert sum(_counts(scratch, "when", "role").values()) == 4
    scratch.vault.lock()
