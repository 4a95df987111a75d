"""What a screen reader is told, over the desktop's bus, by the window on a real X server."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from support.desk import make_vault

_ROOT = Path(__file__).resolve().parents[2]
_LAUNCHER = Path("/usr/libexec/at-spi-bus-launcher")
_SYSTEM_PYTHON = "/usr/bin/python3"
_READER = _ROOT / "tests" / "support" / "at_spi_reader.py"
_EXPORT = _ROOT / "docs" / "demo" / "conversations.json"
# The bus of the session, the bus of the screen readers, a screen, and then the reader itself.
_SESSION = """
    exec 3>&1
    "$LAUNCHER" --launch-immediately & bus=$!
    exec 4< <(exec Xvfb -displayfd 1 -screen 0 1280x900x24 -nolisten tcp 2>/dev/null); screen=$!
    read -r number <&4
    DISPLAY=:$number "$@" >&3; code=$?
    kill $bus $screen
    exit $code
"""


def _lacking() -> str:
    """Return what is not here of all that this needs."""
    for tool in ("dbus-run-session", "Xvfb", _SYSTEM_PYTHON, str(_LAUNCHER)):
        if shutil.which(tool) is None:
            return tool
    load = "import gi; gi.require_version('Atspi', '2.0'); from gi.repository import Atspi"
    run = subprocess.run([_SYSTEM_PYTHON, "-c", load], capture_output=True, check=False)
    return "gir1.2-atspi-2.0 with python3-gi" if run.returncode else ""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[list[Any]]]:
    """Return what is told of an open vault, and of the same window when it is locked."""
    if lacking := _lacking():
        pytest.skip(f"{lacking} is not here")
    folder = tmp_path_factory.mktemp("at-spi")
    make_vault(folder / "vault", lambda vault: vault.imports.run(_EXPORT))
    program = (sys.executable, "-m", "support.at_spi_program", folder / "vault")
    run = subprocess.run(
        ["dbus-run-session", "--", "bash", "-c", _SESSION, "-", _SYSTEM_PYTHON, _READER, *program],  # noqa: S607 - wherever it is
        env=os.environ
        | {
            "HOME": str(folder),
            "LAUNCHER": str(_LAUNCHER),
            "PYTHONPATH": f"{_ROOT}:{_ROOT / 'tests'}",
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
            "QT_QPA_PLATFORM": "xcb",
        },
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    found: dict[str, list[list[Any]]] = json.loads(run.stdout.splitlines()[-1])
    return found


def test_each_message_is_one_item_that_says_who_spoke(told: dict[str, list[list[Any]]]) -> None:
    items = [name for role, name, *_ in told["opened"] if role == "list item"]

    assert ("list", "Messages") in {(role, name) for role, name, *_ in told["opened"]}
    assert any(item.startswith("You: ") for item in items)


def test_nothing_that_takes_the_focus_is_without_a_name(told: dict[str, list[list[Any]]]) -> None:
    focusable = [(role, name) for role, name, is_focusable, _ in told["opened"] if is_focusable]

    assert len(focusable) > 8
    assert [role for role, name in focusable if not name.strip()] == []


def test_after_locking_nothing_of_the_vault_is_told(told: dict[str, list[list[Any]]]) -> None:
    said = " ".join(f"{name} {text}" for _, name, _, text in told["locked"]).casefold()

    assert "password" in said
    assert [word for word in ("sourdough", "rye", "dough", "scan_") if word in said] == []
