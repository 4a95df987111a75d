"""The program in one folder does what the installed one does, on a machine without Python."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from support.chatgpt_chats import chat, write_chats
from support.packaged import ROOT, Packaged
from ui.instance import Instance

_DEMO = ROOT / "docs" / "demo" / "conversations.json"
_MOST_BYTES = 175_000_000
_LARGE_BYTES = 16 * 1024 * 1024
_linux = pytest.mark.skipif(sys.platform != "linux", reason="Linux says what a process has open")


def test_it_is_smaller_than_175_megabytes(packaged: Packaged) -> None:
    files = [p for p in packaged.folder.rglob("*") if p.is_file() and not p.is_symlink()]

    assert sum(path.stat().st_size for path in files) < _MOST_BYTES


def test_the_command_imports_searches_and_exports(packaged: Packaged, tmp_path: Path) -> None:
    packaged.run("import", _DEMO)

    found = json.loads(packaged.run("search", "sourdough -rye", "--json"))
    packaged.run("export", tmp_path / "out", "--format", "html")

    assert found["total"] > 0
    assert list((tmp_path / "out").rglob("*.html"))
    assert json.loads(packaged.run("check", "--json"))["ok"]


def test_the_help_is_there(packaged: Packaged) -> None:
    assert "Keep your AI chats in one encrypted archive" in packaged.run("--help")
    assert "--password-file" in packaged.run("import", "--help")


def test_a_wrong_word_is_a_sentence_and_an_exit_code(packaged: Packaged) -> None:
    process = packaged.start("imprt")
    _, errors = process.communicate(timeout=60)

    assert process.returncode == 2
    assert "did you mean 'import'" in errors


def test_the_window_unlocks_imports_searches_and_locks(packaged: Packaged) -> None:
    said = packaged.run("--self-test", _DEMO).splitlines()

    assert {"imported 3 chats", "found messages", "drew a formula"} <= set(said)
    assert said[-1] == "all of it works"
    # What it did was done elsewhere.
    assert not packaged.vault.exists()


@_linux
def test_a_large_export_is_read_by_a_second_process_of_the_same_program(
    packaged: Packaged, tmp_path: Path
) -> None:
    words = "a word here and there, and the same again in every chat " * 90
    chats = [chat(f"Chat {number}", words, f"answer {number}") for number in range(4_000)]
    export = write_chats(tmp_path / "conversations.json", *chats)
    assert export.stat().st_size > _LARGE_BYTES

    process = packaged.start("import", export, "--json")
    seen: set[bytes] = set()
    while process.poll() is None:
        seen |= _command_lines_of_children(process.pid)
        time.sleep(0.01)
    report = json.loads(process.communicate()[0])

    assert seen == {os.fsencode(packaged.program) + b"\0--read-export\0"}
    assert report["conversations"]["new"] == 4_000


def _command_lines_of_children(pid: int) -> set[bytes]:
    found = set()
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in _read(task).split():
            command = _read(Path("/proc", child.decode(), "cmdline"))
            # Nothing until it has become another program.
            if b"--" in command:
                found.add(command)
    return {command for command in found if b"--json" not in command}


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


@_linux
def test_the_window_needs_nothing_of_another_python_and_ends_when_told(
    packaged: Packaged,
) -> None:
    packaged.run("init")
    process = packaged.start()
    deadline_s = time.monotonic() + 60
    # The last that it does before a person can type: it answers for its vault.
    while not Instance(packaged.vault).call() and time.monotonic() < deadline_s:
        time.sleep(0.05)
    maps = Path(f"/proc/{process.pid}/maps").read_text()
    loaded = {line.split()[-1] for line in maps.splitlines() if "/" in line}
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)

    elsewhere = {path for path in loaded if not path.startswith(str(packaged.folder))}
    assert any("libqoffscreen" in path for path in loaded)
    assert [path for path in elsewhere if "python" in path or "PySide6" in path] == []
    assert process.returncode == 0


@_linux
def test_no_library_of_qt_lacks_another(folder: Path) -> None:
    libraries = [path for path in folder.rglob("*.so*") if not path.is_symlink()]
    there = {path.name for path in libraries}

    lacking = {
        f"{path.name} needs {needed}"
        for path in libraries
        for needed in _needed(path)
        if needed.startswith("libQt6") and needed not in there
    }

    assert "libQt6Widgets.so.6" in there
    assert lacking == set()


def _needed(library: Path) -> list[str]:
    run = subprocess.run(
        ["objdump", "-p", library],  # noqa: S607 - PyInstaller has found it
        capture_output=True,
        text=True,
        check=True,
    )
    return [line.split()[1] for line in run.stdout.splitlines() if "NEEDED" in line]


@_linux
def test_it_is_installed_for_a_desktop_and_installed_again(
    packaged: Packaged, tmp_path: Path
) -> None:
    prefix = tmp_path / "a prefix"
    for _ in range(2):
        subprocess.run(
            [ROOT / "packaging" / "install", prefix, packaged.folder],
            check=True,
            capture_output=True,
        )

    entry = (prefix / "share/applications/org.privatus.Privatus.desktop").read_text()
    program = prefix / "bin" / "privatus"
    assert f'\nExec="{program}"\n' in entry
    assert (prefix / "share/icons/hicolor/scalable/apps/org.privatus.Privatus.svg").is_file()
    assert not (prefix / "lib/privatus.new").exists()
    run = subprocess.run(
        [program, "--version"], env=packaged.environment, capture_output=True, check=True
    )
    assert run.stdout.startswith(b"privatus ")
