"""Proves backups by restoring them, and keeps what was found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

import msgspec

from privatus.backup.repository import Snapshot
from privatus.core.backup import DrillReport
from privatus.core.jobs import Job
from privatus.services.backups import drills, harm, mirror, restoring
from privatus.services.backups.repositories import Repositories
from privatus.services.backups.scratch import scratch
from privatus.services.integrity import CheckReport, IntegrityService
from privatus.services.journal.noting import noted
from privatus.storage.store import Store

DRILL = "drill"
DRILLED = "restore drill"


class Checkable(Protocol):
    """A vault that is open, as far as a drill looks at it."""

    integrity: IntegrityService


# Opens the vault in a folder with a password or a recovery code.
OpenVault = Callable[[Path, str | None, str | None], AbstractContextManager[Checkable]]


class Proving:
    """Restore drills of the open vault's backups."""

    def __init__(
        self, store: Store, repositories: Repositories, folder: Path, open_vault: OpenVault
    ) -> None:
        self._store = store
        self._repositories = repositories
        self._folder = folder
        self._open_vault = open_vault

    @noted("drill")
    def drill(
        self,
        destination_id: int,
        password: str | None,
        recovery_code: str | None,
        backup_id: str | None,
        job: Job,
    ) -> DrillReport:
        """Restore a backup into a scratch place with a secret alone; keep what was found.

        Raises:
            AccessError: the password or the code is wrong.
            UserError: there is no such backup.
            UnreachableError, DestinationError: the repository does not answer.
            DeviceError: there is no room for it.
            JobCancelled: the person stopped it.
        """
        self._store.require_writable()
        said = self._repositories.destination(destination_id).details

        @contextmanager
        def check(folder: Path, job: Job) -> Iterator[Callable[[], CheckReport]]:
            with self._open_vault(folder, password, recovery_code) as vault:
                yield lambda: vault.integrity.check(job=job)

        with (
            restoring.opened_with_secret(
                said.location, password, recovery_code, said.options, job
            ) as opened,
            scratch(self._folder) as place,
        ):
            snapshot = restoring.choose(opened.repository, backup_id, None)
            report = drills.drill(opened, snapshot, place, check, job)
        self._keep(destination_id, snapshot, report)
        return report

    def drills(self, destination_id: int) -> list[DrillReport]:
        """Return what the drills of a destination's backups found, the newest first."""
        with self._store.snapshot() as tables:
            return tables.backups.checks.of(destination_id, DRILL, DrillReport)

    def _keep(self, destination_id: int, snapshot: Snapshot, report: DrillReport) -> None:
        with self._store.transaction() as tables:
            mirror.take_in(tables.backups.metadata, destination_id, [snapshot], None)
            tables.backups.checks.append(destination_id, DRILL, report.at_ms, report)
            tables.audit.append(
                DRILLED, {"backup": report.backup_id, "problems": len(report.problems)}
            )
            stored = tables.backups.destinations.get(destination_id)
            state = harm.after_drill(stored.state, report)
            if state != stored.state:
                tables.backups.destinations.update(msgspec.structs.replace(stored, state=state))
            for known in tables.backups.metadata.of(destination_id):
                if known.backup_id == report.backup_id and not report.problems:
                    proven = msgspec.structs.replace(known, proven_at_ms=report.at_ms)
                    tables.backups.metadata.put(proven)
