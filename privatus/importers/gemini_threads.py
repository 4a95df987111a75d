"""Which rows of an activity were one conversation.

Most exports do not say it. Where rows name their thread, rows with a thread in common belong
together. The others are taken in order of time, and half an hour of silence ends a conversation.

A row is known here by a few numbers only: the page is read twice, once for these and once for
the texts, so that memory holds 100 bytes a row and the conversations that are not complete yet,
whatever the size of the page.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from privatus.core.conversation import Json

GAP_MINUTES = 30
_GAP_MS = GAP_MINUTES * 60_000
_NONE = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class RowKey:
    """What grouping needs to know of a row."""

    id: str
    time_ms: int | None
    threads: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Group:
    """The rows of one conversation."""

    external_id: str
    size: int = 0
    metadata: Mapping[str, Json] = field(default_factory=dict)


class Plan:
    """For each row, in reading order, its conversation and its place in time."""

    def __init__(self, pages: Iterable[Sequence[RowKey | None]]) -> None:
        """Group the rows of *pages*; None stands for a row that is not imported."""
        self.groups: list[Group] = []
        self._group_of = array("q")
        self._place_of = array("q")
        keys: list[RowKey | None] = []
        order: list[tuple[int, int]] = []
        for page in pages:
            order += _in_time(page, len(keys))
            keys += page
        self._group_of = array("q", [_NONE]) * len(keys)
        self._place_of = array("q", [_NONE]) * len(keys)
        order.sort(key=lambda item: item[0])
        self._assign(keys, [index for _, index in order])

    def group_of(self, row: int) -> int | None:
        """Return the index of the row's group, None if the row is not imported."""
        if row >= len(self._group_of) or self._group_of[row] == _NONE:
            return None
        return self._group_of[row]

    def place_of(self, row: int) -> int:
        """Return the row's place among all rows in time."""
        return self._place_of[row]

    def _assign(self, keys: Sequence[RowKey | None], order: Sequence[int]) -> None:
        root_of = _joined(key.threads for key in keys if key is not None)
        by_thread: dict[str, int] = {}
        used: Counter[str] = Counter()
        last_ms, last_group = 0, _NONE
        for place, index in enumerate(order):
            key = keys[index]
            if key is None:
                continue
            if key.threads:
                root = root_of[key.threads[0]]
                if root not in by_thread:
                    by_thread[root] = self._add(used, key.threads[0], {})
                group = by_thread[root]
            elif key.time_ms is None:
                group = self._add(used, key.id, {"grouped_by": "row"})
            else:
                if last_group == _NONE or key.time_ms - last_ms > _GAP_MS:
                    grouped = {"grouped_by": "time", "gap_minutes": GAP_MINUTES}
                    last_group = self._add(used, key.id, grouped)
                last_ms, group = key.time_ms, last_group
            self.groups[group].size += 1
            self._group_of[index] = group
            self._place_of[index] = place

    def _add(self, used: Counter[str], external_id: str, metadata: Mapping[str, Json]) -> int:
        used[external_id] += 1
        if used[external_id] > 1:
            external_id = f"{external_id}#{used[external_id]}"
        self.groups.append(Group(external_id=external_id, metadata=metadata))
        return len(self.groups) - 1


def _in_time(page: Sequence[RowKey | None], start: int) -> list[tuple[int, int]]:
    """Return (time, index) of a page's rows, oldest first; indexes begin with *start*.

    A row without a time stands where its page has it: behind the one before it.
    """
    times = [key.time_ms for key in page if key is not None and key.time_ms is not None]
    # Google writes the newest first; a page that somebody sorted is taken as it is.
    is_newest_first = not times or times[0] >= times[-1]
    indexes = reversed(range(len(page))) if is_newest_first else iter(range(len(page)))
    found: list[tuple[int, int]] = []
    last_ms = 0
    for index in indexes:
        key = page[index]
        if key is not None:
            last_ms = last_ms if key.time_ms is None else key.time_ms
            found.append((last_ms, start + index))
    return found


def _joined(rows: Iterable[tuple[str, ...]]) -> dict[str, str]:
    """Return for each thread the one that stands for all that it shares rows with."""
    above: dict[str, str] = {}

    def root(thread: str) -> str:
        while (parent := above[thread]) != thread:
            above[thread] = above[parent]
            thread = parent
        return thread

    for threads in rows:
        for thread in threads:
            above.setdefault(thread, thread)
            above[root(thread)] = root(threads[0])
    return {thread: root(thread) for thread in above}
