"""Privatus, as the benchmarks use it. Each function runs in a process of its own."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from typing import Any

from privatus import Vault
from privatus.vault.kdf import KdfParameters

PASSWORD = "benchmark"  # noqa: S105 - of vaults with made-up chats


def open_vault(folder: str | Path) -> Vault:
    return Vault.open(folder, PASSWORD)


def _cpu_s() -> float:
    """Return the processor time of this process and of those that it has waited for."""
    return sum(os.times()[:4])


def import_export(export: str, folder: str) -> dict[str, Any]:
    """Import into a new vault; the time is from an open vault to a closed one."""
    path = Path(folder)
    shutil.rmtree(path, ignore_errors=True)
    vault = Vault.create(path, PASSWORD, kdf=KdfParameters.for_tests()).vault
    wall_s, cpu_s = time.perf_counter(), _cpu_s()
    report = vault.imports.run(export)
    vault.lock()
    wall_s, cpu_s = time.perf_counter() - wall_s, _cpu_s() - cpu_s
    if report.failed:
        raise SystemExit(report.failed[0].reason)
    total = report.total
    return {
        "wall_s": wall_s,
        "cpu_s": cpu_s,
        "messages": total.messages_new,
        "conversations": total.conversations_new,
        "attachments": total.attachments_new,
        "bytes": sum(p.stat().st_size for p in path.rglob("*.db")),
    }
