"""The tests' files lie in memory, and nothing stays there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from support import memory_folder
from support.memory_folder import folder_in_memory

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no folder in memory")


@pytest.fixture(autouse=True)
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(memory_folder, "_MEMORY", tmp_path)
    monkeypatch.setattr(memory_folder, "_ROOM_BYTES", 1)
    return tmp_path


def test_what_a_killed_run_left_is_removed_and_a_running_one_is_left_alone(memory: Path) -> None:
    leftover = memory / "privatus-tests-killed"
    (leftover / "tests").mkdir(parents=True)
    (leftover / "lock").touch()
    being_made = memory / "privatus-tests-begun"
    being_made.mkdir()

    with folder_in_memory() as running:
        assert not leftover.exists()
        with folder_in_memory() as other:
            assert running is not None and other is not None
            assert {running, other, being_made} == set(memory.iterdir())
        assert running.is_dir()

    assert list(memory.iterdir()) == [being_made]


def test_without_room_there_is_none(memory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory_folder, "_ROOM_BYTES", 1 << 60)

    with folder_in_memory() as folder:
        assert folder is None
    assert list(memory.iterdir()) == []
