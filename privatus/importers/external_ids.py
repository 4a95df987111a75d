"""Ids of messages, unique within a conversation and the same at each import."""

from __future__ import annotations


class ExternalIds:
    """Gives each name once; what comes again gets a number behind it."""

    __slots__ = ("_numbers", "_taken")

    def __init__(self) -> None:
        self._taken: set[str] = set()
        # Where the search for a free name goes on: eight thousand messages may have one id.
        self._numbers: dict[str, int] = {}

    def take(self, name: str) -> str:
        """Return *name*, or the first of `name#2`, `name#3` … that is free."""
        taken = name
        if taken in self._taken:
            number = self._numbers.get(name, 2)
            while (taken := f"{name}#{number}") in self._taken:
                number += 1
            self._numbers[name] = number + 1
        self._taken.add(taken)
        return taken
