"""Chats that are about the same: TF-IDF, the words of a chat against the index of all of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from privatus.core.marks import Mark, has_mark
from privatus.search.likeness import COMMON_FROM, Likeness
from privatus.services import conversation_ids
from privatus.services.conversation_ids import Target
from privatus.services.search import SearchService
from privatus.services.summary_rows import made_of, words_of
from privatus.services.titles import proposed_titles
from privatus.storage.conversations import StoredConversation
from privatus.storage.store import Tables

# So many words of a chat are looked for; with more of them, others come in by chance.
_WORDS = 14
# A chat that has fewer of them in common has nothing to do with it.
_LEAST_COMMON = 2
# Half of what a chat would have in common with itself is as near as two chats come.
_NEAR = 0.5
_SHOWN_WORDS = 4
# Stands for the number of all messages: what counts is how words compare.
_ALL = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedChat:
    """A chat that is like another one, and by which words."""

    row_id: int
    conversation_id: UUID
    title: str
    source: str
    created_at_ms: int | None
    words: tuple[str, ...]  # as the index has them, the most telling first
    likeness: float  # 0 to 1


@dataclass(slots=True)
class _Found:
    score: float
    words: list[str]


class RelatedService:
    """Finds chats that are like a chat."""

    def __init__(self, search: SearchService) -> None:
        self._search = search

    def of(self, target: Target, limit: int = 6) -> Sequence[RelatedChat]:
        """Return the chats that are most like one, the most alike first; some milliseconds.

        Raises:
            UserError: there is no such chat.
        """
        with self._search.likeness() as (tables, likeness):
            stored = conversation_ids.find(tables, target)
            return related(tables, likeness, stored, limit)


def related(
    tables: Tables, likeness: Likeness, stored: StoredConversation, limit: int
) -> list[RelatedChat]:
    """Return the chats that are most like *stored*."""
    wanted = telling(likeness, words_of(made_of(tables, stored)))
    most = sum(weight * rarity for _, weight, rarity in wanted) or 1.0
    found: dict[int, _Found] = {}
    for word, weight, rarity in wanted:
        for row_id, count in likeness.holders(word).items():
            each = found.setdefault(row_id, _Found(0.0, []))
            # A few messages with a word say nearly as much as many.
            each.score += weight * rarity * min(1.0, 0.5 + 0.25 * math.log2(1 + count))
            each.words.append(word)
    found.pop(stored.id, None)
    alike = {row_id: f for row_id, f in found.items() if len(f.words) >= _LEAST_COMMON}
    best = sorted(alike, key=lambda row_id: -alike[row_id].score)[: limit * 8]
    chats = _chats(tables, best)
    scored = sorted(
        ((alike[i].score / most / _length(chats[i]), i) for i in best if i in chats), reverse=True
    )[:limit]
    titles = _titles(tables, [chats[i] for _, i in scored])
    return [
        RelatedChat(
            row_id=i,
            conversation_id=chats[i].public_id,
            title=titles[i],
            source=chats[i].source,
            created_at_ms=chats[i].created_at_ms,
            words=tuple(alike[i].words[:_SHOWN_WORDS]),
            likeness=min(1.0, score / _NEAR),
        )
        for score, i in scored
    ]


def _chats(tables: Tables, ids: Sequence[int]) -> dict[int, StoredConversation]:
    """Return those of *ids* that are in no trash and in no hybrid: that one is like them."""
    chats = {chat.id: chat for chat in tables.conversations.some(ids)} if ids else {}
    marks = tables.marks.of({chat.id: chat.container for chat in chats.values()})
    return {
        row_id: chat
        for row_id, chat in chats.items()
        if chat.deleted_at_ms is None and not has_mark(marks.get(row_id, ()), Mark.MERGED)
    }


def telling(
    likeness: Likeness, counts: Iterable[tuple[str, int]]
) -> list[tuple[str, float, float]]:
    """Return the words of a chat that tell it apart: each with its weight here and its rarity.

    What is in no other message finds nothing, and what is in very many tells nothing.
    """
    frequent = dict(counts)
    rows = [
        (word, (1.0 + math.log(frequent[word])) * _rarity(n), _rarity(n))
        for word, n in likeness.frequencies(frequent).items()
        if 1 < n < COMMON_FROM
    ]
    return sorted(rows, key=lambda row: -row[1])[:_WORDS]


def _rarity(frequency: int) -> float:
    return math.log(_ALL / frequency) / math.log(_ALL)


def _length(stored: StoredConversation) -> float:
    """Return by how much a long chat has more words in common with any other."""
    return 1.0 + 0.15 * math.log2(1 + stored.message_count)


def _titles(tables: Tables, chats: Sequence[StoredConversation]) -> dict[int, str]:
    proposed = proposed_titles(tables, [chat.id for chat in chats if not chat.title])
    return {chat.id: chat.title or proposed.get(chat.id, "") for chat in chats}
