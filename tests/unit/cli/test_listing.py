"""What the commands say about what they list."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from privatus.cli.listing import result_line
from privatus.search.snippets import Snippet
from privatus.services.search import Hit, SearchResult

_HIT = Hit(
    conversation_id=UUID(int=1),
    number=1,
    title="Bread",
    source="chatgpt",
    role=None,
    model=None,
    created_at_ms=None,
    snippet=Snippet(text=""),
    score=0.0,
)
_RESULT = SearchResult(
    query="bread",
    hits=(_HIT, _HIT),
    total=1000,
    total_is_exact=False,
    is_ranked=False,
    ranked_within=None,
    notes=(),
    suggestions=(),
    milliseconds=3.14,
)


@pytest.mark.parametrize(
    ("is_ranked", "within", "is_best_wanted", "words"),
    [
        (False, None, True, ", the newest first"),
        (False, None, False, ""),
        (True, 300, True, ", ranked among the newest 300"),
        (True, None, True, ""),
    ],
)
def test_a_search_says_where_the_best_may_not_be_first(
    is_ranked: bool, within: int | None, is_best_wanted: bool, words: str
) -> None:
    result = replace(_RESULT, is_ranked=is_ranked, ranked_within=within)

    line = result_line(result, is_best_wanted=is_best_wanted)

    assert line == f"2 of more than 1,000 matches{words}, in 3.1 ms"
