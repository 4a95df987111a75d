"""Files are written whole, in blocks that the system has memory for at hand."""

import os
from pathlib import Path

import pytest

from privatus.vault.private_files import open_new, write_all

_MEBIBYTE = 1024 * 1024


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The bytes that each call was given to write; of which it takes all but the last ten."""
    write, given = os.write, []

    def noted(descriptor: int, data: memoryview) -> int:
        given.append(len(data))
        return write(descriptor, data[:-10] if len(data) > 10 else data)

    monkeypatch.setattr(os, "write", noted)
    return given


def test_no_call_writes_more_than_a_megabyte(tmp_path: Path, calls: list[int]) -> None:
    with open_new(tmp_path / "pack") as stream:
        write_all(stream.fileno(), bytes(8 * _MEBIBYTE))
    assert len(calls) > 8
    assert max(calls) == _MEBIBYTE


def test_what_a_call_leaves_is_written_by_the_next(tmp_path: Path, calls: list[int]) -> None:
    data = os.urandom(2 * _MEBIBYTE + 7)
    with open_new(tmp_path / "pack") as stream:
        write_all(stream.fileno(), data)
    assert (tmp_path / "pack").read_bytes() == data
    assert sum(calls) > len(data)
