"""What the analytics say, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

# Of messages without a model.
NO_MODEL = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One value, and what the messages are that have it."""

    key: str
    messages: int
    words: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatCount:
    """A conversation and one number of it."""

    row_id: int
    id: UUID
    title: str
    source: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelTokens:
    """Tokens that a model wrote, and read to do so: estimates."""

    model: str  # NO_MODEL: the export does not say which
    answers: int
    written: int
    read: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Analytics:
    """Counts of the messages that a query finds; of all, if it is "".

    Days and months are those of UTC, as in searches and lists; the hours of `week` are those of
    the person's time zone, Monday first.
    """

    query: str
    chats: int
    messages: int
    words: int
    tokens: int
    undated: int  # messages whose time nobody knows
    by_day: Mapping[date, int]
    week: tuple[tuple[int, ...], ...]
    by_source: tuple[Counted, ...]
    by_model: tuple[Counted, ...]
    by_role: tuple[Counted, ...]
    by_month: tuple[Counted, ...]
    sources_by_month: Mapping[str, Mapping[str, int]]  # month: source: messages
    languages: tuple[Counted, ...]
    codes: tuple[Counted, ...]
    longest: tuple[ChatCount, ...]  # by messages
    returned: tuple[ChatCount, ...]  # by days on which somebody wrote
    model_tokens: tuple[ModelTokens, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentCounts:
    """Files that belong to messages; `files` and `size_bytes` count what is stored once only."""

    attachments: int
    files: int
    size_bytes: int
    by_source: tuple[tuple[str, int, int], ...]  # source, attachments, bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthTopics:
    """What the chats of a month were about, more than those of others."""

    month: str
    chats: int
    terms: tuple[tuple[str, int], ...]  # with how many of its chats
