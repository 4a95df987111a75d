"""The table that a run prints, and the JSON that it writes."""

from __future__ import annotations

import datetime
import os
import platform
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2

from benchmarks.harness import ROOT


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line: what was measured, ours, the floor's, and what was promised."""

    figure: str
    ours: str
    floor: str = ""
    ratio: float | None = None
    wanted: str = ""
    is_met: bool | None = None  # None: nothing was promised


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """What one benchmark found: its rows, what to know about them, and all the numbers."""

    title: str
    rows: Sequence[Row]
    notes: Sequence[str] = ()
    numbers: dict[str, Any] = field(default_factory=dict)
    columns: tuple[str, str, str] = ("figure", "Privatus", "floor")


def markdown(section: Section) -> Iterator[str]:
    """Yield the lines of a section."""
    yield f"### {section.title}"
    yield ""
    yield f"| {' | '.join(section.columns)} | ratio | wanted | |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for row in section.rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        met = {True: "yes", False: "**no**", None: ""}[row.is_met]
        yield f"| {row.figure} | {row.ours} | {row.floor} | {ratio} | {row.wanted} | {met} |"
    yield ""
    for note in section.notes:
        yield f"- {note}"
    if section.notes:
        yield ""


def as_json(section: Section) -> dict[str, Any]:
    return {
        "title": section.title,
        "rows": [asdict(row) for row in section.rows],
        "notes": list(section.notes),
        "numbers": section.numbers,
    }


def machine() -> dict[str, Any]:
    """Return what the figures depend on."""
    return {
        "commit": _commit(),
        "date": datetime.datetime.now(tz=datetime.UTC).isoformat(timespec="seconds"),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load": [round(load, 2) for load in os.getloadavg()],
        "system": platform.platform(),
        "python": platform.python_version(),
        "sqlite of the floor": sqlite3.sqlite_version,
        "sqlite of the vault": sqlcipher3.dbapi2.sqlite_version,
        "arguments": " ".join(sys.argv[1:]),
    }


def _commit() -> str:
    def git(*arguments: str) -> str:
        found = subprocess.run(
            ["git", *arguments],  # noqa: S607 - the person's own git
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        return found.stdout.strip()

    changed = git("status", "--porcelain", "--", "privatus", "schema", "benchmarks")
    return git("rev-parse", "--short", "HEAD") + (" with uncommitted changes" if changed else "")


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()
