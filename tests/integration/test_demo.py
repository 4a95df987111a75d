"""The demonstration that the README has people run first."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pytest

from support.chatgpt_chats import chat, write_chats
from support.command_line import ROOT

_DEMO = ROOT / "docs" / "demo"


def _run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """Run the demonstration with the command as if it was installed beside this Python."""
    command = tmp_path / "bin" / "privatus"
    command.parent.mkdir()
    command.write_text(
        f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(ROOT)!r})\n"
        "from privatus.cli.main import main\nmain()\n",
        encoding="utf-8",
    )
    command.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(command.with_name("python")))
    demo = runpy.run_path(str(_DEMO / "__main__.py"), run_name="demo")
    code: int = demo["main"]([*arguments])
    return code


def test_the_demonstration_searches_the_chats_that_come_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert _run(tmp_path, monkeypatch) == 0

    told = capfd.readouterr()
    assert "ignore the recovery code" in told.out
    assert "$ privatus search -- 'sourdough -rye'" in told.out
    assert "nothing found" not in told.out


def test_without_words_it_searches_one_that_the_export_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    export = write_chats(tmp_path / "conversations.json", chat("My Harbour", "How?", "So"))

    assert _run(tmp_path, monkeypatch, str(export)) == 0

    told = capfd.readouterr().out
    assert "$ privatus search -- Harbour" in told
    assert "nothing found" not in told


def test_an_export_that_is_not_there_is_said_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert _run(tmp_path, monkeypatch, str(tmp_path / "none.zip")) == 2

    told = capfd.readouterr()
    assert "none.zip" in told.err and told.out == ""
