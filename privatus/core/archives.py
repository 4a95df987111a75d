"""Conversations that were moved out of the vault's database into archive files."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

FORMATS = ("jsonl", "csv", "parquet")


class ArchiveState(StrEnum):
    """Where a conversation is that an archive file was begun for."""

    WRITING = "writing"  # in the database; the file may be half written, and goes
    AWAY = "away"  # in the file alone
    BACK = "back"  # in the database again; the file goes


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedChat:
    """A conversation that lies in an archive file, as a list shows it."""

    row_id: int
    id: UUID
    kind: str
    title: str
    source: str
    created_at_ms: int | None
    changed_at_ms: int
    archived_at_ms: int
    messages: int
    format: str
    size_bytes: int
    where: str = ""  # the destination; empty: the vault's own folder


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveWish:
    """Which conversations to archive: those for which all holds that is said.

    Those that are pinned or starred stay unless `with_marked`.
    """

    query: str | None = None  # a search finds something in them
    row_ids: Collection[int] | None = None  # a list has them
    changed_before_ms: int | None = None
    with_marked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivePreview:
    """What would be archived, and what stays though it was asked for."""

    conversations: int = 0
    messages: int = 0
    kept_marked: int = 0  # pinned or starred
    together: int = 0  # not asked for, but merged with what was: one is not read without the other


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """What was archived; `ids`: to bring it back by."""

    ids: tuple[UUID, ...] = ()
    conversations: int = 0
    messages: int = 0
    size_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BroughtBack:
    """What is in the database again; left out is what was deleted meanwhile."""

    conversations: int = 0
    messages: int = 0
    tags_left_out: int = 0
    folders_left_out: int = 0
    contacts_left_out: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveProblem:
    """An archive file that cannot be brought back as it is."""

    id: UUID
    title: str
    reason: str
    is_away: bool = False  # its disk or host is not there now: nothing is known of the file
