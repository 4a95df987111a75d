"""A small repository for the tests of backups."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.kept_backups import KeptBackups


@pytest.fixture
def kept(tmp_path: Path) -> KeptBackups:
    """Return a vault without a backup, beside an empty repository."""
    return KeptBackups(tmp_path)
