"""What the run of all checks makes of tests that do not come to their end."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pytest

_TESTS = Path(__file__).resolve().parents[1]


@pytest.mark.skipif(sys.platform == "win32", reason="stands in for Python with a shell script")
@pytest.mark.parametrize(
    "killed", [" tests/gui", " tests/fault", " tests/integration", "--ignore=tests/integration"]
)
def test_tests_that_were_killed_have_failed(
    killed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\ncase "$*" in *"{killed}") kill -9 $$ ;; esac\n')
    python.chmod(0o700)
    run_all = runpy.run_path(str(_TESTS / "__main__.py"))["main"]
    monkeypatch.setattr(sys, "executable", str(python))

    assert run_all([]) != 0
