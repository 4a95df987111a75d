"""The shape of a conversation: which message answers which, without the messages.

Nearly all messages answer the one with the number before theirs. So a tree is kept as runs of
numbers, and one of 100,000 messages is as small as the number of its forks.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """Messages in a row, each the answer to the one before; *parent* is what the first answers."""

    first: int
    last: int
    parent: int | None


class Tree:
    """Numbers of messages and how they follow each other."""

    def __init__(self, runs: Iterable[Run]) -> None:
        self._runs = sorted(runs, key=lambda run: run.first)
        self._firsts = [run.first for run in self._runs]
        self._answers: dict[int | None, list[int]] = {}
        for run in self._runs:
            self._answers.setdefault(run.parent, []).append(run.first)

    @classmethod
    def of_jumps(
        cls,
        jumps: Sequence[tuple[int, int | None]],
        numbers: Sequence[range],
        removed: Mapping[int, int | None] | None = None,
    ) -> Tree:
        """Return the tree of all *numbers*; *jumps* are those that do not answer the one before.

        *removed*: what is not there any more, with what it answered. What answers it answers the
        nearest one before that is there.
        """
        if removed:
            numbers = without(numbers, removed)
            jumps = _jumps_without(dict(jumps), removed)
        parents, starts = dict(jumps), sorted(number for number, _ in jumps)
        runs = []
        for span in numbers:
            low, high = (bisect.bisect_left(starts, n) for n in (span.start + 1, span.stop))
            firsts = [span.start, *starts[low:high]]
            lasts = [*(first - 1 for first in firsts[1:]), span.stop - 1]
            runs += [Run(a, b, parents.get(a)) for a, b in zip(firsts, lasts, strict=True)]
        return cls(runs)

    @classmethod
    def of_parents(
        cls, parents: Mapping[int, int | None], removed: Mapping[int, int | None]
    ) -> Tree:
        """Return the tree of all numbers of *parents* without those that are *removed*."""
        nearest = heirs(removed)
        return cls(
            Run(number, number, parent if parent is None else nearest.get(parent, parent))
            for number, parent in parents.items()
            if number not in removed
        )

    @property
    def runs(self) -> Sequence[Run]:
        return self._runs

    def __contains__(self, number: int) -> bool:
        return self._run(number) is not None

    def __len__(self) -> int:
        return sum(run.last - run.first + 1 for run in self._runs)

    def parent(self, number: int) -> int | None:
        """Return the number of the message that *number* answers."""
        run = self._run(number)
        if run is None:
            return None
        return run.parent if number == run.first else number - 1

    def answers(self, number: int | None) -> list[int]:
        """Return what answers *number*, the first given first; None: the beginnings."""
        found = list(self._answers.get(number, ()))
        run = None if number is None else self._run(number)
        if run is not None and number is not None and number < run.last:
            bisect.insort(found, number + 1)
        return found

    def siblings(self, number: int) -> list[int]:
        """Return *number* and what else answers the same message."""
        return self.answers(self.parent(number))

    def newest_leaf(self, number: int) -> int:
        """Return where one comes to from *number* by taking the newest answer each time."""
        while run := self._run(number):
            if number < run.last and not self._answered_inside(number, run.last):
                number = run.last
            following = self.answers(number)
            if not following:
                break
            number = following[-1]
        return number

    def path(self, leaf: int) -> list[range]:
        """Return the branch that ends in *leaf* as ranges of numbers, the root first."""
        found: list[range] = []
        current: int | None = leaf
        while current is not None and (run := self._run(current)):
            found.append(range(run.first, current + 1))
            current = run.parent
        return found[::-1]

    def with_answers(self, numbers: Iterable[int]) -> list[int]:
        """Return *numbers* and all that follows from them, in order."""
        wanted, found = sorted(numbers), set[int]()
        for run in self._runs:
            at = bisect.bisect_left(wanted, run.first)
            start = run.last + 1
            if run.parent in found:
                start = run.first
            elif at < len(wanted):
                start = min(wanted[at], start)
            found.update(range(start, run.last + 1))
        return sorted(found)

    def leaves(self) -> list[int]:
        """Return where the branches end, in the order of their numbers."""
        return [run.last for run in self._runs if not self._answers.get(run.last)]

    def _answered_inside(self, first: int, last: int) -> bool:
        """Say whether something before *last* has another answer, too."""
        return any(n is not None and first <= n < last for n in self._answers)

    def _run(self, number: int) -> Run | None:
        at = bisect.bisect_right(self._firsts, number) - 1
        if at < 0 or number > self._runs[at].last:
            return None
        return self._runs[at]


def heirs(removed: Mapping[int, int | None]) -> dict[int, int | None]:
    """Return for each removed number the nearest one before it that is there, or None.

    *removed* gives for each what it answered, which has a smaller number.
    """
    found: dict[int, int | None] = {}
    for number in sorted(removed):
        parent = removed[number]
        found[number] = parent if parent is None else found.get(parent, parent)
    return found


def without(spans: Iterable[range], removed: Iterable[int]) -> list[range]:
    """Return ranges of numbers, in order, without those that are *removed*."""
    left: list[range] = []
    gone = sorted(removed)
    for span in spans:
        start = span.start
        for number in gone[bisect.bisect_left(gone, start) : bisect.bisect_left(gone, span.stop)]:
            if start < number:
                left.append(range(start, number))
            start = number + 1
        if start < span.stop:
            left.append(range(start, span.stop))
    return left


def leaf_instead(tree: Tree, leaf: int, removed: Mapping[int, int | None]) -> int | None:
    """Return where the shown branch ends if *leaf* was removed from *tree*, None if in nothing.

    That is the newest answer to what is left of the branch, or else the newest beginning.
    """
    nearest = heirs(removed).get(leaf, leaf)
    beginnings = tree.answers(None)
    if nearest is None and not beginnings:
        return None
    return tree.newest_leaf(beginnings[-1] if nearest is None else nearest)


def _jumps_without(
    jumps: dict[int, int | None], removed: Mapping[int, int | None]
) -> list[tuple[int, int | None]]:
    nearest = heirs(removed)
    for number in removed:
        # What follows it answers it without being named among the jumps.
        jumps.setdefault(number + 1, number)
    return [
        (number, parent if parent is None else nearest.get(parent, parent))
        for number, parent in jumps.items()
        if number not in removed
    ]
