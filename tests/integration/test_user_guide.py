"""The Python that the user guide shows, run as it stands there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from support.chatgpt_chats import chat, write_chats
from support.command_line import ROOT
from support.vaults import PASSWORD, ScratchVault

_PROGRAM = re.compile(r"## From Python\n\n```python\n(.*?)```", re.DOTALL)


def _program(vault: ScratchVault, password: str) -> str:
    guide = (ROOT / "docs" / "user-guide.md").read_text(encoding="utf-8")
    found = _PROGRAM.search(guide)
    assert found is not None
    vault.vault.lock()
    return found[1].replace("/path/to/vault", str(vault.folder)).replace("the password", password)


def test_the_program_of_the_guide_imports_and_finds(
    vault: ScratchVault,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "more").mkdir()
    write_chats(tmp_path / "more" / "c.json", chat("Locks", "About key rotation", "Every year"))

    exec(_program(vault, PASSWORD))  # noqa: S102 - our own guide

    told = capsys.readouterr().out.splitlines()
    assert told[0] == "1 new"
    assert told[1].startswith("export.zip there is no file")
    assert told[2].startswith("Locks ") and told[3] == "2 messages"


def test_the_program_of_the_guide_says_that_a_password_is_wrong(
    vault: ScratchVault, capsys: pytest.CaptureFixture[str]
) -> None:
    exec(_program(vault, "not this one"))  # noqa: S102 - our own guide

    assert capsys.readouterr().out == "the password is wrong (access)\n"
