"""Looking into exports before they are imported: what is counted, and that nothing is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from privatus.core.errors import JobCancelled, UserError
from privatus.core.jobs import Job
from privatus.importers import registry
from privatus.services.import_preview import ImportPreview
from support.chatgpt_chats import chat, write_chats
from support.conversations import attachment, conversation, message
from support.vaults import MadeUpExport, ScratchVault


def _preview(vault: ScratchVault, export: MadeUpExport, tmp_path: Path) -> ImportPreview:
    path = tmp_path / "export.json"
    path.write_text('{"made-up": 1}')
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "find", lambda _: export)
        return vault.vault.import_previews.run(path)


def test_a_preview_counts_what_an_import_would_bring(vault: ScratchVault, tmp_path: Path) -> None:
    path = write_chats(tmp_path / "conversations.json", chat("One", "a", "b"), chat("Two", "c"))

    (file,) = vault.vault.import_previews.run(path).files
    counts = vault.vault.imports.run(path).total

    assert (file.label, file.new, file.changed, file.unchanged) == ("ChatGPT", 2, 0, 0)
    assert (file.conversations, file.messages) == (counts.conversations_new, counts.messages_new)
    assert file.size_bytes == path.stat().st_size


def test_what_is_here_already_is_told_from_what_has_changed(
    vault: ScratchVault, tmp_path: Path
) -> None:
    same = conversation("Same", external_id="same", updated_at_ms=1_000)
    before = conversation("Before", external_id="grows", updated_at_ms=1_000)
    after = conversation("Before", "After", external_id="grows", updated_at_ms=2_000)
    fresh = conversation("Fresh", external_id="fresh", created_at_ms=500)
    vault.bring(same, before)

    (file,) = _preview(vault, MadeUpExport(conversations=(same, after, fresh)), tmp_path).files

    assert (file.new, file.changed, file.unchanged) == (1, 1, 1)
    assert (file.oldest_ms, file.newest_ms) == (500, 2_000)


def test_a_preview_writes_nothing(vault: ScratchVault, tmp_path: Path) -> None:
    before = {p: p.stat().st_mtime_ns for p in vault.folder.rglob("*") if p.is_file()}

    _preview(vault, MadeUpExport(conversations=(conversation("Hello"),)), tmp_path)

    assert vault.vault.conversations.list() == []
    assert {p: p.stat().st_mtime_ns for p in vault.folder.rglob("*") if p.is_file()} == before


def test_a_conversation_that_comes_twice_is_new_once(vault: ScratchVault, tmp_path: Path) -> None:
    paths = [write_chats(tmp_path / f"{n}.json", chat("One", "a", id="one")) for n in range(2)]

    files = vault.vault.import_previews.run(*paths).files

    assert [(file.new, file.unchanged) for file in files] == [(1, 0), (0, 1)]


def test_messages_that_come_twice_are_counted_as_the_import_will(
    vault: ScratchVault, tmp_path: Path
) -> None:
    grown = [("One", "a"), ("One", "a", "b", "c")]
    paths = [
        write_chats(tmp_path / f"{n}.json", chat(*said, id="one")) for n, said in enumerate(grown)
    ]

    preview = vault.vault.import_previews.run(*paths)
    report = vault.vault.imports.run(*paths)

    counted = sum(file.messages - file.messages_again for file in preview.files)
    assert counted == report.total.messages_new
    assert [file.messages_again > 0 for file in preview.files] == [False, True]


def test_a_further_file_is_looked_into_without_reading_the_others_again(
    vault: ScratchVault, tmp_path: Path
) -> None:
    first = write_chats(tmp_path / "first.json", chat("One", "a", id="one"))
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Ada,")
    chats = (chat("One", "a", id="one"), chat("Two", "b", id="two"))
    second = write_chats(tmp_path / "second.json", *chats)
    previews = vault.vault.import_previews
    together = previews.run(first, letter, second)
    before = previews.run(first, letter)
    first.unlink()
    letter.unlink()

    preview = previews.run(second, after=before)

    assert preview == together
    assert [(file.new, file.unchanged) for file in preview.files] == [(1, 0), (1, 1)]
    assert preview.paths == {first, letter, second}


def test_attachments_are_counted_with_those_that_are_not_there(
    vault: ScratchVault, tmp_path: Path
) -> None:
    files = (attachment("a.txt", b"a"), attachment("lost.pdf", None))
    export = MadeUpExport(conversations=(conversation(message(1, "Look", attachments=files)),))

    (file,) = _preview(vault, export, tmp_path).files

    assert (file.attachments, file.attachments_missing) == (2, 1)


def test_what_stood_before_a_break_is_counted(vault: ScratchVault, tmp_path: Path) -> None:
    chats = tuple(conversation(f"{n}", external_id=f"c{n}") for n in range(3))

    (file,) = _preview(vault, MadeUpExport(conversations=chats, breaks_after=2), tmp_path).files

    assert file.new == 2
    assert [trouble.reason for trouble in file.skipped] == ["it breaks off"]


def test_a_file_that_is_no_export_is_told_beside_the_others(
    vault: ScratchVault, tmp_path: Path
) -> None:
    good = write_chats(tmp_path / "good.json", chat("One", "a"))
    bad = tmp_path / "letter.txt"
    bad.write_text("Dear Ada,")

    preview = vault.vault.import_previews.run(bad, good)

    assert preview.readable_paths == (good,)
    assert preview.failed_paths == (bad,)
    assert preview.failed[0].file == "letter.txt"


def test_a_preview_stops_when_asked(vault: ScratchVault, tmp_path: Path) -> None:
    path = write_chats(tmp_path / "one.json", chat("One", "a"))
    job = Job()
    job.cancel()

    with pytest.raises(JobCancelled):
        vault.vault.import_previews.run(path, job=job)
    with pytest.raises(UserError):
        vault.vault.import_previews.run()
