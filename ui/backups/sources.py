"""Where a restore takes its backups from: a destination of the open vault, or any place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from privatus.core.backup import Backup, RestoreReport
from privatus.core.jobs import Job
from privatus.services.backups import restoring
from privatus.services.backups.service import BackupService


@dataclass(frozen=True, slots=True)
class Key:
    """The password or the recovery code; never shown."""

    password: str = field(repr=False)
    code: str | None = field(repr=False)


class Source(Protocol):
    """A place with backups."""

    def backups(self, key: Key, job: Job) -> Sequence[Backup]:
        """Return what lies there, the newest first."""

    def restore(
        self, key: Key, backup_id: str, folder: Path, *, keeps_aside: bool, job: Job
    ) -> RestoreReport:
        """Restore one into *folder*."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Any place, also on a machine without a vault."""

    location: str
    options: Mapping[str, str] = field(repr=False)

    def backups(self, key: Key, job: Job) -> Sequence[Backup]:
        """Return what lies there, the newest first."""
        job.check()
        return restoring.list_backups(
            self.location, key.password or None, code=key.code, options=self.options
        )

    def restore(
        self, key: Key, backup_id: str, folder: Path, *, keeps_aside: bool, job: Job
    ) -> RestoreReport:
        """Restore one into *folder*."""
        return restoring.restore(
            self.location,
            folder,
            key.password or None,
            code=key.code,
            options=self.options,
            backup_id=backup_id,
            keep_aside=keeps_aside,
            job=job,
        )


@dataclass(frozen=True, slots=True)
class Of:
    """A destination of the open vault, which knows how it is reached."""

    service: BackupService
    destination_id: int

    def backups(self, key: Key, job: Job) -> Sequence[Backup]:
        """Return what lies there, the newest first."""
        return self.service.backups(self.destination_id)

    def restore(
        self, key: Key, backup_id: str, folder: Path, *, keeps_aside: bool, job: Job
    ) -> RestoreReport:
        """Restore one into *folder*."""
        return self.service.restore(
            self.destination_id,
            folder,
            key.password or None,
            recovery_code=key.code,
            backup_id=backup_id,
            keep_aside=keeps_aside,
            job=job,
        )
