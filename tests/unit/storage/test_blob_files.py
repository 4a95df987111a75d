"""Attachment files: one a content, whole on disk before anything refers to them."""

from __future__ import annotations

import hashlib
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from privatus.core.errors import DeviceError, TamperedError, UnreadableInputError
from privatus.storage import blob_files
from privatus.storage.blob_files import BlobFiles
from privatus.vault.sync import sync_file_system
from support.scopes import new_scope
from support.vaults import stream_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "vault").mkdir()
    return tmp_path / "vault" / "blobs"


@pytest.fixture
def files(folder: Path) -> Iterator[BlobFiles]:
    found = BlobFiles(folder, new_scope())
    yield found
    found.close()


def _paths(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("**/*") if path.is_file())


def _read(files: BlobFiles, digest: bytes) -> bytes:
    with files.open(digest) as stream:
        return stream.read()


@pytest.mark.parametrize("limit", [1_000, 8 * 1024 * 1024], ids=["read twice", "in memory"])
@pytest.mark.parametrize("size", [0, 1, 999, 1_000, 1_001, 300_000])
def test_a_file_comes_back_as_it_was(
    files: BlobFiles, monkeypatch: pytest.MonkeyPatch, size: int, limit: int
) -> None:
    monkeypatch.setattr(blob_files, "_IN_MEMORY_BYTES", limit)
    content = os.urandom(size)

    digest, name, stored = files.add(lambda: io.BytesIO(content))
    files.sync()

    assert (digest, stored) == (hashlib.sha256(content).digest(), size)
    assert _read(files, digest) == content
    assert list(files.names()) == [name]
    files.verify(digest)


def test_the_same_content_is_one_file(files: BlobFiles, folder: Path) -> None:
    first = files.add(lambda: stream_of(b"the same"))
    second = files.add(lambda: stream_of(b"the same"))
    files.sync()
    third = files.add(lambda: stream_of(b"the same"))
    files.sync()

    assert first == second == third
    assert len(_paths(folder)) == 1


def test_neither_name_nor_bytes_tell_what_is_inside(files: BlobFiles, folder: Path) -> None:
    digest, name, _ = files.add(lambda: stream_of(b"conspicuous"))
    files.sync()
    [path] = _paths(folder)

    assert path.name == name.hex()
    assert name != digest
    assert b"conspicuous" not in path.read_bytes()
    other = BlobFiles(folder.with_name("other"), new_scope())
    assert other.add(lambda: stream_of(b"conspicuous"))[1] != name
    other.close()


def test_a_file_has_its_name_only_once_it_is_on_disk(files: BlobFiles, folder: Path) -> None:
    files.add(lambda: stream_of(b"content"))
    assert list(files.names()) == []

    files.sync()

    assert len(list(files.names())) == 1
    assert [path.suffix for path in _paths(folder)] == [""]


def test_what_is_discarded_leaves_nothing(files: BlobFiles, folder: Path) -> None:
    files.add(lambda: stream_of(b"content"))

    files.discard()
    files.sync()

    assert _paths(folder) == []


def test_what_a_crash_left_behind_is_removed(files: BlobFiles, folder: Path) -> None:
    digest, _, _ = files.add(lambda: stream_of(b"content"))
    files.sync()
    (folder / "ab").mkdir(exist_ok=True)
    (folder / "ab" / f"{'ab' * 32}.tmp").write_bytes(b"half")

    files.remove_leftovers()

    assert len(_paths(folder)) == 1
    assert _read(files, digest) == b"content"


def test_a_file_that_is_gone_swapped_or_cut_is_noticed(files: BlobFiles, folder: Path) -> None:
    one, _, _ = files.add(lambda: stream_of(b"one" * 1000))
    files.add(lambda: stream_of(b"two" * 1000))
    files.sync()
    first, second = _paths(folder)
    whole = {path: path.read_bytes() for path in (first, second)}

    def damaged(**contents: bytes | None) -> bool:
        for path, content in zip((first, second), contents.values(), strict=True):
            path.unlink(missing_ok=True)
            if content is not None:
                path.write_bytes(content)
        try:
            files.verify(one)
        except TamperedError:
            return True
        return False

    a, b = whole[first], whole[second]
    assert not damaged(first=a, second=b)
    assert damaged(first=b, second=a)
    assert damaged(first=None, second=None)
    assert damaged(first=a[:-1], second=b[:-1])
    assert damaged(first=b"", second=b"")


def test_a_source_that_breaks_off_stores_nothing(files: BlobFiles, folder: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise UnreadableInputError("the archive is damaged")

    def broken() -> BinaryIO:
        return Broken(b"content")

    with pytest.raises(UnreadableInputError):
        files.add(broken)
    files.sync()

    assert _paths(folder) == []


def test_a_disk_that_refuses_is_told_and_the_rest_can_be_discarded(
    files: BlobFiles, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(blob_files.os, "fsync", full)
    files.add(lambda: stream_of(b"content"))

    with pytest.raises(DeviceError, match="the disk is full"):
        files.sync()
    files.discard()

    monkeypatch.undo()
    assert _paths(folder) == []
    files.add(lambda: stream_of(b"content"))
    files.sync()
    assert len(_paths(folder)) == 1


def test_many_files_are_synced_together_before_they_get_their_names(
    files: BlobFiles, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, int]] = []

    def synced(of: Path) -> bool:
        names = [path.name for path in _paths(folder)]
        unnamed = sum(name.endswith(".tmp") for name in names)
        seen.append((unnamed, len(names) - unnamed))
        return True

    monkeypatch.setattr(blob_files, "sync_file_system", synced)
    for number in range(40):
        files.add(lambda number=number: stream_of(b"content %d" % number))
    files.sync()

    assert seen == [(40, 0), (0, 40)]


def test_a_system_without_a_call_for_all_syncs_each_file(
    files: BlobFiles, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    monkeypatch.setattr(blob_files, "sync_file_system", lambda of: False)
    monkeypatch.setattr(blob_files, "sync_file", lambda path: synced.append(path.name))
    for number in range(40):
        files.add(lambda number=number: stream_of(b"content %d" % number))
    files.sync()

    assert sorted(synced) == [f"{path.name}.tmp" for path in _paths(folder)]
    assert len(synced) == 40


def test_a_disk_that_refuses_many_files_is_told_and_they_can_be_discarded(
    files: BlobFiles, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(of: Path) -> bool:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(blob_files, "sync_file_system", refuse)
    for number in range(40):
        files.add(lambda number=number: stream_of(b"content %d" % number))

    with pytest.raises(DeviceError, match="could not be written"):
        files.sync()
    files.discard()

    assert _paths(folder) == []


def test_a_whole_file_system_can_be_synced_here_or_says_that_it_cannot(tmp_path: Path) -> None:
    assert sync_file_system(tmp_path) is (sys.platform == "linux")
    if sys.platform == "linux":
        with pytest.raises(OSError, match="No such file"):
            sync_file_system(tmp_path / "missing")
