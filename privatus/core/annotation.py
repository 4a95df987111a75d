"""Annotations: what a person highlighted in messages, and what they noted on them.

Positions are counted in code points of `Message.text`, which is Markdown as it came.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Where an annotation was placed, so that it is found again when the message has changed.

    `prefix` and `suffix` are what stood before and after the quote; "": nothing did.
    """

    start: int
    quote: str
    prefix: str = ""
    suffix: str = ""

    @property
    def end(self) -> int:
        return self.start + len(self.quote)


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """A highlight, a note, or both in one, on a passage, a message or a conversation.

    `number` is the message's, None: the conversation as a whole. Without a passage it is on the
    whole message. `revision` is the one that it was placed on. What an importer reads has no id,
    no revision, and may not say when it was made.
    """

    id: int | None = None
    number: int | None = None
    revision: int | None = None
    passage: Passage | None = None
    colour: str | None = None  # one of privatus.core.tag.COLOURS
    text: str = ""
    created_at_ms: int | None = None


class Fit(StrEnum):
    """How an annotation stands on the message as it is now."""

    WHOLE = "whole"  # it is on no passage
    EXACT = "exact"  # its passage stands where it stood
    MOVED = "moved"  # the passage stands elsewhere
    CHANGED = "changed"  # the passage has other words now
    LOST = "lost"  # the passage is not found


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a passage is now; a lost one is nowhere."""

    fit: Fit
    span: tuple[int, int] | None = None  # first code point, and the first that is not in it


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundAnnotation:
    """An annotation, what it is on, and where it stands there now."""

    annotation: Annotation
    conversation_id: UUID
    title: str
    place: Place
