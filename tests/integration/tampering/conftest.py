"""A vault with something of everything, made once and copied for each test that damages it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.filled import filled_vault
from support.vaults import ScratchVault


@pytest.fixture(scope="package")
def original(tmp_path_factory: pytest.TempPathFactory) -> ScratchVault:
    """Return a filled vault, locked, that no test may change."""
    vault = filled_vault(tmp_path_factory.mktemp("original") / "vault")
    vault.vault.lock()
    return vault


@pytest.fixture
def vault(original: ScratchVault, tmp_path: Path) -> Iterator[ScratchVault]:
    """Return a copy of the filled vault, open."""
    copy = original.copy_to(tmp_path / "vault")
    yield copy
    copy.vault.lock()
