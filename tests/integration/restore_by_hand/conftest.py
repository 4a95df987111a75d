"""A repository by the second writer, and the reader for people without Privatus."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import restoring
from support.backup_writer import Writer
from support.headers import HeaderVault
from support.restoring import Bench, made_up_vault, writer_of


@pytest.fixture
def bench(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Bench:
    return Bench(folder=tmp_path, module=restoring.reader(), capsys=capsys)


@pytest.fixture
def made_up(tmp_path: Path) -> HeaderVault:
    return made_up_vault(tmp_path / "vault")


@pytest.fixture
def writer(made_up: HeaderVault, bench: Bench) -> Writer:
    """Return the writer of a repository that holds no backup yet."""
    writer = writer_of(made_up, bench.repository)
    writer.start()
    return writer
