"""Backups of a vault that lie in memory: what the window needs, without disks and without keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from privatus.core.backup import (
    Backup,
    BackupDestination,
    BackupKind,
    BackupProblem,
    DestinationStatus,
    DrillReport,
    Health,
    KeepDecision,
    KeepReason,
    KeepRules,
    PruneReport,
    Schedule,
    TableContents,
    VerifyDepth,
    VerifyReport,
    was_read,
)
from privatus.core.errors import AccessError, UserError
from privatus.core.jobs import Job
from privatus.core.recovery import RecoveryPlace, RecoveryPlan
from support.desk import PASSWORD


def backup(number: int, made_at_ms: int, **said: Any) -> Backup:
    """Return the backup *number*, with what a test wants to be said of it."""
    tables = tuple(
        TableContents(
            name=name, rows=rows, data_bytes=rows * 400, checksum=bytes([rows % 251]) * 32
        )
        for name, rows in (
            *(("annotations", 31), ("attachments", 212), ("audit_log", 1_872)),
            *(("contacts", 17), ("conversations", 1_284), ("messages", 48_211)),
            *(("tags", 42), ("versions", 96)),
        )
    )
    known: dict[str, Any] = {
        "id": f"{number:032x}",
        "sequence": number,
        "made_at_ms": made_at_ms,
        "kind": BackupKind.FULL if number == 1 else BackupKind.INCREMENTAL,
        "total_bytes": 812_000_000 + number * 1_700_000,
        "new_bytes": 812_000_000 if number == 1 else 2_400_000,
        "files": 212,
        "duration_ms": 14_200 if number == 1 else 1_300,
        "host": "ada-laptop",
        "app": "0.9",
        "schema": 31,
        "tables": tables,
    }
    return Backup(**(known | said))


@dataclass
class FakeBackups:
    """The service's methods, on lists; *works* are called in `run`, to wait or to fail."""

    places: dict[int, BackupDestination] = field(default_factory=dict)
    made: dict[int, list[Backup]] = field(default_factory=dict)
    states: dict[int, dict[str, Any]] = field(default_factory=dict)
    problems: tuple[BackupProblem, ...] = ()
    due_ids: list[int] = field(default_factory=list)
    now_ms: int = 0
    work: Any = None
    calls: list[tuple[Any, ...]] = field(default_factory=list)

    def put(self, name: str, location: str, *made: Backup, **said: Any) -> BackupDestination:
        """Have a destination with backups, the newest first, that is as *said*."""
        to = BackupDestination(
            id=len(self.places) + 1,
            name=name,
            location=location,
            schedule=said.pop("schedule", Schedule()),
            keep=said.pop("keep", KeepRules()),
        )
        self.places[to.id], self.made[to.id] = to, list(made)
        self.states[to.id] = said
        return to

    def destinations(self) -> list[BackupDestination]:
        return list(self.places.values())

    def status(self, now_ms: int | None = None) -> list[DestinationStatus]:
        return [self._status(to) for to in self.places.values()]

    def _status(self, to: BackupDestination) -> DestinationStatus:
        made = self.made[to.id]
        known: dict[str, Any] = {
            "destination": to,
            "health": Health.GOOD if made else Health.NEW,
            "backups": len(made),
            "last_backup_at_ms": made[0].made_at_ms if made else None,
            "last_verified_at_ms": max((b.verified_at_ms or 0 for b in made), default=0) or None,
            "last_proven_at_ms": max((b.proven_at_ms or 0 for b in made), default=0) or None,
            "is_last_verified": bool(made) and was_read(made[0]),
            "next_at_ms": None,
        }
        due = {"next_at_ms": 0} if to.id in self.due_ids else {}
        return DestinationStatus(**(known | self.states[to.id] | due))

    def add(
        self,
        name: str,
        location: str,
        *,
        options: Mapping[str, str],
        schedule: Schedule,
        keep: KeepRules,
    ) -> BackupDestination:
        if location.endswith("nowhere"):
            raise UserError("there is no folder there; choose another one")
        self.calls.append(("add", name, location, dict(options)))
        return self.put(name, location, schedule=schedule, keep=keep)

    def change(self, destination_id: int, **said: Any) -> BackupDestination:
        self.calls.append(("change", destination_id, dict(said)))
        said.pop("options", None)
        self.places[destination_id] = replace(self.places[destination_id], **said)
        return self.places[destination_id]

    def remove(self, destination_id: int) -> None:
        del self.places[destination_id]

    def test(
        self, location: str, *, options: Mapping[str, str], destination_id: int | None = None
    ) -> int | None:
        if location.endswith("nowhere"):
            raise UserError("there is no folder there; choose another one")
        return 120_000_000_000

    def run(self, destination_id: int, *, kind: BackupKind | None = None, job: Job) -> Backup:
        self.calls.append(("run", destination_id, kind))
        if self.work is not None:
            self.work(job)
        made = self.made[destination_id]
        new = backup(len(made) + 1, self.now_ms, kind=kind or BackupKind.INCREMENTAL)
        made.insert(0, new)
        self.states[destination_id] = {}
        return new

    def run_due(self, job: Job) -> None:
        for each in list(self.due_ids):
            self.run(each, job=job)
            self.due_ids.remove(each)

    def backups(self, destination_id: int) -> list[Backup]:
        return list(self.made[destination_id])

    def refresh(self, destination_id: int, job: Job) -> None:
        self.calls.append(("refresh", destination_id))

    def verify(self, destination_id: int, depth: VerifyDepth, job: Job) -> VerifyReport:
        self.calls.append(("verify", destination_id, depth))
        return VerifyReport(
            depth=depth,
            at_ms=self.now_ms,
            duration_ms=2_300,
            backups=len(self.made[destination_id]),
            packs=104,
            chunks=51_300,
            read_bytes=812_000_000,
            part=(2, 10) if depth is VerifyDepth.PART else None,
            problems=self.problems,
        )

    def drill(
        self,
        destination_id: int,
        password: str | None,
        *,
        recovery_code: str | None = None,
        backup_id: str | None = None,
        job: Job,
    ) -> DrillReport:
        if password != PASSWORD:
            raise AccessError("that is not the password of this vault; try again")
        made = self.made[destination_id]
        made[0] = replace(made[0], proven_at_ms=self.now_ms)
        return DrillReport(
            backup_id=made[0].id,
            made_at_ms=made[0].made_at_ms,
            at_ms=self.now_ms,
            duration_ms=21_000,
            restored_bytes=made[0].total_bytes,
            tables=31,
            rows=51_765,
            problems=(),
        )

    def pin(self, destination_id: int, backup_id: str, is_pinned: bool) -> None:
        made = self.made[destination_id]
        made[:] = [replace(b, is_pinned=is_pinned) if b.id == backup_id else b for b in made]

    def drop(self, destination_id: int, backup_ids: list[str]) -> None:
        made = self.made[destination_id]
        made[:] = [b for b in made if b.id not in backup_ids]

    def plan(self, destination_id: int, keep: KeepRules | None = None) -> tuple[KeepDecision, ...]:
        rules = keep or self.places[destination_id].keep
        stays = len(self.made[destination_id]) if rules.keeps_all else max(1, rules.last)
        return tuple(
            KeepDecision(
                backup_id=b.id,
                stays=at < stays,
                reasons=(),
                because=((KeepReason.LAST, str(stays)),)
                if at < stays
                else ((KeepReason.NO_RULE_KEEPS_IT, ""),),
            )
            for at, b in enumerate(self.made[destination_id])
        )

    def prune(self, destination_id: int, *, dry_run: bool, job: Job) -> PruneReport:
        plan = self.plan(destination_id)
        going = {each.backup_id for each in plan if not each.stays}
        made = self.made[destination_id]
        made[:] = [b for b in made if b.id not in going]
        return PruneReport(
            decisions=plan, dropped=len(going), freed_bytes=12_000_000, rewritten_bytes=0,
            is_dry_run=dry_run,
        )  # fmt: skip

    def recovery_plan(self) -> RecoveryPlan:
        return RecoveryPlan(
            vault="/home/ada/Letters",
            made_at_ms=self.now_ms,
            places=tuple(
                RecoveryPlace(
                    status=status,
                    newest=next(iter(self.made[status.destination.id]), None),
                    drill=None,
                    longest_gap_ms=None,
                )
                for status in self.status()
            ),
        )
