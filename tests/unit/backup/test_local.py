"""A folder keeps objects whole, once each, and says what is wrong with it."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import threading
from pathlib import Path

import pytest

from privatus.backup.destinations.local import LocalDestination
from privatus.backup.destinations.port import (
    MOST_BYTES,
    DestinationError,
    DestinationFullError,
    ExistsError,
    NotThereError,
    RefusedError,
)
from privatus.core.errors import BugError, TamperedError, UnreachableError


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "backups"
    folder.mkdir()
    return folder


@pytest.fixture
def local(root: Path) -> LocalDestination:
    return LocalDestination(root)


def _files(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def test_an_object_comes_back_and_leaves_nothing_beside_it(
    local: LocalDestination, root: Path
) -> None:
    local.put("data/3f/3f9a", b"bytes")

    assert local.get("data/3f/3f9a") == b"bytes"
    assert _files(root) == ["data/3f/3f9a"]


def test_an_object_is_synced_before_it_has_its_name_and_its_folder_after(
    local: LocalDestination, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[tuple[str, bool]] = []
    real = os.fsync

    def fsync(descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        kind = "file" if path.is_file() else path.name
        synced.append((kind, (root / "data" / "one").exists()))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)

    local.put("data/one", b"bytes")

    assert synced == [
        ("backups", False),  # has the folder of the unfinished now
        ("file", False),
        ("backups", False),  # has the folder of the object now
        ("data", True),
    ]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_leaves_no_part_of_an_object(
    local: LocalDestination, root: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(DestinationFullError):
        local.put("data/one", b"bytes")

    assert _files(root) == []
    assert local.list("") == []


def test_a_disk_that_takes_only_a_part_leaves_none_of_it(
    local: LocalDestination, root: Path
) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        with pytest.raises(DestinationFullError):
            local.put("data/one", bytes(100_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert _files(root) == []


def test_a_folder_that_was_taken_away_is_unreachable_and_is_not_made_again(
    local: LocalDestination, root: Path
) -> None:
    local.put("data/one", b"bytes")
    shutil.rmtree(root)

    for call in (
        lambda: local.put("data/two", b""),
        lambda: local.get("data/one"),
        lambda: local.get_range("data/one", 0, 1),
        lambda: local.list("data"),
        lambda: local.delete("data/one"),
        lambda: local.free_bytes(),
        lambda: local.clear_leftovers(0),
    ):
        with pytest.raises(UnreachableError, match="is not there"):
            call()
    assert not root.exists()


def test_a_folder_that_is_taken_away_in_the_middle_is_not_made_again(
    local: LocalDestination, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fsync

    def take_away(descriptor: int) -> None:
        real(descriptor)
        if Path(f"/proc/self/fd/{descriptor}").readlink().is_file():
            shutil.rmtree(root)

    monkeypatch.setattr(os, "fsync", take_away)

    with pytest.raises(UnreachableError):
        local.put("data/one", b"bytes")

    assert not root.exists()


def test_a_folder_on_another_disk_than_before_is_unreachable(
    local: LocalDestination, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "_device", local._device + 1)

    with pytest.raises(UnreachableError):
        local.put("data/one", b"bytes")

    assert _files(root) == []


def test_a_disk_that_is_pulled_out_is_unreachable(
    local: LocalDestination, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pulled(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fsync", pulled)

    with pytest.raises(UnreachableError):
        local.put("data/one", b"bytes")


@pytest.mark.parametrize("code", [errno.EACCES, errno.EROFS])
def test_what_may_not_be_written_is_refused(
    local: LocalDestination, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "open", refuse)

    with pytest.raises(RefusedError):
        local.put("data/one", b"bytes")


def test_a_file_in_place_of_the_folder_is_no_destination(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(DestinationError):
        LocalDestination(tmp_path / "file")


@pytest.mark.parametrize("has_rename", [True, False])
def test_a_disk_without_hard_links_keeps_the_first_object_all_the_same(
    local: LocalDestination, root: Path, monkeypatch: pytest.MonkeyPatch, has_rename: bool
) -> None:
    def no_links(*_: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(Path, "hardlink_to", no_links)
    monkeypatch.setattr(Path, "exists", lambda path: os.path.lexists(path))
    if not has_rename:
        monkeypatch.setattr("sys.platform", "freebsd14")

    local.put("data/one", b"first")
    with pytest.raises(ExistsError):
        local.put("data/one", b"second")

    assert local.get("data/one") == b"first"
    assert _files(root) == ["data/one"]


@pytest.mark.parametrize("has_links", [True, False])
def test_of_many_who_write_one_name_at_once_one_wins(
    local: LocalDestination, monkeypatch: pytest.MonkeyPatch, has_links: bool
) -> None:
    def no_links(*_: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    if not has_links:
        monkeypatch.setattr(Path, "hardlink_to", no_links)
    won: list[int] = []
    together = threading.Barrier(8)

    def write(number: int) -> None:
        together.wait()
        try:
            local.put("locks/one", bytes([number]))
        except ExistsError:
            return
        won.append(number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(won) == 1
    assert local.get("locks/one") == bytes(won)


def test_leftovers_are_no_objects_and_go_when_they_are_old(
    local: LocalDestination, root: Path
) -> None:
    local.put("data/one", b"bytes")
    for name, age_s in (("old", 90_000), ("young", 10)):
        path = root / ".unfinished" / name
        path.write_bytes(b"half")
        os.utime(path, (path.stat().st_mtime - age_s,) * 2)

    assert [entry.name for entry in local.list("")] == ["data/one"]
    assert local.clear_leftovers(24 * 3600 * 1000) == 1
    assert _files(root) == [".unfinished/young", "data/one"]


def test_a_range_beyond_the_end_is_an_error_and_not_less(local: LocalDestination) -> None:
    local.put("data/one", b"0123456789")

    assert local.get_range("data/one", 10, 0) == b""
    with pytest.raises(DestinationError):
        local.get_range("data/one", 8, 3)


@pytest.mark.parametrize(
    "name", ["", "/etc/passwd", "../out", "data/../../out", ".unfinished/x", "Data/x", "a//b", "ä"]
)
def test_a_name_that_leaves_the_folder_or_some_store_would_fold_is_a_bug(
    local: LocalDestination, name: str
) -> None:
    with pytest.raises(BugError):
        local.put(name, b"")


def test_what_is_larger_than_any_object_is_not_read(local: LocalDestination, root: Path) -> None:
    local.put("data/one", b"bytes")
    os.truncate(root / "data/one", MOST_BYTES + 1)

    with pytest.raises(TamperedError, match="too large"):
        local.get("data/one")


def test_an_object_that_is_not_there_is_said_by_name(local: LocalDestination) -> None:
    with pytest.raises(NotThereError, match="data/none is not at"):
        local.get("data/none")


def test_nobody_else_reads_what_lies_there(local: LocalDestination, root: Path) -> None:
    local.put("data/one", b"bytes")

    assert (root / "data").stat().st_mode & 0o077 == 0
    assert (root / "data" / "one").stat().st_mode & 0o077 == 0
