"""Fixtures for tests of whole vaults."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.search_archive import archive
from support.vaults import ScratchVault


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[ScratchVault]:
    """Return a new, empty vault, open."""
    scratch = ScratchVault.create(tmp_path / "vault")
    yield scratch
    scratch.vault.lock()


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScratchVault]:
    """Return a vault to search in, open, that no test may change."""
    scratch = ScratchVault.create(tmp_path_factory.mktemp("library") / "vault")
    scratch.bring(*archive())
    yield scratch
    scratch.vault.lock()
