"""A search that a person keeps under a name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSearch:
    """`query` is in the language of docs/search.md; `order` is one of the search service's."""

    id: int
    name: str
    query: str
    order: str
    saved_at_ms: int
