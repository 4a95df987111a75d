"""All checks, one after the other: `python tests`, with what stands behind it given to pytest.

Runs in the environment of the Python that runs it; README.md says how to make a fresh one.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
# import-linter has a command, but no module to run.
_LINT_IMPORTS = "from importlinter.cli import lint_imports_command as main; main()"


def main(pytest_arguments: list[str]) -> int:
    """Run every check, also after one that failed, and return the exit code for all of them."""
    # Of a part of the tests, coverage says nothing, and hides what failed behind its pages.
    coverage = [] if pytest_arguments else ["--cov"]
    checks = {
        "ruff": ["-m", "ruff", "check", "--quiet"],
        "format": ["-m", "ruff", "format", "--check", "--quiet"],
        "layers": ["-c", _LINT_IMPORTS, "--no-logo"],
        "types": ["-m", "mypy"],
        "tests": ["-m", "pytest", "-q", "-ra", *coverage, *pytest_arguments],
    }
    results: dict[str, tuple[int, float]] = {}
    for name, arguments in checks.items():
        print(f"\n== {name}", flush=True)
        started_at_s = time.monotonic()
        code = subprocess.run([sys.executable, *arguments], cwd=_ROOT, check=False).returncode
        results[name] = (code, time.monotonic() - started_at_s)
    print()
    for name, (code, seconds) in results.items():
        print(f"{name:<8}{'ok' if code == 0 else f'FAILED ({code})':<12}{seconds:6.1f} s")
    return 0 if all(code == 0 for code, _ in results.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
