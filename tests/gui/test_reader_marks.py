"""What a search over the archive found is marked in the chat that it leads to."""

from __future__ import annotations

import pytest

from ui.reader.finding import any_of


@pytest.mark.parametrize(
    ("word", "text"),
    [("jeronimos", "Jer\u00f3nimos"), ("jeronimos", "Jero\u0301nimos"), ("c++ (x)", "C++ (x)"),
     ("αθηνα", "Αθήνα"), ("Żółw", "żółw")],
)  # fmt: skip
def test_the_marks_of_a_search_are_where_it_found(word: str, text: str) -> None:
    marked = any_of((word,))

    assert marked is not None
    assert marked.fullmatch(text)
