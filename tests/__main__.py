"""All checks, one after the other: `python tests`, with what stands behind it given to pytest.

Runs in the environment of the Python that runs it; README.md says how to make a fresh one.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
# import-linter has a command, but no module to run.
_LINT_IMPORTS = "from importlinter.cli import lint_imports_command as main; main()"
# Each in a process of its own.
_BESIDE = ("tests/gui", "tests/fault", "tests/integration")


def main(pytest_arguments: list[str]) -> int:
    """Run every check, also after one that failed, and return the exit code for all of them."""
    checks: dict[str, Callable[[], int]] = {
        "ruff": partial(_run, "-m", "ruff", "check", "--quiet"),
        "format": partial(_run, "-m", "ruff", "format", "--check", "--quiet"),
        "layers": partial(_run, "-c", _LINT_IMPORTS, "--no-logo"),
        "types": partial(_run, "-m", "mypy"),
        "tests": partial(_test, pytest_arguments),
    }
    results: dict[str, tuple[int, float]] = {}
    for name, check in checks.items():
        print(f"\n== {name}", flush=True)
        started_at_s = time.monotonic()
        code = check()
        results[name] = (code, time.monotonic() - started_at_s)
    print()
    for name, (code, seconds) in results.items():
        print(f"{name:<8}{'ok' if code == 0 else f'FAILED ({code})':<12}{seconds:6.1f} s")
    return 0 if all(code == 0 for code, _ in results.values()) else 1


def _run(*arguments: str, env: dict[str, str] | None = None) -> int:
    return subprocess.run([sys.executable, *arguments], cwd=_ROOT, env=env, check=False).returncode


def _test(arguments: list[str]) -> int:
    """Run the tests that *arguments* name; without, all of them in four processes at once.

    Many of them wait more than they work. What those beside say comes when the others are done.
    """
    pytest = ["-m", "pytest", "-q", "-ra"]
    if arguments:
        # Of a part of the tests, coverage says nothing, and hides what failed behind its pages.
        return _run(*pytest, *arguments)
    pytest += ["--cov", "--cov-report="]
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        beside = []
        for number, tests in enumerate(_BESIDE):
            said = stack.enter_context(Path(folder, f"said-{number}").open("w+b"))
            process = subprocess.Popen(
                [sys.executable, *pytest, tests],
                cwd=_ROOT,
                env=_covered_in(folder, f"beside-{number}"),
                stdout=said,
                stderr=subprocess.STDOUT,
            )
            beside.append((tests, process, said))
        ignored = (f"--ignore={tests}" for tests in _BESIDE)
        code = _run(*pytest, *ignored, env=_covered_in(folder, "others"))
        for tests, process, said in beside:
            # Of a process that was killed the code is below zero.
            code = process.wait() or code
            said.seek(0)
            print(f"\n-- {tests}\n{said.read().decode('utf-8', 'replace')}", flush=True)
        _run("-m", "coverage", "combine", "--quiet", *map(str, Path(folder).glob("cov-*")))
    _run("-m", "coverage", "report")
    return code


def _covered_in(folder: str, name: str) -> dict[str, str]:
    return {**os.environ, "COVERAGE_FILE": str(Path(folder, f"cov-{name}"))}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
