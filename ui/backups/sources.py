"""Where a restore takes its backups from: a destination of the open vault, or any place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from privatus.core.backup import Backup, RestoreReport
from privatus.core.jobs import Job


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


def can_restore() -> bool:
    """Say whether a vault can be made from a backup here."""
    from privatus.bootstrap import Vault

    return hasattr(Vault, "restore")


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Any place, also on a machine without a vault."""

    location: str
    options: Mapping[str, str] = field(repr=False)

    def backups(self, key: Key, job: Job) -> Sequence[Backup]:
        """Return what lies there, the newest first."""
        from privatus.bootstrap import Vault

        vault: Any = Vault
        found: Sequence[Backup] = vault.list_backups(
            self.location, key.password, recovery_code=key.code, options=self.options, job=job
        )
        return found

    def restore(
        self, key: Key, backup_id: str, folder: Path, *, keeps_aside: bool, job: Job
    ) -> RestoreReport:
        """Restore one into *folder*."""
        from privatus.bootstrap import Vault

        vault: Any = Vault
        report: RestoreReport = vault.restore(
            self.location,
            folder,
            key.password,
            recovery_code=key.code,
            options=self.options,
            backup_id=backup_id,
            keep_aside=keeps_aside,
            job=job,
        )
        return report


@dataclass(frozen=True, slots=True)
class Of:
    """A destination of the open vault, which knows how it is reached."""

    service: Any
    destination_id: int

    def backups(self, key: Key, job: Job) -> Sequence[Backup]:
        """Return what lies there, the newest first."""
        found: Sequence[Backup] = self.service.backups(self.destination_id)
        return found

    def restore(
        self, key: Key, backup_id: str, folder: Path, *, keeps_aside: bool, job: Job
    ) -> RestoreReport:
        """Restore one into *folder*."""
        report: RestoreReport = self.service.restore(
            self.destination_id,
            folder,
            key.password,
            recovery_code=key.code,
            backup_id=backup_id,
            keep_aside=keeps_aside,
            job=job,
        )
        return report
