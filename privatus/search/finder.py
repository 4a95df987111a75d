"""Finds documents in the index: the newest first with an early stop, or ranked by relevance.

FTS5's bm25 reads every occurrence of every word of the query before it ranks the first match,
which takes tens of milliseconds for a common word in a million messages.  So a search by
relevance ranks the newest matches, and only if its words are rare enough to tell texts apart;
else the newest come first.  The answer says which it was, and the full ranking can be asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from privatus.search.index import PLACE_BITS, applied, day_range, max_spill_days
from privatus.search.match import has_beginning, match_expression
from privatus.search.narrowing import ALL, Narrowing
from privatus.search.newest import SHARE, newest_from
from privatus.search.syntax import Phrase, Query
from privatus.storage.database import Database, Row

# So many of the newest matches are ranked by relevance.
RANKED_WITHIN = 300
# A word in more messages than this does not tell them apart. Reading so many takes a millisecond.
COMMON_FROM = 20_000
# Matches are counted up to here, and among so many of the newest entries: counting on would cost
# more than the answer, and people are told "more than".
COUNTED_UP_TO = 300
COUNTED_AMONG = 100_000
# A word in a title says more than one in a text, and one in a tool's output less.
_WEIGHTS = "8.0, 1.0, 0.4, 0.8, 0.0"
# Documents of one day are filed in the order in which they came in, and put in order here.
_SAME_DAY = 2_000

_TEXTS, _NEWEST_TEXTS = "messages_fts", "newest_fts"
_COLUMNS = "d.doc_id, d.message_id, d.conversation_id, d.created_at_ms"
_MATCHES = """
      FROM {texts} AS f CROSS JOIN docs AS d ON d.doc_id = f.rowid
     WHERE f.{texts} MATCH :match AND f.rowid BETWEEN :low AND :high
"""
_ALL = """
      FROM docs AS d
     WHERE d.message_id IS NOT NULL AND d.doc_id BETWEEN :low AND :high
"""
_MESSAGES = " AND d.message_id IS NOT NULL"
_SINCE = " AND d.created_at_ms >= :since_ms"
_UNTIL = " AND d.created_at_ms <= :until_ms"
_FEW = " AND {} IN (SELECT value FROM json_each(:few))"
_NEWEST = " ORDER BY {} DESC LIMIT :limit"
_OLDEST = " ORDER BY {} LIMIT :limit"
_BEST = " ORDER BY score, f.rowid DESC LIMIT :limit"
_SCORE = f"bm25(messages_fts, {_WEIGHTS})"
_HAS_TERM = "SELECT 1 FROM messages_fts WHERE messages_fts MATCH ? LIMIT 1"
_FREQUENCY = """
    SELECT count(*) FROM (SELECT 1 FROM {texts} WHERE {texts} MATCH ? LIMIT ?)
"""
_TERMS = "SELECT term FROM terms WHERE term >= ? AND term < ? LIMIT 20000"
_OLDEST_COUNTED = f"SELECT doc_id FROM docs ORDER BY doc_id DESC LIMIT 1 OFFSET {COUNTED_AMONG}"
_CHANGES = "PRAGMA data_version"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A document that matches; message_id None: the title of the conversation."""

    doc_id: int
    message_id: int | None
    conversation_id: int
    created_at_ms: int | None
    score: float = 0.0  # the more, the better; 0 where nothing was ranked


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was found.

    `total` is at least this many, if it is not exact. `is_ranked` says whether the best come
    first, or the newest; `ranked_within` among how many of the newest, None: among all.
    """

    found: list[Found]
    total: int
    total_is_exact: bool
    is_ranked: bool = False
    ranked_within: int | None = None


class Finder:
    """Asks the index. Used by one thread at a time."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._oldest_counted = (-1, 0)  # state of the file, document id

    def find(
        self,
        query: Query,
        *,
        limit: int,
        by_relevance: bool,
        rank_all: bool = False,
        narrowing: Narrowing = ALL,
    ) -> Finding:
        """Return the first *limit* documents of *query*, of what *narrowing* leaves."""
        # Between two statements, an import may fill the table of the newest anew.
        with self._db.snapshot():
            asked = self._source(query, narrowing)
            return self._find(
                query, asked, limit=limit, by_relevance=by_relevance, rank_all=rank_all
            )

    def _find(
        self,
        query: Query,
        asked: tuple[str, dict[str, Any]],
        *,
        limit: int,
        by_relevance: bool,
        rank_all: bool,
    ) -> Finding:
        source, parameters = asked
        rows, is_exact = self._newest(query, source, parameters, limit)
        newest = Finding(
            found=[_found(row) for row in sorted(rows, key=_by_time, reverse=True)[:limit]],
            total=_total(rows, limit, is_exact=is_exact),
            total_is_exact=is_exact,
        )
        # Without words there is nothing to tell the matches apart by.
        if not (by_relevance and query.terms) or len(rows) < 2:
            return newest
        within = None
        if not rank_all:
            is_long = len(rows) > RANKED_WITHIN
            has_prefix = any(term.is_prefix for term in query.terms)
            if has_prefix and (is_long or not is_exact):
                return newest
            if self._has_common(query):
                return newest
            if is_long:
                within = RANKED_WITHIN
                parameters["low"] = rows[RANKED_WITHIN - 1][0]
        found = self._ranked(source, parameters, limit)
        return replace(newest, found=found, is_ranked=True, ranked_within=within)

    def oldest(self, query: Query, *, limit: int, narrowing: Narrowing = ALL) -> Finding:
        """Return the first *limit* documents of *query* in the order of time, undated ones last."""
        with self._db.snapshot():
            source, parameters = self._source(query, narrowing)
            rows, is_exact = self._newest(query, source, parameters, limit)
            total = _total(rows, limit, is_exact=is_exact)
            if not is_exact:
                rows = self._ascending(source, parameters, limit)
        found = [_found(row) for row in sorted(rows, key=_by_age)[:limit]]
        return Finding(found=found, total=total, total_is_exact=is_exact)

    def _ascending(self, source: str, parameters: dict[str, Any], limit: int) -> list[Row]:
        """Return the oldest matches, and enough of the last day among them to put it in order."""
        # What has no time is filed under the first day, and comes last here.
        dated = max(parameters["low"], 1 << PLACE_BITS)
        wanted = limit + _SAME_DAY
        rows = self._rows_in(_TEXTS, source, {**parameters, "low": dated}, wanted, _OLDEST)
        if len(rows) < limit and parameters["low"] < dated:
            undated = {**parameters, "high": min(parameters["high"], dated - 1)}
            rows += self._rows_in(_TEXTS, source, undated, limit, _OLDEST)
        return rows

    def conversations(self, query: Query, narrowing: Narrowing = ALL) -> set[int]:
        """Return the ids of all conversations with a document that matches."""
        source, parameters = self._source(query, narrowing)
        sql = f"SELECT DISTINCT d.conversation_id {source.format(texts=_TEXTS)}"
        rows = self._db.each(sql, parameters)
        return {row[0] for row in rows}

    def messages(self, query: Query, narrowing: Narrowing = ALL) -> set[int]:
        """Return the ids of all messages that match."""
        source, parameters = self._source(query, narrowing)
        sql = f"SELECT d.message_id {source.format(texts=_TEXTS)}{_MESSAGES}"
        return {row[0] for row in self._db.each(sql, parameters)}

    def places(self, query: Query, narrowing: Narrowing = ALL) -> Iterator[tuple[int, int]]:
        """Yield (conversation, message) of all messages that match."""
        source, parameters = self._source(query, narrowing)
        sql = f"SELECT d.conversation_id, d.message_id {source.format(texts=_TEXTS)}{_MESSAGES}"
        yield from ((row[0], row[1]) for row in self._db.each(sql, parameters))

    def applied(self) -> int:
        """Return the last queue id that the index took over."""
        return applied(self._db)

    def has_term(self, term: str) -> bool:
        """Say whether a folded word is in any text."""
        return self._db.value(_HAS_TERM, (f'"{term}"',)) is not None

    def terms(self, low: str, high: str) -> list[str]:
        """Return folded words of the archive between *low* and *high*."""
        return [row[0] for row in self._db.rows(_TERMS, (low, high))]

    def _has_common(self, query: Query) -> bool:
        """Say whether a word to be found, or a beginning, is in too many texts to tell them apart.

        How common a beginning is, the newest hundredth has to tell: FTS5 gathers it otherwise.
        """
        if any(self._is_in(_TEXTS, COMMON_FROM, f'"{token}"') for token in query.tokens):
            return True
        return newest_from(self._db) is not None and any(
            self._is_in(_NEWEST_TEXTS, COMMON_FROM // SHARE, f'"{term.tokens[-1]}" *')
            for term in query.terms
            if term.is_prefix
        )

    def _is_in(self, texts: str, documents: int, match: str) -> bool:
        sql = _FREQUENCY.format(texts=texts)
        return bool(self._db.value(sql, (match, documents)) == documents)

    def _source(self, query: Query, narrowing: Narrowing) -> tuple[str, dict[str, Any]]:
        filters = query.filters
        match = match_expression(query)
        low, high = day_range(filters.since_ms, filters.until_ms, max_spill_days(self._db))
        source = _MATCHES if match else _ALL
        if match and not query.terms:
            # A title says nothing that a filter alone could ask for.
            source += _MESSAGES
        parameters: dict[str, Any] = {"match": match, "low": low, "high": high}
        if filters.since_ms is not None:
            source += _SINCE
            parameters["since_ms"] = filters.since_ms
        if filters.until_ms is not None:
            source += _UNTIL
            parameters["until_ms"] = filters.until_ms
        conditions, ids = narrowing.where()
        # FTS5 seeks to each document, and gathers all words of a beginning anew for each.
        if not has_beginning(match) and (few := narrowing.documents(self._db)) is not None:
            parameters["few"] = msgspec.json.encode(few).decode()
        return source + conditions, parameters | ids

    def _oldest(self, query: Query, match: str) -> int:
        """Return the oldest document that is counted, if what there is to show is found by then."""
        if has_beginning(match):
            # FTS5 gathers all words of a beginning anew for each query. What is not often among
            # the newest is quickly gathered; but with other words, the beginning may be.
            is_alone = isinstance(query.root, Phrase)
            return 0 if is_alone else newest_from(self._db) or 0
        state = int(self._db.value(_CHANGES))
        if self._oldest_counted[0] != state:
            self._oldest_counted = state, int(self._db.value(_OLDEST_COUNTED) or 0)
        return self._oldest_counted[1]

    def _newest(
        self, query: Query, source: str, parameters: dict[str, Any], limit: int
    ) -> tuple[list[Row], bool]:
        """Return the newest matches, day by day, at least *limit*; and whether that is all.

        One query gives both the first hits and the count.
        """
        low, oldest = parameters["low"], self._oldest(query, parameters["match"])
        wanted = max(limit, COUNTED_UP_TO) + 1
        rows = self._rows(source, {**parameters, "low": max(low, oldest)}, wanted)
        looked_at = rows[-1][0] if len(rows) == wanted else max(low, oldest)
        if len(rows) < limit and low < looked_at:
            wanted = limit - len(rows) + 1
            high = min(parameters["high"], oldest - 1)
            more = self._rows(source, {**parameters, "high": high}, wanted)
            looked_at = more[-1][0] if len(more) == wanted else low
            rows += more
        if low < looked_at:
            # A message that is to be shown may be filed in the days after its own, and those of
            # one day are filed as they came in.
            shown = sorted(rows, key=_by_time, reverse=True)[:limit]
            first_of_day, _ = day_range(shown[-1][3] or 0, None, 0)
            rest = {
                "low": max(low, first_of_day),
                "high": min(parameters["high"], looked_at - 1),
            }
            if rest["low"] <= rest["high"]:
                rows += self._rows(source, {**parameters, **rest}, _SAME_DAY)
        return rows, looked_at <= low

    def _rows(self, source: str, parameters: dict[str, Any], limit: int) -> list[Row]:
        """Return the newest *limit* matches; beginnings are looked for in the small table first."""
        first = newest_from(self._db) if has_beginning(parameters["match"]) else None
        if first is None or parameters["high"] < first:
            return self._rows_in(_TEXTS, source, parameters, limit)
        low = max(parameters["low"], first)
        rows = self._rows_in(_NEWEST_TEXTS, source, {**parameters, "low": low}, limit)
        if len(rows) < limit and parameters["low"] < first:
            rest = {**parameters, "high": first - 1}
            rows += self._rows_in(_TEXTS, source, rest, limit - len(rows))
        return rows

    def _rows_in(
        self,
        texts: str,
        source: str,
        parameters: dict[str, Any],
        limit: int,
        order: str = _NEWEST,
    ) -> list[Row]:
        key = "f.rowid" if parameters["match"] else "d.doc_id"
        # Not where matches are ranked: that counts each word anew for each document.
        few = _FEW.format(key) if "few" in parameters else ""
        sql = f"SELECT {_COLUMNS} {source.format(texts=texts)} {few} {order.format(key)}"
        return self._db.rows(sql, {**parameters, "limit": limit})

    def _ranked(self, source: str, parameters: dict[str, Any], limit: int) -> list[Found]:
        matches = source.format(texts=_TEXTS)
        sql = f"SELECT {_COLUMNS}, {_SCORE} AS score {matches} {_BEST}"
        return [_found(row) for row in self._db.rows(sql, {**parameters, "limit": limit})]


def _total(rows: Sequence[Row], limit: int, *, is_exact: bool) -> int:
    """Return how many there are at least, of which *rows* were read."""
    return len(rows) if is_exact else min(len(rows), max(limit, COUNTED_UP_TO))


def _by_time(row: Row) -> tuple[int, int]:
    return row[3] or 0, row[0]


def _by_age(row: Row) -> tuple[bool, int, int]:
    return row[3] is None, row[3] or 0, row[0]


def _found(row: Sequence[Any]) -> Found:
    doc_id, message_id, conversation_id, created_at_ms, *score = row
    return Found(
        doc_id=doc_id,
        message_id=message_id,
        conversation_id=conversation_id,
        created_at_ms=created_at_ms,
        score=-score[0] if score else 0.0,
    )
