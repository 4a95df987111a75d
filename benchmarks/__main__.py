"""Measure Privatus against a plain SQLite on the same messages; print a table, write JSON.

    python -m benchmarks [--messages 1000000] [--only NAME ...] [--json FILE]

docs/benchmarks.md says what is measured, and has the table.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from benchmarks import (
    append_latency,
    backup,
    growth,
    import_speed,
    merging,
    open_speed,
    peers,
    report,
    seal_speed,
    search_latency,
    summaries,
    tagging,
    versions,
    window_analytics,
    window_import,
    window_list,
    window_reader,
    window_search,
    window_start,
)
from benchmarks.lab import Lab
from benchmarks.report import Section

_BENCHMARKS: dict[str, Callable[[Lab], Section]] = {
    "import": import_speed.run,
    "search": search_latency.run,
    "open": open_speed.run,
    "append": append_latency.run,
    "seal": seal_speed.run,
    "tags": tagging.run,
    "summaries": summaries.run,
    "versions": versions.run,
    "merging": merging.run,
    "backup": backup.run,
    "growth": growth.run,
    "peers": peers.run,
    "window-search": window_search.run,
    "window-reader": window_reader.run,
    "window-list": window_list.run,
    "window-start": window_start.run,
    "window-import": window_import.run,
    "window-analytics": window_analytics.run,
}
# All of those whose names begin like this.
_WINDOW = "window"
_DEFAULT_MESSAGES = 1_000_000


def main(arguments: list[str]) -> int:
    """Run what was asked for; return 1 if something that was promised is not met."""
    options = _parser().parse_args(arguments)
    with ExitStack() as stack:
        folder = options.work
        if folder is None:
            temporary = tempfile.TemporaryDirectory(prefix="privatus-benchmarks-")
            folder = Path(stack.enter_context(temporary))
        folder.mkdir(parents=True, exist_ok=True)
        lab = Lab(
            folder=folder.resolve(),
            messages=options.messages,
            repeat=options.repeat,
            given=options.export and options.export.resolve(),
        )
        machine, sections = report.machine(), []
        _print_machine(machine)
        for name in _chosen(options.only):
            started_s = time.perf_counter()
            section = _BENCHMARKS[name](lab)
            sections.append(section)
            print("\n".join(report.markdown(section)), flush=True)
            print(f"({name}: {time.perf_counter() - started_s:.0f} s)", file=sys.stderr, flush=True)
            if options.json:
                # After each, so that a run that is stopped leaves what it found.
                found = {"machine": machine, "sections": [report.as_json(s) for s in sections]}
                options.json.write_text(json.dumps(found, indent=1), encoding="utf-8")
    return int(any(row.is_met is False for section in sections for row in section.rows))


def _chosen(only: list[str] | None) -> list[str]:
    """Return the benchmarks that were asked for, all if none was named."""
    wanted = only or list(_BENCHMARKS)
    return [
        name
        for name in _BENCHMARKS
        if name in wanted or (_WINDOW in wanted and name.startswith(_WINDOW))
    ]


def _print_machine(machine: dict[str, object]) -> None:
    lines = (f"- {name}: {value}" for name, value in machine.items())
    print("\n".join(lines), end="\n\n", flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--messages", type=int, default=_DEFAULT_MESSAGES, metavar="N")
    parser.add_argument("--export", type=Path, metavar="ZIP", help="take this ChatGPT export")
    parser.add_argument("--only", nargs="+", choices=(*_BENCHMARKS, _WINDOW), metavar="NAME")
    parser.add_argument("--repeat", type=int, default=3, help="rounds of each (default 3)")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument(
        "--work", type=Path, metavar="DIR", help="keep exports, vaults and floors here, for reuse"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
