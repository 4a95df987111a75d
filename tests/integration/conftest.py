"""Fixtures for tests of whole vaults."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.conversations import attachment, conversation, message
from support.filled import fill
from support.next_release import next_release
from support.search_archive import archive
from support.vaults import ScratchVault


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[ScratchVault]:
    """Return a new, empty vault, open."""
    scratch = ScratchVault.create(tmp_path / "vault")
    yield scratch
    scratch.vault.lock()


@pytest.fixture
def filled(vault: ScratchVault) -> ScratchVault:
    """Return a vault that holds something of everything."""
    fill(vault)
    return vault


@pytest.fixture
def moved_on(vault: ScratchVault) -> ScratchVault:
    """Return a vault, locked, that the next release has brought up to date and written to."""
    fill(vault)
    vault.vault.lock()
    files = (attachment("later.txt", b"a later file"),)
    with next_release():
        vault.reopen()
        later = conversation(message(1, "It came later", attachments=files), external_id="later")
        vault.bring(later, name="later")
        vault.vault.lock()
    return vault


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScratchVault]:
    """Return a vault to search in, open, that no test may change."""
    scratch = ScratchVault.create(tmp_path_factory.mktemp("library") / "vault")
    scratch.bring(*archive())
    yield scratch
    scratch.vault.lock()
