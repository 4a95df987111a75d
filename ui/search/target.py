"""Where the search page can be asked to go, and where a person was on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Order = Literal["relevance", "newest", "oldest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchTarget:
    """A search; with `row` and `scroll`, also the place among its results."""

    query: str = ""
    order: Order = "relevance"
    row: int = -1
    scroll: int = 0
    loaded: int = 0
