"""Finds documents in the index: the newest first with an early stop, or ranked by relevance.

FTS5's bm25 reads every occurrence of every word of the query before it ranks the first match,
which takes tens of milliseconds for a common word in a million messages.  So a search by
relevance ranks the newest matches, and only if its words are rare enough to tell texts apart;
else the newest come first.  The answer says which it was, and the full ranking can be asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from privatus.search.index import day_range, max_spill_days
from privatus.search.match import match_expression
from privatus.search.syntax import Query
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

_COLUMNS = "d.doc_id, d.message_id, d.conversation_id, d.created_at_ms"
_MATCHES = """
      FROM messages_fts AS f CROSS JOIN docs AS d ON d.doc_id = f.rowid
     WHERE f.messages_fts MATCH :match AND f.rowid BETWEEN :low AND :high
"""
_ALL = """
      FROM docs AS d
     WHERE d.message_id IS NOT NULL AND d.doc_id BETWEEN :low AND :high
"""
_MESSAGES = " AND d.message_id IS NOT NULL"
_SINCE = " AND d.created_at_ms >= :since_ms"
_UNTIL = " AND d.created_at_ms <= :until_ms"
_THESE = " AND d.conversation_id IN (SELECT value FROM json_each(:conversations))"
_NEWEST = " ORDER BY {} DESC LIMIT :limit"
_BEST = " ORDER BY score, f.rowid DESC LIMIT :limit"
_SCORE = f"bm25(messages_fts, {_WEIGHTS})"
_HAS_TERM = "SELECT 1 FROM messages_fts WHERE messages_fts MATCH ? LIMIT 1"
_FREQUENCY = f"""
    SELECT count(*) FROM
        (SELECT 1 FROM messages_fts WHERE messages_fts MATCH ? LIMIT {COMMON_FROM})
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
        conversations: Collection[int] | None = None,
    ) -> Finding:
        """Return the first *limit* documents of *query*, only of *conversations* if given."""
        source, parameters = self._source(query, conversations)
        rows, is_exact = self._newest(source, parameters, limit)
        newest = Finding(
            found=[_found(row) for row in sorted(rows, key=_by_time, reverse=True)[:limit]],
            total=min(len(rows), COUNTED_UP_TO),
            total_is_exact=is_exact,
        )
        if not (by_relevance and parameters["match"]) or len(rows) < 2:
            return newest
        within = None
        if not rank_all:
            is_long = len(rows) > RANKED_WITHIN
            if is_long and any(term.is_prefix for term in query.terms):
                return newest
            if any(self._is_common(token) for token in query.tokens):
                return newest
            if is_long:
                within = RANKED_WITHIN
                parameters["low"] = rows[RANKED_WITHIN - 1][0]
        found = self._ranked(source, parameters, limit)
        return replace(newest, found=found, is_ranked=True, ranked_within=within)

    def conversations(self, query: Query, conversations: Collection[int] | None) -> set[int]:
        """Return the ids of all conversations with a document that matches."""
        source, parameters = self._source(query, conversations)
        rows = self._db.each(f"SELECT DISTINCT d.conversation_id {source}", parameters)
        return {row[0] for row in rows}

    def has_term(self, term: str) -> bool:
        """Say whether a folded word is in any text."""
        return self._db.value(_HAS_TERM, (f'"{term}"',)) is not None

    def terms(self, low: str, high: str) -> list[str]:
        """Return folded words of the archive between *low* and *high*."""
        return [row[0] for row in self._db.rows(_TERMS, (low, high))]

    def _is_common(self, token: str) -> bool:
        return int(self._db.value(_FREQUENCY, (f'"{token}"',))) >= COMMON_FROM

    def _source(
        self, query: Query, conversations: Collection[int] | None
    ) -> tuple[str, dict[str, Any]]:
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
        if conversations is not None:
            source += _THESE
            parameters["conversations"] = msgspec.json.encode(list(conversations)).decode()
        return source, parameters

    def _oldest(self) -> int:
        """Return the oldest document that is counted, read anew when the index has changed."""
        state = int(self._db.value(_CHANGES))
        if self._oldest_counted[0] != state:
            self._oldest_counted = state, int(self._db.value(_OLDEST_COUNTED) or 0)
        return self._oldest_counted[1]

    def _newest(
        self, source: str, parameters: dict[str, Any], limit: int
    ) -> tuple[list[Row], bool]:
        """Return the newest matches, day by day, at least *limit*; and whether that is all.

        One query gives both the first hits and the count: FTS5 gathers all words of a prefix
        anew for each.
        """
        key = "f.rowid" if parameters["match"] else "d.doc_id"
        sql = f"SELECT {_COLUMNS} {source} {_NEWEST.format(key)}"
        low, oldest = parameters["low"], self._oldest()
        wanted = max(limit, COUNTED_UP_TO) + 1
        rows = self._db.rows(sql, {**parameters, "low": max(low, oldest), "limit": wanted})
        is_cut = len(rows) == wanted
        if not is_cut and low < oldest:
            if len(rows) >= limit:
                return rows, False
            wanted = limit - len(rows) + 1
            high = min(parameters["high"], oldest - 1)
            more = self._db.rows(sql, {**parameters, "high": high, "limit": wanted})
            is_cut = len(more) == wanted
            rows += more
        if is_cut:
            # A message that is to be shown may be filed in the days after its own, and those of
            # one day are filed as they came in.
            shown = sorted(rows, key=_by_time, reverse=True)[:limit]
            first_of_day, _ = day_range(shown[-1][3] or 0, None, 0)
            rest = {"low": max(low, first_of_day), "high": rows[-1][0] - 1}
            if rest["low"] <= rest["high"]:
                rows += self._db.rows(sql, {**parameters, **rest, "limit": _SAME_DAY})
        return rows, not is_cut

    def _ranked(self, source: str, parameters: dict[str, Any], limit: int) -> list[Found]:
        sql = f"SELECT {_COLUMNS}, {_SCORE} AS score {source} {_BEST}"
        return [_found(row) for row in self._db.rows(sql, {**parameters, "limit": limit})]


def _by_time(row: Row) -> tuple[int, int]:
    return row[3] or 0, row[0]


def _found(row: Sequence[Any]) -> Found:
    doc_id, message_id, conversation_id, created_at_ms, *score = row
    return Found(
        doc_id=doc_id,
        message_id=message_id,
        conversation_id=conversation_id,
        created_at_ms=created_at_ms,
        score=-score[0] if score else 0.0,
    )
