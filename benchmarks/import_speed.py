"""Importing: time, processor, memory and size beside the floor's."""

from __future__ import annotations

from functools import partial
from statistics import median
from typing import Any

from benchmarks import floors, ours
from benchmarks.harness import Run, alternate, call
from benchmarks.lab import Lab
from benchmarks.report import Row, Section

# The floor again, on other libraries.
_WAYS: dict[str, dict[str, Any]] = {
    "plain": {"library": "sqlcipher3"},
    "layer": {"library": "sqlcipher3", "key": True},
}
_MAX_RATIO = 1.4
_MIN_MESSAGES_PER_S = 25_000
_MAX_RSS_MB = 400


def run(lab: Lab) -> Section:
    export = lab.export()
    ways: dict[str, Any] = {
        "floor": partial(
            call, floors.import_export, export=export, path=lab.folder / f"floor-{lab.messages}.db"
        ),
        "vault": partial(
            call, ours.import_export, export=export, folder=lab.folder / f"vault-{lab.messages}"
        ),
    }
    for way, arguments in _WAYS.items():
        path = lab.folder / f"{way}.db"
        ways[way] = partial(call, floors.import_export, export=export, path=path, **arguments)
    runs = alternate(lab.repeat, **ways)
    for way in _WAYS:
        (lab.folder / f"{way}.db").unlink()
    for way in ("vault", "floor"):
        lab.remember_imports(way, lab.messages, runs[way])
    return Section(
        title=f"Import of {runs['vault'][0].result['messages']:,} messages",
        rows=_rows(runs),
        notes=_notes(runs),
        numbers={way: [_numbers(run) for run in found] for way, found in runs.items()},
    )


def _rows(runs: dict[str, list[Run]]) -> list[Row]:
    wall, cpu, size = (
        {way: median(run.result[key] for run in found) for way, found in runs.items()}
        for key in ("wall_s", "cpu_s", "bytes")
    )
    rss = {way: max(run.rss_mb for run in found) for way, found in runs.items()}
    messages = runs["vault"][0].result["messages"]
    # Each beside the run before it: what slowed the machine slowed both.
    ratio = median(
        v.result["wall_s"] / f.result["wall_s"]
        for v, f in zip(runs["vault"], runs["floor"], strict=True)
    )
    speed = messages / wall["vault"]
    rows = [
        Row(
            figure="wall time", ours=f"{wall['vault']:.1f} s", floor=f"{wall['floor']:.1f} s",
            ratio=ratio, wanted=f"at most {_MAX_RATIO} times the floor", is_met=ratio <= _MAX_RATIO,
        ),
        Row(
            figure="messages a second", ours=f"{speed:,.0f}",
            floor=f"{messages / wall['floor']:,.0f}", ratio=speed * wall["floor"] / messages,
            wanted=f"{_MIN_MESSAGES_PER_S:,} on two cores", is_met=speed >= _MIN_MESSAGES_PER_S,
        ),
        Row(
            figure="processor time", ours=f"{cpu['vault']:.1f} s", floor=f"{cpu['floor']:.1f} s",
            ratio=cpu["vault"] / cpu["floor"],
        ),
        Row(
            figure="peak memory", ours=f"{rss['vault']:.0f} MB", floor=f"{rss['floor']:.0f} MB",
            ratio=rss["vault"] / rss["floor"], wanted=f"under {_MAX_RSS_MB} MB",
            is_met=rss["vault"] < _MAX_RSS_MB,
        ),
        Row(
            figure="size with the index", ours=f"{size['vault'] / messages:.0f} B a message",
            floor=f"{size['floor'] / messages:.0f} B", ratio=size["vault"] / size["floor"],
            wanted="no larger than the floor", is_met=size["vault"] <= size["floor"],
        ),
    ]  # fmt: skip
    return rows + _rows_of_other_floors(wall)


def _rows_of_other_floors(wall: dict[str, float]) -> list[Row]:
    return [
        Row(
            figure=f"the floor with {what}, wall time", ours=f"{wall['vault']:.1f} s",
            floor=f"{wall[way]:.1f} s", ratio=wall["vault"] / wall[way],
        )
        for way, what in (("plain", "the vault's SQLite"), ("layer", "SQLCipher, one layer"))
    ]  # fmt: skip


def _notes(runs: dict[str, list[Run]]) -> list[str]:
    first = runs["vault"][0].result
    notes = [
        "Size is of the database and index files; files that came with the chats are left out"
        " on both sides."
    ]
    if first["attachments"]:
        notes.append(
            f"The vault also sealed and stored {first['attachments']:,} attachments, of which the"
            " floor wrote the names only."
        )
    if first["messages"] != runs["floor"][0].result["messages"]:
        notes.append("**The vault and the floor do not hold the same number of messages.**")
    return notes


def _numbers(run: Run) -> dict[str, Any]:
    return {**run.result, "rss_mb": run.rss_mb, "process_wall_s": run.wall_s}
