"""Every sample export, the hostile ones too, goes out in every format and comes back as JSON."""

from __future__ import annotations

from pathlib import Path

import pytest

from privatus.core.conversation import Conversation
from privatus.core.errors import UnreadableInputError
from privatus.core.jobs import Job
from privatus.exporters import registry as exporters
from privatus.importers import registry as importers
from privatus.importers.base import Notes
from privatus.importers.export import open_export
from support.conversations import contents
from support.html_pages import assert_nothing_acts
from support.privatus_exports import read_json, write_json

_FOLDERS = ("chatgpt", "claude", "gemini", "aistudio", "mistral", "grok", "deepseek", "copilot")


def exported_and_read_back(path: Path, folder: Path) -> int:
    """Take the sample at *path* through every format; return how many conversations it has."""
    try:
        with open_export(path) as export:
            chats: list[Conversation] = list(importers.find(export).read(export, Notes()))
            for exporter in exporters.BUILT_IN:
                exporter.write(chats, folder / exporter.format, Job())
            write_json(chats, folder / "json")
            files = [contents(chat) for chat in chats]
    except UnreadableInputError:
        return 0
    for page in (folder / "html").rglob("*.html"):
        assert_nothing_acts(page.read_text(encoding="utf-8"))
    found, found_files, notes = read_json(folder / "json")
    assert found == chats
    assert found_files == files
    assert (notes.skipped, notes.warnings) == ([], [])
    assert len(list((folder / "markdown").rglob("*.md"))) >= len(chats)
    return len(chats)


@pytest.mark.parametrize("source", [*_FOLDERS, "hostile", "other"])
def test_a_sample_survives_every_format(source: str, samples: Path, tmp_path: Path) -> None:
    paths = sorted(path for path in (samples / source).iterdir() if path.stat().st_size < 500_000)

    written = sum(
        exported_and_read_back(path, tmp_path / str(number)) for number, path in enumerate(paths)
    )

    assert written >= len(paths) // 2
