"""Finds documents in the index: the newest first with an early stop, or ranked.

Ranking all matches of a common word costs a second in a large archive, so relevance is ranked
among the newest matches unless all are asked for; the answer says which.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from privatus.search.index import PLACE_BITS, day_range, max_spill_days
from privatus.search.match import match_expression
from privatus.search.syntax import Query
from privatus.storage.database import Database

# So many of the newest matches are ranked by relevance.
RANKED_WITHIN = 300
# Counting on would cost more than the answer; people are told "more than".
COUNTED_UP_TO = 1_000
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
_SINCE = " AND d.created_at_ms >= :since_ms"
_UNTIL = " AND d.created_at_ms <= :until_ms"
_THESE = " AND d.conversation_id IN (SELECT value FROM json_each(:conversations))"
_NEWEST = " ORDER BY {} DESC LIMIT :limit"
_BEST = " ORDER BY score, f.rowid DESC LIMIT :limit"
_SCORE = f"bm25(messages_fts, {_WEIGHTS})"
_HAS_TERM = "SELECT 1 FROM messages_fts WHERE messages_fts MATCH ? LIMIT 1"
_TERMS = "SELECT term FROM terms WHERE term >= ? AND term < ? LIMIT 20000"


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
    """What was found; `ranked_within` says among how many of the newest, None: among all."""

    found: list[Found]
    total: int
    total_is_exact: bool
    ranked_within: int | None = None


class Finder:
    """Asks the index. Used by one thread at a time."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def find(
        self,
        query: Query,
        *,
        limit: int,
        by_relevance: bool,
        rank_all: bool = False,
        conversations: Collection[int] | None = None,
    ) -> Finding:
        """Return the best *limit* documents of *query*, only of *conversations* if given."""
        source, parameters = self._source(query, conversations)
        total, is_exact = self._count(source, parameters)
        if not (by_relevance and parameters["match"]):
            found = self._newest(source, parameters, limit)
            return Finding(found=found, total=total, total_is_exact=is_exact)
        within = None
        if not rank_all and total > RANKED_WITHIN:
            within = RANKED_WITHIN
            parameters["low"] = self._newest(source, parameters, within, exact=False)[-1].doc_id
        found = self._ranked(source, parameters, limit)
        return Finding(found=found, total=total, total_is_exact=is_exact, ranked_within=within)

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

    def _source(
        self, query: Query, conversations: Collection[int] | None
    ) -> tuple[str, dict[str, Any]]:
        filters = query.filters
        match = match_expression(query)
        low, high = day_range(filters.since_ms, filters.until_ms, max_spill_days(self._db))
        source = _MATCHES if match else _ALL
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

    def _count(self, source: str, parameters: dict[str, Any]) -> tuple[int, bool]:
        sql = f"SELECT count(*) FROM (SELECT 1 {source} LIMIT {COUNTED_UP_TO + 1})"
        total = int(self._db.value(sql, parameters))
        return min(total, COUNTED_UP_TO), total <= COUNTED_UP_TO

    def _newest(
        self, source: str, parameters: dict[str, Any], limit: int, *, exact: bool = True
    ) -> list[Found]:
        key = "f.rowid" if parameters["match"] else "d.doc_id"
        sql = f"SELECT {_COLUMNS} {source} {_NEWEST.format(key)}"
        rows = self._db.rows(sql, {**parameters, "limit": limit})
        if exact and len(rows) == limit:
            last = rows[-1][0]
            day = {
                "low": max(parameters["low"], last >> PLACE_BITS << PLACE_BITS),
                "high": last - 1,
            }
            rows += self._db.rows(sql, {**parameters, **day, "limit": _SAME_DAY})
        if exact:
            rows.sort(key=lambda row: (row[3] or 0, row[0]), reverse=True)
        return [_found(row) for row in rows[:limit]]

    def _ranked(self, source: str, parameters: dict[str, Any], limit: int) -> list[Found]:
        sql = f"SELECT {_COLUMNS}, {_SCORE} AS score {source} {_BEST}"
        return [_found(row) for row in self._db.rows(sql, {**parameters, "limit": limit})]


def _found(row: Sequence[Any]) -> Found:
    doc_id, message_id, conversation_id, created_at_ms, *score = row
    return Found(
        doc_id=doc_id,
        message_id=message_id,
        conversation_id=conversation_id,
        created_at_ms=created_at_ms,
        score=-score[0] if score else 0.0,
    )
