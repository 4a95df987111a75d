"""Exports of several providers in one file or folder, and what becomes of the other files."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from privatus.core.conversation import Conversation, Json
from privatus.core.errors import DeviceError, UnreadableInputError
from privatus.core.import_report import FileReport, ImportReport, Trouble
from privatus.importers import json_stream, registry
from privatus.importers.base import Notes
from privatus.importers.export import Export, open_export
from privatus.services import reading
from privatus.services.imports import provider_of
from support.chatgpt_chats import chat, write_chats
from support.claude_records import chat as claude_chat
from support.claude_records import said as claude_said
from support.exports import write_json, write_zip
from support.vaults import ScratchVault

_ROW: Json = {
    "header": "Gemini Apps",
    "title": "Prompted What is a keel?",
    "time": "2026-03-01T10:00:00.250Z",
    "products": ["Gemini Apps"],
    "safeHtmlItem": [{"html": "<p>The spine of a ship.</p>"}],
    "attachedFiles": ["keel-1.png"],
}
_PROMPT: Json = {
    "runSettings": {"model": "models/gemini-2.5-pro"},
    "chunkedPrompt": {"chunks": [{"role": "user", "text": "Name a rope"}]},
}
_TAKEOUT: dict[str, Json | bytes] = {
    "Takeout/archive_browser.html": b"<html>Gemini</html>",
    "Takeout/My Activity/Gemini Apps/MyActivity.json": [_ROW],
    "Takeout/My Activity/Gemini Apps/keel-1.png": b"\x89PNG\r\n\x1a\n",
    "Takeout/Drive/Google AI Studio/Ropes": _PROMPT,
    "Takeout/Drive/holiday.txt": b"sun",
    "Takeout/Gemini/gemini_gems_data.html": b"<html>a gem</html>",
    "Takeout/NotebookLM/Knots/metadata.json": {"title": "Knots"},
    "Takeout/NotebookLM/Knots/Sources/a.txt": b"a source",
}


def _sources(report: ImportReport) -> dict[str, int]:
    assert not report.failed
    return {file.source: file.counts.conversations_new for file in report.files}


def _large(monkeypatch: pytest.MonkeyPatch, is_large: bool) -> None:
    """Let exports be read in a process of their own, or not."""
    monkeypatch.setattr(reading, "_LARGE_BYTES", 0 if is_large else 1 << 40)


@pytest.mark.parametrize("is_large", [False, True])
def test_a_takeout_with_gemini_and_ai_studio_brings_both(
    vault: ScratchVault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_large: bool
) -> None:
    _large(monkeypatch, is_large)
    path = write_zip(tmp_path / "takeout.zip", _TAKEOUT)

    report = vault.vault.imports.run(path)

    assert _sources(report) == {"gemini": 1, "aistudio": 1}
    gemini, studio = report.files
    assert {gemini.name, studio.name} == {"takeout.zip"}
    # What nobody reads is counted by the product that it is of.
    assert gemini.ignored["file of NotebookLM in the Takeout"] == 2
    assert gemini.ignored["file of Gemini in the Takeout"] == 1
    assert studio.ignored["file that is no prompt"] == 1
    assert gemini.counts.attachments_new == 1
    assert {c.title for c in vault.all().values()} == {"What is a keel?", "Ropes"}
    again = vault.vault.imports.run(path)
    assert again.total.conversations_unchanged == 2 and again.total.conversations_new == 0
    assert vault.problems() == []


def test_a_takeout_in_several_zips_is_one(vault: ScratchVault, tmp_path: Path) -> None:
    folder = tmp_path / "downloads"
    folder.mkdir()
    pages = [name for name in _TAKEOUT if name.endswith("MyActivity.json")]
    write_zip(folder / "takeout-001.zip", {name: _TAKEOUT[name] for name in pages})
    write_zip(folder / "takeout-002.zip", {n: v for n, v in _TAKEOUT.items() if n not in pages})

    report = vault.vault.imports.run(folder)

    assert _sources(report) == {"gemini": 1, "aistudio": 1}


@pytest.mark.parametrize("is_zipped", [False, True])
def test_a_folder_with_exports_of_two_providers_brings_both(
    vault: ScratchVault, tmp_path: Path, is_zipped: bool
) -> None:
    folder = tmp_path / "exports"
    for name, record in (
        ("openai", chat("Sails", "How?", "So")),
        ("anthropic", claude_chat(claude_said("m-1", 1, "Hi"), name="Masts")),
    ):
        (folder / name).mkdir(parents=True)
        write_json(folder / name / "conversations.json", [record])
        if is_zipped:
            with zipfile.ZipFile(folder / f"{name}.zip", "w") as archive:
                archive.write(folder / name / "conversations.json", "conversations.json")
            shutil.rmtree(folder / name)

    report = vault.vault.imports.run(folder)

    assert _sources(report) == {"chatgpt": 1, "claude": 1}
    assert provider_of(folder) == "Claude and ChatGPT"


@pytest.mark.parametrize("is_large", [False, True])
def test_loose_files_and_zips_of_several_providers_all_come_in(
    vault: ScratchVault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_large: bool
) -> None:
    _large(monkeypatch, is_large)
    folder = _collection(tmp_path / "exports")

    report = vault.vault.imports.run(folder)

    assert _sources(report) == {"chatgpt": 4, "claude": 2, "other": 1}
    left_out = [w for file in report.files for w in file.warnings if "no export" in w.reason]
    assert [warning.where for warning in left_out] == ["holiday.zip", "todo.json"]
    assert not any("mine" in name for file in report.files for name in file.ignored)


def test_folders_of_zips_come_in_beside_what_is_unpacked_in_others(
    vault: ScratchVault, tmp_path: Path
) -> None:
    folder = tmp_path / "exports"
    for name in ("openai", "anthropic", "mine"):
        (folder / name).mkdir(parents=True)
    said = claude_said("m-1", 1, "Hi")
    write_json(folder / "anthropic" / "conversations.json", [claude_chat(said)])
    write_json(folder / "mine" / "keels.json", [chat("Keels", "Why?", "So", id="a" * 32)])
    for word in "bc":
        record = chat("Sails", "How?", "So", id=word * 32)
        write_zip(folder / "openai" / f"{word}.zip", {"conversations.json": [record]})

    assert _sources(vault.vault.imports.run(folder)) == {"chatgpt": 3, "claude": 1}


def _collection(folder: Path) -> Path:
    """Make a folder in which a person has gathered what was downloaded."""
    folder.mkdir()
    write_json(folder / "conversations.json", [chat("Sails", "How?", "So", id="a" * 32)])
    write_json(folder / "mine-chatgpt.json", [chat("Keels", "Why?", "So", id="b" * 32)])
    write_json(folder / "claude.json", [claude_chat(claude_said("m-1", 1, "Hi"), uuid="c" * 32)])
    write_json(folder / "plain.json", [{"messages": [{"role": "user", "content": "Hello"}]}])
    write_zip(
        folder / "openai.zip",
        {
            "conversations.json": [chat("Ropes", "Where?", "So", id="d" * 32)],
            "user.json": {"id": "user-of-the-zip"},
        },
    )
    write_zip(
        folder / "anthropic.zip",
        {"conversations.json": [claude_chat(claude_said("m-2", 1, "Ho"), uuid="e" * 32)]},
    )
    write_json(folder / "todo.json", {"hello": "world"})
    write_zip(folder / "holiday.zip", {"a.txt": b"sun"})
    # Not packed, so that its own beginning shows the records.
    with zipfile.ZipFile(folder / "stored.zip", "w") as archive:
        archive.writestr("conversations.json", json.dumps([chat("Oars", "Who?", "So")]))
    return folder


def test_a_file_in_a_folder_is_the_same_when_it_comes_alone(
    vault: ScratchVault, tmp_path: Path
) -> None:
    folder = _collection(tmp_path / "exports")
    short = claude_chat(claude_said("m-3", 1, "Hey"), uuid="c-1")
    write_json(folder / "claude.json", [short])
    owned = claude_chat(claude_said("m-4", 1, "Hm"), uuid="c-2", account={"uuid": "me"})
    write_json(folder / "a-claude.json", [owned])
    write_json(folder / "mine-chatgpt.json", [chat("Keels", "Why?", "So", id="short")])
    vault.vault.imports.run(folder)

    again = vault.vault.imports.run(
        *(folder / name for name in ("claude.json", "a-claude.json", "mine-chatgpt.json"))
    )

    assert not again.failed
    assert (again.total.conversations_new, again.total.conversations_unchanged) == (0, 3)
    accounts = {c.title: c.account for c in vault.all().values()}
    assert (accounts["Keels"], accounts["Ropes"]) == (None, "user-of-the-zip")


def test_an_unpacked_export_keeps_what_was_uploaded_to_it(
    vault: ScratchVault, tmp_path: Path
) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    write_json(folder / "conversations.json", [chat("Sails", "How?", "So")])
    write_json(folder / "user.json", {"id": "me"})
    write_json(folder / "projects.json", [])
    write_json(folder / "file-1-chats.json", [claude_chat(claude_said("m-1", 1, "Hi"))])
    write_json(folder / "tool_messages.json", [{"messages": [{"role": "tool", "content": "x"}]}])
    inside = {"conversations.json": [claude_chat(claude_said("m-1", 1, "Hi"))]}
    write_zip(folder / "file-2-claude.zip", inside)

    assert _sources(vault.vault.imports.run(folder)) == {"chatgpt": 1}


def test_a_file_that_was_uploaded_to_a_chat_stays_a_file_of_it(
    vault: ScratchVault, tmp_path: Path
) -> None:
    path = write_zip(
        tmp_path / "export.zip",
        {
            "conversations.json": [chat("Sails", "How?", "So")],
            "user-1/file-1.json": [claude_chat(claude_said("m-1", 1, "Hi"), name="Masts")],
            "dalle-generations/a.png": b"\x89PNG\r\n\x1a\n",
        },
    )

    assert _sources(vault.vault.imports.run(path)) == {"chatgpt": 1}


def test_a_loose_file_of_no_provider_does_not_hide_the_export_beside_it(
    vault: ScratchVault, tmp_path: Path
) -> None:
    note = {"messages": [{"role": "user", "content": "Remember the milk"}]}
    path = write_zip(
        tmp_path / "e.zip", {"note.json": note, "a/conversations.json": [chat("Sails", "How?")]}
    )

    assert _sources(vault.vault.imports.run(path)) == {"chatgpt": 1}


def test_a_part_that_cannot_be_read_is_named_and_the_other_comes_in(
    vault: ScratchVault, tmp_path: Path
) -> None:
    broken = {**_TAKEOUT, "Takeout/Drive/Google AI Studio/Ropes": b'{"chunkedPrompt": {'}

    report = vault.vault.imports.run(write_zip(tmp_path / "takeout.zip", broken))

    [file], [trouble] = report.files, report.failed
    assert file.source == "gemini" and file.counts.conversations_new == 1
    assert trouble.file == "takeout.zip" and "not valid JSON" in trouble.reason


@pytest.mark.parametrize("fault", ["a link", "cut off", "more behind"])
def test_an_export_that_was_not_read_to_its_end_marks_nothing_as_missing(
    vault: ScratchVault, tmp_path: Path, fault: str
) -> None:
    sails, masts = (
        chat(title, "How?", "So", id=letter * 32)
        for title, letter in (("Sails", "a"), ("Masts", "b"))
    )
    openai = tmp_path / "exports" / "openai"
    openai.mkdir(parents=True)
    write_json(openai / "user.json", {"id": "me"})
    write_json(openai / "conversations-000.json", [sails])
    write_json(openai / "conversations-001.json", [masts])
    _beside(openai.parent)
    vault.vault.imports.run(openai.parent)
    if fault == "a link":
        (openai / "conversations-001.json").rename(tmp_path / "elsewhere.json")
        (openai / "conversations-001.json").symlink_to(tmp_path / "elsewhere.json")
    else:
        (openai / "conversations-001.json").unlink()
        text = json.dumps([sails])
        end = "," if fault == "cut off" else f"]{json.dumps([masts])}"
        (openai / "conversations-000.json").write_text(text[:-1] + end)

    report = vault.vault.imports.run(openai.parent)

    assert _sources(report) == {"chatgpt": 0, "claude": 0}
    assert report.total.conversations_missing == 0
    assert vault.vault.search.find("is:missing").total == 0


def _beside(folder: Path) -> None:
    """Put an export of another provider into *folder*."""
    (folder / "anthropic").mkdir()
    record = claude_chat(claude_said("m-1", 1, "Hi"), name="Masts")
    write_json(folder / "anthropic" / "conversations.json", [record])


def test_what_is_odd_about_the_whole_is_said_once(vault: ScratchVault, tmp_path: Path) -> None:
    path = write_zip(tmp_path / "takeout.zip", _TAKEOUT)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("../../evil.txt", b"x")

    report = vault.vault.imports.run(path)

    reasons = [w.reason for file in report.files for w in file.warnings]
    assert len([reason for reason in reasons if "outside the ZIP" in reason]) == 1


def test_an_export_of_nobody_is_refused_however_many_folders_it_has(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "e.zip", {f"f{n}/todo.json": {"n": n} for n in range(5)})

    with open_export(path) as export, pytest.raises(UnreadableInputError, match="not an export"):
        registry.find_all(export)


def test_a_prompt_that_is_too_large_is_named(
    vault: ScratchVault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_stream, "_WHOLE_BYTES", 100_000)
    monkeypatch.setattr(json_stream, "_BLOCK_BYTES", 10_000)
    large: Json = {**_PROMPT, "citations": ["x" * 200_000]}
    members = {**_TAKEOUT, "Takeout/Drive/Google AI Studio/Photos": large}

    report = vault.vault.imports.run(write_zip(tmp_path / "takeout.zip", members))

    [skipped] = [trouble for file in report.files for trouble in file.skipped]
    assert skipped.where == "Takeout/Drive/Google AI Studio/Photos"
    assert "64 MB" in skipped.reason
    assert _sources(report) == {"gemini": 1, "aistudio": 1}


# -- reports of files before an error --


class _Failing:
    """An importer that the disk fails under."""

    source = "claude"
    label = "Failing"

    def recognises(self, export: Export) -> bool:
        return export.name == "failing.json"

    def account(self, export: Export) -> str | None:
        return None

    def is_whole_account(self, export: Export) -> bool:
        return False

    def read(self, export: Export, notes: Notes) -> Iterator[Conversation]:
        raise DeviceError("the disk is full")
        yield


def test_what_earlier_files_brought_is_told_before_an_error_ends_the_import(
    vault: ScratchVault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "BUILT_IN", (_Failing(), *registry.BUILT_IN))
    good = write_chats(tmp_path / "good.json", chat("Sails", "How?", "So"))
    bad = write_json(tmp_path / "todo.json", {"hello": "world"})
    failing = write_json(tmp_path / "failing.json", {})
    done: list[Any] = []

    with pytest.raises(DeviceError):
        vault.vault.imports.run(good, bad, failing, good, on_done=done.append)

    [file, trouble] = done
    assert isinstance(file, FileReport) and file.counts.conversations_new == 1
    assert isinstance(trouble, Trouble) and trouble.file == "todo.json"


def test_the_command_prints_what_earlier_files_brought_and_then_the_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from support.command_line import PASSWORD, CommandLine

    password = tmp_path / "password"
    password.write_text(f"{PASSWORD}\n", encoding="utf-8")
    password.chmod(0o600)
    cli = CommandLine(vault=tmp_path / "vault", password_file=password)
    cli.run("init", "--kdf-memory", "64")
    monkeypatch.setattr(registry, "BUILT_IN", (_Failing(), *registry.BUILT_IN))
    good = write_chats(tmp_path / "good.json", chat("Sails", "How?", "So"))
    failing = write_json(tmp_path / "failing.json", {})

    shown = cli.run("import", good, failing, code=1)
    document = cli.run("import", good, failing, "--json", code=1)

    assert "1 conversation new" in shown.stdout and "the disk is full" in shown.stderr
    assert [file["name"] for file in json.loads(document.stdout)["files"]] == ["good.json"]
    assert "the disk is full" in document.stderr


def test_an_export_packed_beside_another_in_a_folder_is_named(
    vault: ScratchVault, tmp_path: Path
) -> None:
    whole = tmp_path / "all"
    (whole / "claude").mkdir(parents=True)
    (whole / "a.txt").write_text("a note")
    write_json(whole / "claude" / "conversations.json", [claude_chat(claude_said("m-1", 1, "Hi"))])
    write_zip(whole / "claude" / "own.zip", {"conversations.json": [chat("c")]})
    write_zip(whole / "claude" / "upload.zip", {"a.txt": b"a note"})

    (file,) = vault.vault.imports.run(whole).files

    (said,) = file.warnings
    assert said.where == "claude/own.zip"
    assert said.reason == "it is an export by itself and was not read; import this ZIP"
    assert _sources(vault.vault.imports.run(whole / "claude" / "own.zip")) == {"chatgpt": 1}
