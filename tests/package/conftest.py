"""The packaged program, built once for all tests of it."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.packaged import ROOT, Packaged


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the program: PRIVATUS_BUILT, or one that is built now."""
    if named := os.environ.get("PRIVATUS_BUILT"):
        return Path(named).resolve()
    if importlib.util.find_spec("PyInstaller") is None:
        pytest.skip("PyInstaller is not here; the extra `package` brings it")
    if sys.platform == "linux" and shutil.which("objdump") is None:
        pytest.skip("objdump is not here, with which PyInstaller looks into libraries (binutils)")
    places = tmp_path_factory.mktemp("packaged")
    arguments = ("--noconfirm", "--distpath", places / "dist", "--workpath", places / "work")
    run = subprocess.run(
        [sys.executable, "-m", "PyInstaller", *arguments, ROOT / "build.spec"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-4000:]
    return places / "dist" / "privatus"


@pytest.fixture
def packaged(folder: Path, tmp_path: Path) -> Packaged:
    """Return the program as a person has it who has no Python, with a home of its own."""
    return Packaged(folder=folder, home=tmp_path / "home")
