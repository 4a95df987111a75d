"""Adding messages one by one: what an import has written stays where it is."""

from __future__ import annotations

from pathlib import Path

from privatus.core.jobs import Job
from privatus.search.document import Document
from privatus.search.index import Index

# Which row of FTS5's data belongs to which of its segments.
_LARGEST = """
    SELECT id >> 37, count(*) FROM {}_data WHERE id > 10 GROUP BY 1 ORDER BY 2 DESC LIMIT 1
"""
_SEGMENTS = "SELECT count(DISTINCT id >> 37) FROM {}_data WHERE id > 10"
_TABLES = ("messages_fts", "newest_fts")
_BATCH = 500
_SINGLE = 600


def _document(number: int) -> Document:
    words = " ".join(f"w{number * step % 9973}" for step in range(1, 60))
    return Document(number, 1, 1, number * 1000, "", words, "", "", "")


def test_single_messages_are_merged_and_the_large_segment_of_an_import_is_left_alone(
    tmp_path: Path,
) -> None:
    index = Index.open(tmp_path / "index.db", lambda: bytearray(b"x'" + b"5a" * 48 + b"'"))
    for batch in range(6):
        numbers = range(batch * _BATCH + 1, (batch + 1) * _BATCH + 1)
        index.apply([_document(number) for number in numbers], queue_id=None)
    index.tidy(Job())
    # Documents of one day have consecutive ids, from 0 for 1970.
    numbered = [(number - 1, _document(number)) for number in range(1, 6 * _BATCH + 1)]
    index.newest.fill(0, [numbered[low : low + _BATCH] for low in range(0, 6 * _BATCH, _BATCH)])
    assert [index.db.value(_SEGMENTS.format(table)) for table in _TABLES] == [1, 1]
    large = [index.db.row(_LARGEST.format(table)) for table in _TABLES]

    for number in range(6 * _BATCH + 1, 6 * _BATCH + 1 + _SINGLE):
        index.apply([_document(number)], queue_id=None)
        index.merge_recent()

    assert [index.db.row(_LARGEST.format(table)) for table in _TABLES] == large
    assert all(1 < index.db.value(_SEGMENTS.format(table)) < 40 for table in _TABLES)
    index.verify()
    index.db.close()
