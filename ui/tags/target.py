"""A tag as a place to go to: the list of chats that have it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TagTarget:
    """What the page "chats" takes to list the chats of a tag, and of those that lie in it."""

    name: str
