"""What is in the vault, in numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from privatus.services import usage_keeping
from privatus.storage.rows import ROLES
from privatus.storage.store import Store

_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCount:
    """The share of one provider."""

    source: str
    conversations: int
    messages: int
    missing_at_source: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultStatistics:
    """Counts of conversations and messages, and sizes in bytes.

    What was removed, what is in the trash and what was merged into another conversation does not
    count; files and sizes are of all that is kept.
    """

    conversations: int
    messages: int
    attachments: int
    files: int
    files_bytes: int  # of the attachments' content, each counted once
    sources: tuple[SourceCount, ...]
    by_month: dict[str, int]  # "2025-01" -> messages; "" -> those without a time
    by_model: dict[str, int]
    by_role: dict[str, int]
    database_bytes: int
    index_bytes: int
    blobs_bytes: int


class StatisticsService:
    """Counts."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        self._folder = folder

    def get(self) -> VaultStatistics:
        """Return the counts that are kept, and sizes."""
        with self._store.snapshot() as tables:
            conversations, messages, attachments, files, files_bytes = tables.statistics.totals()
            sources = tables.statistics.by_source()
            days = usage_keeping.present_days(tables)
        months: Counter[str] = Counter()
        by_model: Counter[str] = Counter()
        roles: Counter[str] = Counter()
        for (day, _, model, role), (count, *_) in days.items():
            months["" if day is None else f"{date.fromordinal(_EPOCH + day):%Y-%m}"] += count
            if model is not None:
                by_model[model] += count
            roles[ROLES[role].value] += count
        return VaultStatistics(
            conversations=conversations,
            messages=messages,
            attachments=attachments,
            files=files,
            files_bytes=files_bytes,
            sources=tuple(
                SourceCount(source=s, conversations=c, messages=m, missing_at_source=gone)
                for s, c, m, gone in sources
            ),
            by_month=dict(sorted(months.items())),
            by_model=dict(by_model.most_common()),
            by_role=dict(roles.most_common()),
            database_bytes=_size(self._folder, "vault.db*"),
            index_bytes=_size(self._folder / "search", "*"),
            blobs_bytes=self._store.blobs.size_bytes(),
        )


def _size(folder: Path, pattern: str) -> int:
    return sum(path.stat().st_size for path in folder.glob(pattern))
