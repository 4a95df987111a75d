"""The folder of an export: what is refused, what is written, what is left when it fails."""

from __future__ import annotations

import errno
import io
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from privatus.core.conversation import Attachment, Conversation
from privatus.core.errors import DeviceError, JobCancelled, TamperedError, UserError
from privatus.core.jobs import Job, Progress
from privatus.exporters import files, registry
from privatus.exporters.files import MARKER, ExportFolder
from support.conversations import attachment, conversation, message

FORMATS = [exporter.format for exporter in registry.BUILT_IN]
CHAT = conversation("Hello", "Hello yourself", title="Greeting")


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("format", FORMATS)
def test_a_missing_folder_is_made_and_the_result_counts_what_is_in_it(
    tmp_path: Path, format: str
) -> None:
    destination = tmp_path / "new" / "chats"

    result = registry.find(format).write([CHAT], destination, Job())

    written = contents(destination)
    del written[MARKER]
    assert result.conversations == 1
    assert result.files == len(written)
    assert result.bytes == sum(map(len, written.values())) > 0
    assert result.problems == ()


@pytest.mark.parametrize("format", FORMATS)
def test_nothing_to_export_makes_an_empty_export(tmp_path: Path, format: str) -> None:
    result = registry.find(format).write([], tmp_path / "chats", Job())

    assert result.conversations == 0
    assert (tmp_path / "chats" / MARKER).is_file()


@pytest.mark.parametrize("format", FORMATS)
def test_writing_the_same_export_again_gives_the_same_files(tmp_path: Path, format: str) -> None:
    picture = attachment("a.png", b"\x89PNG\r\n\x1a\n....")
    chat = conversation(message(1, "Look", attachments=(picture,)), title="Picture")
    registry.find(format).write([chat, CHAT], tmp_path / "chats", Job())
    first = contents(tmp_path / "chats")

    registry.find(format).write([chat, CHAT], tmp_path / "chats", Job())

    assert contents(tmp_path / "chats") == first


@pytest.mark.parametrize("format", FORMATS)
def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path, format: str) -> None:
    (tmp_path / "letters.txt").write_text("Dear")

    with pytest.raises(UserError, match="not empty"):
        registry.find(format).write([CHAT], tmp_path, Job())

    assert contents(tmp_path) == {"letters.txt": b"Dear"}


def test_an_export_in_another_format_is_left_alone(tmp_path: Path) -> None:
    registry.find("html").write([CHAT], tmp_path, Job())
    before = contents(tmp_path)

    with pytest.raises(UserError, match="another format"):
        registry.find("markdown").write([CHAT], tmp_path, Job())

    assert contents(tmp_path) == before


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "chats").write_text("")

    with pytest.raises(UserError, match="name a folder"):
        registry.find("json").write([CHAT], tmp_path / "chats", Job())


def test_what_a_file_manager_left_does_not_count_as_something(tmp_path: Path) -> None:
    (tmp_path / ".DS_Store").write_bytes(b"\0")

    assert registry.find("json").write([CHAT], tmp_path, Job()).files == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no such bits")
def test_other_people_of_the_machine_cannot_read_an_export(tmp_path: Path) -> None:
    registry.find("json").write([CHAT], tmp_path / "chats", Job())

    for path in (tmp_path / "chats", *(tmp_path / "chats").rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps no such bits")
@pytest.mark.parametrize("format", FORMATS)
def test_nor_one_in_a_folder_that_they_may_look_into(tmp_path: Path, format: str) -> None:
    picture = attachment("a.png", b"\x89PNG\r\n\x1a\n....")
    chat = conversation(message(1, "Look", attachments=(picture,)), title="Picture")
    tmp_path.chmod(0o755)

    registry.find(format).write([chat], tmp_path, Job())

    assert [p for p in tmp_path.rglob("*") if stat.S_IMODE(p.stat().st_mode) & 0o077] == []


class FullDisk(io.BytesIO):
    """Takes some bytes, then none."""

    def write(self, content: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("format", FORMATS)
def test_a_full_disk_is_said_and_leaves_no_half_file(
    tmp_path: Path, format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.find(format).write([CHAT], tmp_path, Job())
    before = contents(tmp_path)
    is_marker_next = iter([True])
    open_private = files._open_private

    def open_on_full_disk(path: Path) -> BinaryIO:
        stream = open_private(path)
        if next(is_marker_next, False):
            return stream
        stream.close()
        return FullDisk()

    monkeypatch.setattr(files, "_open_private", open_on_full_disk)

    with pytest.raises(DeviceError, match="disk is full"):
        registry.find(format).write([conversation("Other", "words")], tmp_path, Job())

    assert contents(tmp_path) == before


def test_a_folder_that_cannot_be_made_is_a_device_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(DeviceError, match="choose another folder"):
        ExportFolder(tmp_path / "file" / "chats", "json")


def test_a_damaged_attachment_does_not_stop_the_others(tmp_path: Path) -> None:
    class Damaged(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise TamperedError("a blob did not authenticate")

    good = attachment("good.txt", b"good")
    bad = Attachment(name="bad.txt", open=Damaged)
    chat = conversation(message(1, "Two files", attachments=(bad, good)))

    for format in ("markdown", "html", "json"):
        result = registry.find(format).write([chat], tmp_path / format, Job())

        assert len(result.problems) == 1
        assert "privatus check" in result.problems[0]
        stored = [content for content in contents(tmp_path / format).values() if content == b"good"]
        assert len(stored) == 1


def test_equal_contents_are_stored_once(tmp_path: Path) -> None:
    twins = (attachment("a.txt", b"same"), attachment("b.txt", b"same"))
    chat = conversation(message(1, "Twins", attachments=twins))

    registry.find("markdown").write([chat, chat], tmp_path, Job())

    assert [path.name for path in (tmp_path / "attachments").iterdir()] == [
        "a 0967115f2813a354.txt"
    ]


@pytest.mark.parametrize("format", FORMATS)
def test_conversations_are_taken_one_at_a_time(tmp_path: Path, format: str) -> None:
    alive = 0
    most = 0

    class Counted(Conversation):
        __slots__ = ()

        def __del__(self) -> None:
            nonlocal alive
            alive -= 1

    def lazily() -> Iterator[Conversation]:
        nonlocal alive, most
        for number in range(20):
            alive += 1
            most = max(most, alive)
            yield Counted(source="claude", external_id=str(number), title=f"Chat {number}")

    registry.find(format).write(lazily(), tmp_path, Job())

    # The one being written, and the one being made.
    assert most <= 2


def test_progress_counts_conversations_and_a_cancelled_export_leaves_whole_files(
    tmp_path: Path,
) -> None:
    seen: list[Progress] = []
    job = Job(seen.append)

    def cancelled_after_two() -> Iterator[Conversation]:
        for number in range(5):
            if number == 2:
                job.cancel()
            yield conversation("Hi", title=f"Chat {number}")

    with pytest.raises(JobCancelled):
        registry.find("markdown").write(cancelled_after_two(), tmp_path, job)

    assert [(p.stage, p.total) for p in seen] == [("export", None)] * len(seen)
    assert all(path.suffix == ".md" for path in (tmp_path / "claude").rglob("*.*"))
    registry.find("markdown").write([CHAT], tmp_path / "whole", Job(seen.append))
    assert (seen[-1].done, seen[-1].total) == (1, 1)


def test_problems_that_are_too_many_to_list_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_MAX_PROBLEMS", 2)
    folder = ExportFolder(tmp_path / "out", "markdown")

    for number in range(5):
        folder.note(f"problem {number}")

    assert folder.result(1).problems == ("problem 0", "problem 1", "3 more could not be written")
