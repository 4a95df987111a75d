"""Killing a program, or failing one of its system calls, at a chosen place (strace, Linux).

A program is run once to see its calls, then once more for each of them with a fault planted there.
Each thread's calls are counted by themselves: a fault meets the first thread that comes so far.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[2]
# The same calls in the same order each time: no bytecode written, one order of hashes.
_ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "PYTHONPATH": f"{_ROOT}:{_ROOT / 'tests'}",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
}
_STRACE = shutil.which("strace") or ""
_CALL = re.compile(r"^(\d*) *(\w+)\((.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """The *number*-th call by this name that a thread of the program makes, counted from 1."""

    name: str
    number: int
    arguments: str


def require_strace() -> None:
    """Skip the test, with the reason, where faults cannot be planted."""
    if reason := missing():
        pytest.skip(reason)


@cache
def missing() -> str:
    """Return why faults cannot be planted here, "" if they can."""
    if not _STRACE:
        return "no faults planted: strace is not installed"
    probe = subprocess.run(
        [_STRACE, "-o", os.devnull, "-e", "trace=none", sys.executable, "-c", ""],
        capture_output=True,
        check=False,
    )
    return "no faults planted: this machine forbids ptrace" if probe.returncode else ""


def calls(script: str, names: Sequence[str], log: Path, *, start: str) -> list[Call]:
    """Return the calls by *names* that *script* makes, from the first that mentions *start*."""
    done = _strace(script, ["-e", f"trace={','.join(names)}", "-o", str(log), "-s", "200"])
    assert done.returncode == 0, done.stderr
    counts: Counter[tuple[str, str]] = Counter()
    found: list[Call] = []
    for line in log.read_text(encoding="utf-8").splitlines():
        if match := _CALL.match(line):
            thread, name, arguments = match.groups()
            counts[thread, name] += 1
            if found or start in arguments:
                number = counts[thread, name]
                found.append(Call(name=name, number=number, arguments=arguments))
    return found


def run_killed_at(script: str, call: Call) -> subprocess.CompletedProcess[str]:
    """Run *script* and kill it (SIGKILL) as it enters *call*."""
    return _run_with(script, call, "signal=SIGKILL")


def run_failing_at(script: str, call: Call, error: str) -> subprocess.CompletedProcess[str]:
    """Run *script* with *call* failing with *error* (ENOSPC, EIO)."""
    return _run_with(script, call, f"error={error}")


def start(script: str) -> subprocess.Popen[str]:
    """Start *script* by itself, with pipes for what it says."""
    return subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=_ROOT,
        env=_ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _run_with(script: str, call: Call, fault: str) -> subprocess.CompletedProcess[str]:
    inject = f"inject={call.name}:{fault}:when={call.number}"
    return _strace(script, ["-e", f"trace={call.name}", "-e", inject, "-o", os.devnull])


def _strace(script: str, options: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [_STRACE, "-f", *options, sys.executable, "-c", script],
        cwd=_ROOT,
        env=_ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
