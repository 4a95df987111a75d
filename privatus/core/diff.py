"""What differs between two states of a conversation: by message, and in each by word."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from privatus.core.conversation import Message


class Change(StrEnum):
    """What became of a message, or of a stretch of its text."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"  # of messages only: a text's stretches are the other three


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A run of characters that both texts have, or only the one or the other.

    Those that are not ADDED give the former text, those that are not REMOVED the later one.
    """

    change: Change
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDiff:
    """One message in both states; where it is missing in one, that is None.

    `words` says of a changed message how its text became the other; `also` names what else of it
    changed, as the fields of a message are called: "attachments", "model", "created_at_ms".
    """

    number: int
    change: Change
    before: Message | None
    after: Message | None
    words: tuple[Stretch, ...] = ()
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationDiff:
    """All messages of both states, by number; `also` names what of the head changed."""

    messages: tuple[MessageDiff, ...]
    title: tuple[Stretch, ...] = ()  # empty: it is the same
    also: tuple[str, ...] = ()

    def count(self, change: Change) -> int:
        """Return how many messages are *change*."""
        return sum(message.change is change for message in self.messages)
