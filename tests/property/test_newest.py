"""The small table of the newest changes nothing but the time that a search takes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privatus.core.errors import TamperedError
from privatus.search import finder, newest
from privatus.search.document import Document
from privatus.search.finder import Finder, Finding
from privatus.search.index import Index
from privatus.search.match import facet
from privatus.search.newest import newest_from
from privatus.search.query import parse

_DAY_MS = 86_400_000
_WORDS = ("key", "keys", "rotation", "rotor", "ro", "lock", "東京", "東京都")
# fmt: off
_SEARCHES = (
    "ro*", "k*", "key ro*", '"key ro"*', "lock -ro*", "ro* OR lock", "東", "model:gp*",
    "in:title ro*", "ro* since:1970-01-04", "ro* until:1970-01-04", "NEAR(key ro*, 1)", "key",
)
# fmt: on


@st.composite
def _documents(draw: st.DrawFn) -> Document:
    message_id = draw(st.integers(1, 25))
    words = " ".join(draw(st.lists(st.sampled_from(_WORDS), max_size=5)))
    at_ms = draw(st.none() | st.integers(0, 6 * _DAY_MS))
    is_titled = draw(st.booleans())
    facets = facet("model", draw(st.sampled_from(["gpt", "claude"])))
    return Document(
        message_id, 1, 1, at_ms, words if is_titled else "", "" if is_titled else words,
        "", "", facets,
    )  # fmt: skip


# What comes in together, and whether the table is filled anew if it is due.
_batches = st.lists(
    st.tuples(st.lists(_documents(), min_size=1, max_size=9, unique_by=lambda d: d.message_id),
              st.booleans()),
    min_size=1, max_size=6,
)  # fmt: skip


@contextmanager
def _small_sizes() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(newest, "WORTH_FROM", 3)
        patch.setattr(newest, "SHARE", 2)
        patch.setattr(newest, "_MOST_ADDED", 4)
        patch.setattr(finder, "COUNTED_UP_TO", 3)
        patch.setattr(finder, "RANKED_WITHIN", 3)
        yield


@contextmanager
def _index() -> Iterator[Index]:
    with tempfile.TemporaryDirectory() as folder:
        index = Index.open(Path(folder) / "index.db", lambda: bytearray(range(48)))
        try:
            yield index
        finally:
            index.db.close()


def _bring(index: Index, batches: Sequence[tuple[list[Document], bool]]) -> None:
    known: dict[int | None, Document] = {}
    for documents, is_filled in batches:
        known |= {d.message_id: d for d in documents}
        ids = [d.message_id for d in documents if d.message_id]
        index.apply(documents, queue_id=None, messages=ids)
        if is_filled and (places := index.newest.due()):
            chunk = [(doc_id, known[message_id]) for doc_id, message_id, _ in places]
            index.newest.fill(chunk[0][0], [chunk[:2], chunk[2:]])
    _forget_some(index, known)


def _forget_some(index: Index, known: dict[int | None, Document]) -> None:
    gone = [message_id for message_id in known if message_id and message_id % 7 == 0]
    index.apply((), queue_id=None, messages=gone)


def _found(index: Index, limit: int, *, by_relevance: bool) -> dict[str, Finding]:
    ask = Finder(index.db).find
    return {
        search: ask(parse(search, 0), limit=limit, by_relevance=by_relevance)
        for search in _SEARCHES
    }


@given(batches=_batches, limit=st.integers(1, 5))
@settings(max_examples=40)
def test_a_search_finds_the_same_with_and_without_the_table_of_the_newest(
    batches: list[tuple[list[Document], bool]], limit: int
) -> None:
    with _small_sizes(), _index() as index:
        _bring(index, batches)
        index.verify()
        newest_first = _found(index, limit, by_relevance=False)
        best_first = _found(index, limit, by_relevance=True)
        index.db.execute("DELETE FROM meta WHERE name = 'newest_from'")
        everything = _found(index, 1_000, by_relevance=False)
        ranked = _found(index, limit, by_relevance=True)

    for search, whole in everything.items():
        found, best = newest_first[search], best_first[search]
        assert (whole.total, whole.total_is_exact) == (len(whole.found), True)
        assert found.found == whole.found[:limit]
        assert found.total == whole.total if found.total_is_exact else found.total <= whole.total
        assert best.found == (ranked[search].found if best.is_ranked else found.found)


def _documents_of(days: Sequence[int]) -> list[Document]:
    return [
        Document(n, 1, 1, day * _DAY_MS, "", f"word{n}", "", "", "")
        for n, day in enumerate(days, start=1)
    ]


def test_the_table_is_filled_when_it_is_worth_it_and_emptied_by_an_import() -> None:
    with _small_sizes(), _index() as index:
        _bring(index, [(_documents_of([1, 2]), True)])
        assert newest_from(index.db) is None

        _bring(index, [(_documents_of(range(1, 9)), True)])
        assert newest_from(index.db) is not None
        assert index.newest.due() == []

        _bring(index, [(_documents_of([9] * 9), False)])
        assert newest_from(index.db) is None
        assert len(index.newest.due()) == 4


def test_a_check_notices_a_message_that_the_table_lacks() -> None:
    with _small_sizes(), _index() as index:
        _bring(index, [(_documents_of(range(1, 7)), True)])
        index.verify()
        index.db.execute("DELETE FROM newest_fts WHERE rowid = (SELECT max(doc_id) FROM docs)")

        with pytest.raises(TamperedError, match="newest"):
            index.verify()
