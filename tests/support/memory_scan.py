"""Looking for keys in the memory of another process (Linux)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[2]
# Keys come over the pipe with this on them: else the pipe's own buffers would be found.
_MASK = 0xA5


def masked(secret: bytes | bytearray) -> str:
    """Return *secret* as a process may print it without leaving a copy of it."""
    return "".join(f"{byte ^ _MASK:02x}" for byte in secret)


def copies(script: str) -> list[int]:
    """Run *script*, which prints masked secrets and "ready"; count each in its memory."""
    if sys.platform != "linux":
        pytest.skip("memory is scanned through /proc, which only Linux has")
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=_ROOT,
        env={"PYTHONPATH": f"{_ROOT}:{_ROOT / 'tests'}"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        lines = list(iter(lambda: process.stdout.readline().strip(), "ready"))
        try:
            return _count(
                [bytes(b ^ _MASK for b in bytes.fromhex(line)) for line in lines], process
            )
        finally:
            process.kill()


def _count(needles: list[bytes], process: subprocess.Popen[str]) -> list[int]:
    counts = [0] * len(needles)
    try:
        for region in _regions(process.pid):
            counts = [n + region.count(needle) for n, needle in zip(counts, needles, strict=True)]
    except PermissionError:
        pytest.skip("this machine does not let us read a child's memory")
    return counts


def _regions(pid: int) -> Iterator[bytes]:
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text(encoding="utf-8").splitlines():
            span, rights = line.split(maxsplit=2)[:2]
            if not rights.startswith("rw"):
                continue
            start, end = (int(part, 16) for part in span.split("-"))
            memory.seek(start)
            yield memory.read(end - start)
