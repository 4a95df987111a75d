"""A large export is read in a process of its own, and nothing of it is different for that."""

from __future__ import annotations

import base64
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from privatus.core.conversation import Attachment, Conversation, Json, Message, Part, PartKind, Role
from privatus.core.errors import BugError, UnreadableInputError
from privatus.core.jobs import Job, Progress
from privatus.importers import registry
from privatus.importers.base import Notes
from privatus.importers.export import open_export
from privatus.services import reading
from privatus.services.preparing import Encoded, Prepared, Unfit
from privatus.services.reading import Reading
from support.chatgpt_records import chat, said, text
from support.exports import write_json, write_zip
from support.privatus_exports import write_json as write_privatus_json
from support.vaults import ScratchVault, stream_of

_ALWAYS, _NEVER = 0, 1 << 60
_FOLDERS = (
    *("chatgpt", "claude", "gemini", "aistudio", "mistral", "grok", "deepseek", "copilot"),
    *("hostile", "other"),
)


@pytest.fixture
def large_bytes(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Return what says from which size on an export is read elsewhere."""
    return lambda size: monkeypatch.setattr(reading, "_LARGE_BYTES", size)


def _content(attachment: Attachment) -> bytes | str | None:
    if attachment.open is None:
        return None
    try:
        with attachment.open() as stream:
            return stream.read()
    except UnreadableInputError as error:
        return str(error)


def _opened(message: Encoded) -> tuple[Encoded, list[bytes | str | None]]:
    # Attachments are equal if they say the same, whatever opens them.
    return message, [_content(attachment) for attachment in message.attachments]


def _read(path: Path) -> tuple[list[Any], Notes, int, str]:
    found: list[Any] = []
    notes, failure = Notes(), ""
    with open_export(path) as export:
        read = Reading(path, export, registry.find(export), notes)
        try:
            for one in read:
                messages = [] if isinstance(one, Unfit) else [_opened(e) for e in one.messages]
                found.append((one, messages))
        except UnreadableInputError as error:
            failure = str(error)
        return found, notes, read.bytes_read, failure


def assert_same_elsewhere(path: Path, large_bytes: Callable[[int], None]) -> int:
    """Read an export here and in a process, and return how many conversations both found."""
    large_bytes(_NEVER)
    here, here_notes, _, here_failure = _read(path)
    large_bytes(_ALWAYS)
    there, there_notes, bytes_read, there_failure = _read(path)
    assert there == here
    assert there_notes == here_notes
    assert there_failure == here_failure
    assert bytes_read > 0 or not here
    return len(here)


def test_chats_with_files_are_the_same_from_another_process(
    tmp_path: Path, large_bytes: Callable[[int], None]
) -> None:
    image = {
        "content_type": "multimodal_text",
        "parts": [
            {"content_type": "image_asset_pointer", "asset_pointer": "file-service://file-a1"},
            "look",
        ],
    }
    chats = [
        chat(said(f"m{n}", text(f"word {n}"), 60.0 * n), conversation_id=f"c{n}") for n in range(40)
    ]
    chats.append(chat(said("m", image, 1.0), conversation_id="c-image"))
    chats.append({"title": "broken", "mapping": {"x": 3}})
    path = write_zip(
        tmp_path / "e.zip", {"conversations.json": chats, "file-a1-photo.png": b"\x89PNG bytes"}
    )

    assert assert_same_elsewhere(path, large_bytes) >= 41


def test_our_own_export_keeps_its_checked_files_from_another_process(
    tmp_path: Path, large_bytes: Callable[[int], None]
) -> None:
    message = Message(
        number=1,
        parent=None,
        role=Role.USER,
        external_id="m1",
        parts=(Part(kind=PartKind.FILE, name="a.txt", attachment=0),),
        attachments=(Attachment(name="a.txt", open=lambda: stream_of(b"what it holds")),),
    )
    conversation = Conversation(source="claude", external_id="c1", messages=(message,), active=1)
    write_privatus_json([conversation], tmp_path / "out")
    assert assert_same_elsewhere(tmp_path / "out", large_bytes) == 1

    (stored,) = [p for p in (tmp_path / "out" / "files").iterdir() if p.is_file()]
    stored.write_bytes(b"what it held")
    large_bytes(_ALWAYS)
    ((_, ((_, contents),)),) = _read(tmp_path / "out")[0]
    assert contents == ["a file of the export is damaged; export again"]


def test_bytes_that_stand_inside_the_json_come_along(
    tmp_path: Path, large_bytes: Callable[[int], None]
) -> None:
    run = {
        "chunkedPrompt": {
            "chunks": [
                {
                    "role": "user",
                    "inlineImage": {
                        "mimeType": "image/png",
                        "data": base64.b64encode(b"\x89PNG inline").decode(),
                    },
                },
                {"role": "model", "text": "an image"},
            ]
        },
        "runSettings": {"model": "models/gemini-2.5-pro"},
    }
    path = write_json(tmp_path / "prompt.json", run)

    assert assert_same_elsewhere(path, large_bytes) == 1


def _slow_export(path: Path, *records: Json) -> Path:
    text_of = text("lorem ipsum " * 40)
    chats: list[Json] = []
    for n in range(400):
        messages = (said(f"m{k}", text_of, 60.0 * k) for k in range(50))
        chats += [chat(*messages, conversation_id=f"c{n}"), *records]
    return write_zip(path, {"conversations.json": chats})


def test_what_was_noted_along_the_way_is_said_once(
    tmp_path: Path, large_bytes: Callable[[int], None]
) -> None:
    odd = {"content_type": "hologram", "parts": ["x"]}
    empty = chat(said("m", odd, 1.0), conversation_id="odd")
    path = _slow_export(tmp_path / "e.zip", 7, {"title": "no messages", "mapping": {}}, empty)

    # Some ten megabytes: many frames.
    assert assert_same_elsewhere(path, large_bytes) > 400


@pytest.mark.parametrize("source", _FOLDERS)
def test_every_sample_is_the_same_from_another_process(
    source: str, samples: Path, large_bytes: Callable[[int], None]
) -> None:
    compared = 0
    for path in sorted(p for p in (samples / source).iterdir() if p.stat().st_size < 500_000):
        try:
            with open_export(path) as export:
                registry.find(export)
        except UnreadableInputError:
            continue
        compared += assert_same_elsewhere(path, large_bytes)

    assert compared > 0


def test_an_import_counts_and_finds_what_another_process_read(
    vault: ScratchVault, tmp_path: Path, large_bytes: Callable[[int], None]
) -> None:
    large_bytes(_ALWAYS)
    chats = [chat(said("m", text(f"pelican {n}"), 1.0), conversation_id=f"c{n}") for n in range(30)]
    path = write_zip(tmp_path / "e.zip", {"conversations.json": [*chats, 7]})

    first = vault.vault.imports.run(path)
    again = vault.vault.imports.run(path)

    assert first.files[0].counts.messages_new == 30
    assert first.files[0].skipped_count == 1
    assert again.files[0].counts.conversations_unchanged == 30
    assert vault.vault.search.find("pelican").total == 30


def test_a_packaged_program_that_calls_itself_reads_the_same(
    tmp_path: Path, large_bytes: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(reading, "_packaged", [])
    chats = [chat(said("m", text(f"w {n}"), 1.0), conversation_id=f"c{n}") for n in range(30)]
    path = write_zip(tmp_path / "e.zip", {"conversations.json": chats})
    trace = tmp_path / "called"
    code = "from privatus.services.reading_process import main; main()"
    reading.read_by((sys.executable, "-c", f"open({str(trace)!r}, 'x').close(); {code}"))

    assert assert_same_elsewhere(path, large_bytes) == 30

    assert trace.exists()


def test_a_packaged_program_that_cannot_call_itself_reads_in_its_own_process(
    tmp_path: Path, large_bytes: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(reading, "_packaged", [])
    monkeypatch.setattr(sys, "executable", str(tmp_path / "would open a window"))
    path = write_zip(tmp_path / "e.zip", {"conversations.json": [chat(said("m", text("x"), 1.0))]})

    assert assert_same_elsewhere(path, large_bytes) == 1


def _children() -> set[int]:
    task = Path(f"/proc/self/task/{os.getpid()}/children")
    return {int(pid) for pid in task.read_text().split()}


def test_a_cancelled_import_leaves_no_process_behind(
    vault: ScratchVault, tmp_path: Path, large_bytes: Callable[[int], None]
) -> None:
    large_bytes(_ALWAYS)
    path = _slow_export(tmp_path / "e.zip")
    seen: list[set[int]] = []
    before = _children()

    def stop(progress: Progress) -> None:
        if progress.stage.startswith("importing"):
            seen.append(_children() - before)
            job.cancel()

    job = Job(stop)
    report = vault.vault.imports.run(path, job=job)

    assert report.files[0].is_cancelled
    assert len(seen[0]) == 1
    assert _children() == before


def test_a_reader_that_is_killed_is_an_error_and_what_it_sent_stays(
    vault: ScratchVault, tmp_path: Path, large_bytes: Callable[[int], None]
) -> None:
    large_bytes(_ALWAYS)
    path = _slow_export(tmp_path / "e.zip")
    before = _children()

    def kill(progress: Progress) -> None:
        for pid in _children() - before:
            os.kill(pid, signal.SIGKILL)
        # Its last frames may be on their way.
        time.sleep(0.05)

    report = vault.vault.imports.run(path, on_progress=kill)

    (trouble,) = report.files[0].skipped
    assert "stopped from outside" in trouble.reason
    stored = vault.vault.statistics.get().messages
    assert stored == report.files[0].counts.messages_new > 0
    assert not vault.vault.imports.run(path).failed
    assert vault.vault.statistics.get().messages == 400 * 50


def test_an_error_of_ours_in_the_reader_is_said_by_name_and_without_content(
    tmp_path: Path, large_bytes: Callable[[int], None]
) -> None:
    large_bytes(_ALWAYS)
    path = write_zip(tmp_path / "e.zip", {"conversations.json": [chat(said("m", text("x"), 1.0))]})
    with open_export(path) as export:
        importer = registry.find(export)
        unknown = type("Unknown", (), {"source": "nobody", "read": importer.read})()
        with pytest.raises(BugError, match=r"failed \(StopIteration\)"):
            list(Reading(path, export, unknown, Notes()))


def test_what_no_vault_can_hold_keeps_its_reason_on_the_way(
    tmp_path: Path, large_bytes: Callable[[int], None]
) -> None:
    conversation = Conversation(source="claude", external_id="c", messages=())
    write_privatus_json([replace(conversation, title="odd", active=9)], tmp_path / "out")

    assert assert_same_elsewhere(tmp_path / "out", large_bytes) <= 1


def test_prepared_values_survive_the_way_even_if_odd(tmp_path: Path) -> None:
    with open_export(write_json(tmp_path / "x.json", [])) as export:
        odd = Conversation(
            source="x" * 65, external_id="\ud800 lone", title="\0", metadata={"k": [None, 1.5]}
        )
        unfit = Unfit(odd, 3, "too long")
        prepared = Prepared(odd, [], b"\0" * 32)

        from privatus.services.reading_wire import from_wire, to_wire

        assert from_wire(to_wire(unfit), export) == unfit
        assert from_wire(to_wire(prepared), export) == prepared


def test_the_reader_takes_nothing_from_the_folder_one_is_in(
    vault: ScratchVault,
    tmp_path: Path,
    large_bytes: Callable[[int], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    large_bytes(_ALWAYS)
    trap = tmp_path / "trap"
    for name in ("privatus", "msgspec"):
        (trap / name).mkdir(parents=True)
        (trap / name / "__init__.py").write_text(f"open({str(tmp_path / 'sprung')!r}, 'w')")
    path = write_zip(tmp_path / "e.zip", {"conversations.json": [chat(said("m", text("x"), 1.0))]})
    monkeypatch.setattr("sys.path", ["", "relative", *sys.path])
    monkeypatch.chdir(trap)

    assert vault.vault.imports.run(path).files[0].counts.messages_new == 1
    assert not (tmp_path / "sprung").exists()
