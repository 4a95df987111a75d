"""Runs a function in a process of its own, and says what it cost; and the statistics.

    python -m benchmarks.harness MODULE:FUNCTION ARGUMENTS-AS-JSON RESULT-FILE

is what a child process is started as.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one process took, from its start to its end, with its own children."""

    wall_s: float
    cpu_s: float
    rss_mb: float
    exit_code: int
    result: Any = None
    output: str = ""


def command(
    arguments: Sequence[str | Path],
    *,
    environment: Mapping[str, str] | None = None,
    limit_s: float = 3600,
) -> Run:
    """Run a program to its end; one that takes longer than *limit_s* is stopped."""
    with tempfile.TemporaryFile() as output:
        started_s = time.perf_counter()
        process = subprocess.Popen(
            [str(a) for a in arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
            cwd=ROOT,
        )
        usage, rss_mb = _wait(process, started_s + limit_s)
        wall_s = time.perf_counter() - started_s
        output.seek(0)
        text = output.read().decode("utf-8", "replace")
    return Run(
        wall_s=wall_s,
        cpu_s=usage.ru_utime + usage.ru_stime,
        rss_mb=rss_mb,
        exit_code=process.returncode,
        output=text,
    )


def _wait(process: subprocess.Popen[bytes], until_s: float) -> tuple[Any, float]:
    """Return the resource usage of the process with what it waited for, and its peak memory.

    The peak is the sum of the peaks of the process and of all below it: never too little.
    """
    peaks_kib: dict[int, int] = {}
    while True:
        _note_peaks(process.pid, peaks_kib)
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            # Popen does not know that its process has been waited for.
            process.returncode = os.waitstatus_to_exitcode(status)
            return usage, max(usage.ru_maxrss, sum(peaks_kib.values())) / 1024
        if time.perf_counter() > until_s:
            process.kill()
        time.sleep(0.005)


def _note_peaks(pid: int, peaks_kib: dict[int, int]) -> None:
    """Note the most memory that a process and those below it ever had, as long as they live."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                peaks_kib[pid] = int(line.split()[1])
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                _note_peaks(int(child), peaks_kib)


def call(function: Callable[..., Any], **arguments: Any) -> Run:
    """Run *function* in a new process and return what it cost, with its result.

    Raises:
        RuntimeError: it failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder, "result.json")
        name = f"{function.__module__}:{function.__name__}"
        given = json.dumps(arguments, default=str)
        run = command([sys.executable, "-m", "benchmarks.harness", name, given, result])
        if run.exit_code:
            raise RuntimeError(f"{name} failed:\n{run.output}")
        value = json.loads(result.read_bytes())
    return Run(wall_s=run.wall_s, cpu_s=run.cpu_s, rss_mb=run.rss_mb, exit_code=0, result=value)


def alternate(repeat: int, **ways: Callable[[], Any]) -> dict[str, list[Any]]:
    """Call each of *ways* in turn, *repeat* times: what slows the machine slows all of them."""
    found: dict[str, list[Any]] = {name: [] for name in ways}
    for _ in range(repeat):
        for name, way in ways.items():
            found[name].append(way())
    return found


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that *share* of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How long many of the same took."""

    median: float
    p95: float
    p99: float
    max: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        return cls(
            median=median(values),
            p95=percentile(values, 0.95),
            p99=percentile(values, 0.99),
            max=max(values),
        )

    def __str__(self) -> str:
        return f"{_short(self.median)} / {_short(self.p95)} / {_short(self.max)}"


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def write_out(path: Path) -> None:
    """Let the system write a new file or folder to the disk: else who syncs first waits for it."""
    for descriptor in _descriptors(path):
        os.fsync(descriptor)


def forget_cached_pages(path: Path) -> None:
    """Let the system drop what it keeps of a file or folder in memory, as far as it will."""
    for descriptor in _descriptors(path):
        os.fsync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)


def _descriptors(path: Path) -> Iterator[int]:
    for file in [path] if path.is_file() else path.rglob("*"):
        if file.is_file():
            with file.open("rb") as stream:
                yield stream.fileno()


def _main(name: str, arguments: str, result: str) -> None:
    module, function = name.split(":")
    if not module.startswith("benchmarks."):
        raise SystemExit("only functions of benchmarks are run")
    value = getattr(importlib.import_module(module), function)(**json.loads(arguments))
    Path(result).write_text(json.dumps(value), encoding="utf-8")


if __name__ == "__main__":
    _main(*sys.argv[1:])
