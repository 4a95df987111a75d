"""The order of hits, and the totals, where there are many."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from privatus.search import finder, index
from support.conversations import conversation, message
from support.search_archive import at_ms
from support.vaults import ScratchVault

_DAY_MS = 86_400_000


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScratchVault]:
    """Return a vault with 1,500 messages on five days, brought in without any order."""
    scratch = ScratchVault.create(tmp_path_factory.mktemp("many") / "vault")
    chance = random.Random(5)
    with pytest.MonkeyPatch.context() as patch:
        # Four days of 256 places each: the fifth part runs over.
        patch.setattr(index, "_PLACES", 256)
        for part in range(3):
            scratch.bring(
                *(
                    conversation(
                        *(
                            message(
                                n,
                                "common " + ("rare " * (chance.random() < 0.03)) + f"w{part}{m}{n}",
                                created_at_ms=at_ms("2025-01-01") + chance.randrange(5 * _DAY_MS),
                            )
                            for n in range(1, 11)
                        ),
                        external_id=f"{part} {m}",
                        source=chance.choice(["claude", "chatgpt"]),
                    )
                    for m in range(50)
                )
            )
        yield scratch
        scratch.vault.lock()


def _all_times(vault: ScratchVault, word: str = "common") -> list[int]:
    return sorted(
        (
            m.created_at_ms or 0
            for c in vault.all().values()
            for m in c.messages
            if word in m.text.split()
        ),
        reverse=True,
    )


@pytest.mark.parametrize("limit", [1, 7, 20, 299, 300, 301, 1_000, 1_500, 10_000])
def test_the_newest_come_first_to_the_millisecond(many: ScratchVault, limit: int) -> None:
    result = many.vault.search.find("common", order="newest", limit=limit)

    times = [hit.created_at_ms for hit in result]
    assert times == _all_times(many)[:limit]
    assert len({(hit.conversation_id, hit.number) for hit in result}) == len(result)


@pytest.mark.parametrize("query", ["rare", "source:claude rare", "", "since:2025-01-03 common"])
def test_a_total_is_what_is_there_or_says_that_it_is_not_exact(
    many: ScratchVault, query: str
) -> None:
    talks = many.all().values()
    expected = sum(
        1
        for c in talks
        for m in c.messages
        if ("rare" not in query or "rare" in m.text)
        and ("claude" not in query or c.source == "claude")
        and ("since" not in query or (m.created_at_ms or 0) >= at_ms("2025-01-03"))
    )

    result = many.vault.search.find(query, limit=5)

    assert 0 < result.total <= expected
    assert result.total_is_exact == (result.total == expected)
    if expected <= finder.COUNTED_UP_TO:
        assert result.total == expected


def test_relevance_is_compared_among_the_newest_and_says_so(many: ScratchVault) -> None:
    find = many.vault.search.find
    newest = {(h.conversation_id, h.number) for h in find("common", order="newest", limit=400)}

    within = find("common", limit=20)
    of_all = find("common", limit=20, rank_all=True)
    few = find("rare", limit=20)

    assert within.ranked_within == finder.RANKED_WITHIN
    assert {(h.conversation_id, h.number) for h in within} <= newest
    assert (of_all.ranked_within, few.ranked_within) == (None, None)
    assert of_all.hits[0].score >= within.hits[0].score
    scores = [hit.score for hit in within]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("day", range(1, 6))
def test_a_day_that_ran_over_into_the_next_is_found_as_a_whole(
    many: ScratchVault, day: int
) -> None:
    query = f"common since:2025-01-0{day} until:2025-01-0{day}"
    first = at_ms(f"2025-01-0{day}")
    expected = [at for at in _all_times(many) if first <= at < first + _DAY_MS]

    result = many.vault.search.find(query, order="newest", limit=1_000)

    assert [hit.created_at_ms for hit in result] == expected


def test_the_best_comes_first_and_the_newest_if_they_are_equal(tmp_path: Path) -> None:
    scratch = ScratchVault.create(tmp_path / "vault")
    texts = {
        "once": "a tulip " + "and many other flowers " * 20,
        "thrice": "tulip after tulip after tulip",
        "rarer": "a tulip and an orchid",
        "older": "the same crocus",
        "newer": "the same crocus",
        "none": "nothing of the kind",
    }
    scratch.bring(
        *(
            conversation(
                message(1, text, created_at_ms=at_ms("2025-01-01") + n),
                external_id=name,
                title=name,
            )
            for n, (name, text) in enumerate(texts.items())
        ),
        conversation("seed", external_id="titled", title="Tulip"),
    )

    def titles(query: str) -> list[str]:
        return [hit.title for hit in scratch.vault.search.find(query)]

    assert titles("tulip")[-1] == "once"
    assert titles("tulip in:text") == ["thrice", "rarer", "once"]
    assert titles("tulip OR orchid")[0] == "rarer"
    assert set(titles("tulip")[:2]) == {"Tulip", "thrice"}
    assert titles("crocus") == ["newer", "older"]
    scratch.vault.lock()


@pytest.mark.parametrize("limit", [1, 7, 299, 301, 1_500, 10_000])
def test_the_oldest_come_first_to_the_millisecond(many: ScratchVault, limit: int) -> None:
    result = many.vault.search.find("common", order="oldest", limit=limit)

    assert [hit.created_at_ms for hit in result] == _all_times(many)[::-1][:limit]
    assert len({(hit.conversation_id, hit.number) for hit in result}) == len(result)


@pytest.mark.parametrize("query", ["rare", "w1*", "since:2025-01-03 common", ""])
def test_the_oldest_first_is_the_newest_first_turned_round(many: ScratchVault, query: str) -> None:
    oldest, newest = (
        many.vault.search.find(query, order=order, limit=2_000) for order in ("oldest", "newest")
    )

    times = [hit.created_at_ms for hit in newest]
    assert [hit.created_at_ms for hit in oldest] == times[::-1]
    assert (oldest.total, oldest.total_is_exact) == (newest.total, newest.total_is_exact)


@pytest.mark.parametrize("limit", [1, 2, 3, 10])
def test_what_has_no_time_comes_last_where_the_oldest_come_first(
    vault: ScratchVault, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    monkeypatch.setattr(finder, "COUNTED_UP_TO", 1)
    times = [None, at_ms("2024-05-01"), at_ms("2023-05-01")]
    vault.bring(
        conversation(*(message(n, "word", created_at_ms=t) for n, t in enumerate(times, start=1)))
    )

    result = vault.vault.search.find("word", order="oldest", limit=limit)

    assert [hit.number for hit in result] == [3, 2, 1][:limit]
