"""Chats that say the same, or nearly the same."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateChat:
    """One chat of a group; `words`: how many it has, `is_newest` and `is_longest`: of the group."""

    row_id: int
    id: UUID
    title: str
    source: str
    messages: int
    words: int
    created_at_ms: int | None
    updated_at_ms: int | None
    is_newest: bool
    is_longest: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateGroup:
    """Chats that are alike, the one first that has most and is newest.

    `similarity`: of the two that are least alike among those that were held against each other,
    from 0 to 1; how many of the passages of four words are in both. `is_exact`: all say the same,
    word by word.
    """

    chats: tuple[DuplicateChat, ...]
    similarity: float
    is_exact: bool
