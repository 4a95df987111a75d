"""Fixtures for all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

_SAMPLES = Path(__file__).resolve().parents[2] / "shared" / "samples"


@pytest.fixture(scope="session")
def samples() -> Path:
    """Return the folder of real-shaped exports, which lies outside the project."""
    if not _SAMPLES.is_dir():
        pytest.skip("the sample exports are not here (../shared/samples)")
    return _SAMPLES
