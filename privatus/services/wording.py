"""The wording of searches, for those who show and change them.

What is typed stays a text: filters are read out of it, and put into it.
"""

from __future__ import annotations

from privatus.search.wording import (
    MONTH,
    SpokenFilter,
    is_narrowed,
    narrowed,
    spoken_filters,
    without_filter,
    without_filters,
    without_kind,
)

__all__ = [
    "MONTH",
    "SpokenFilter",
    "is_narrowed",
    "narrowed",
    "spoken_filters",
    "without_filter",
    "without_filters",
    "without_kind",
]
