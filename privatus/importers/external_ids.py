"""Ids of messages, unique within a conversation and the same at each import."""

from __future__ import annotations


class ExternalIds:
    """Gives each name once; what comes again gets a number behind it."""

    __slots__ = ("_taken",)

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, name: str) -> str:
        """Return *name*, or the first of `name#2`, `name#3` … that is free."""
        taken = name
        count = 1
        while taken in self._taken:
            count += 1
            taken = f"{name}#{count}"
        self._taken.add(taken)
        return taken
