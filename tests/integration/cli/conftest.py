"""A vault with three chats, made once and copied for each test."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from privatus import Vault
from privatus.vault.kdf import KdfParameters
from support.chatgpt_chats import chat, write_chats
from support.command_line import PASSWORD, CommandLine


@pytest.fixture(scope="session")
def filled_vault(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a vault that no test may change."""
    folder = tmp_path_factory.mktemp("filled")
    export = write_chats(
        folder / "conversations.json",
        chat("Sourdough", "My bread is flat", "Proof it cold", "Thanks", other_answer="Use a tin"),
        chat("Key rotation", "How do I rotate a key?", "Wrap it again"),
        chat("\x1b[31mRed\x07 title\u202e", "evil \x1b]0;owned\x07 text \x9b2J", "harmless"),
    )
    with Vault.create(folder / "vault", PASSWORD, kdf=KdfParameters.for_tests()).vault as vault:
        vault.imports.run(export)
    return folder / "vault"


@pytest.fixture(scope="session")
def large_vault(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a vault with 2,500 chats, which no test may change."""
    folder = tmp_path_factory.mktemp("large")
    text = "a word here and there, and the same again in every chat " * 5
    chats = (chat(f"Chat {number}", text, text) for number in range(2_500))
    export = write_chats(folder / "conversations.json", *chats)
    with Vault.create(folder / "vault", PASSWORD, kdf=KdfParameters.for_tests()).vault as vault:
        vault.imports.run(export)
    return folder / "vault"


@pytest.fixture
def large_cli(large_vault: Path, tmp_path: Path) -> CommandLine:
    """Return a command line on a copy of the large vault."""
    shutil.copytree(large_vault, tmp_path / "vault")
    return _command_line(tmp_path)


@pytest.fixture
def cli(filled_vault: Path, tmp_path: Path) -> CommandLine:
    """Return a command line on a copy of the filled vault."""
    shutil.copytree(filled_vault, tmp_path / "vault")
    return _command_line(tmp_path)


@pytest.fixture
def empty_cli(tmp_path: Path) -> CommandLine:
    """Return a command line whose vault is yet to be made."""
    return _command_line(tmp_path)


def _command_line(folder: Path) -> CommandLine:
    password_file = folder / "password"
    password_file.write_text(f"{PASSWORD}\nsecond line\n", encoding="utf-8")
    password_file.chmod(0o600)
    return CommandLine(vault=folder / "vault", password_file=password_file)
