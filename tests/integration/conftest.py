"""Fixtures for tests of whole vaults."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.vaults import ScratchVault


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[ScratchVault]:
    """Return a new, empty vault, open."""
    scratch = ScratchVault.create(tmp_path / "vault")
    yield scratch
    scratch.vault.lock()
