"""Real-shaped exports of ChatGPT, and hostile ones, give the counts that others have found.

The counts come from a program that shares no code with ours; what each hostile file must lead to
was known when it was made.
"""

from __future__ import annotations

import csv
import json
import resource
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from privatus.core.conversation import Conversation
from privatus.core.errors import UnreadableInputError
from privatus.importers import registry
from privatus.importers.base import Notes
from privatus.importers.export import open_export

# Where they are missing, pytest says that it was given no cases, and skips.
_SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"
_REFUSED = {
    "hostile/bad-crc.zip": "damaged or incomplete; download the export again",
    "hostile/empty.zip": "holds nothing to import",
    "hostile/encrypted-flag.zip": "is password-protected; unpack it with its password first",
    "hostile/not-a-zip.zip": "is not a ZIP file; download it again",
    "hostile/null.json": "is not an export that Privatus knows",
    "hostile/truncated.json": "it is not valid JSON; it may be cut off",
    "hostile/truncated.zip": "damaged or incomplete; download the export again",
}


def counted() -> list[dict[str, str]]:
    """Return the rows of the table that say how many conversations ChatGPT's samples have."""
    table = _SAMPLES / "counts.tsv"
    if not table.is_file():
        return []
    with table.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file, delimiter="\t") if row["kind"] == "chatgpt"]


def known() -> list[tuple[str, dict[str, Any]]]:
    table = _SAMPLES / "own-expected.json"
    if not table.is_file():
        return []
    expected = json.loads(table.read_text(encoding="utf-8"))
    return [item for item in expected.items() if item[0].startswith("hostile/")]


def read(path: Path) -> tuple[list[Conversation], Notes]:
    notes = Notes()
    with open_export(path) as export:
        importer = registry.find(export)
        assert importer.source == "chatgpt"
        return list(importer.read(export, notes)), notes


def branch_points(conversation: Conversation) -> int:
    """Count the messages with more than one answer."""
    answers = Counter(m.parent for m in conversation.messages if m.parent is not None)
    return sum(count > 1 for count in answers.values())


@pytest.mark.parametrize("row", counted(), ids=lambda row: row["file"])
def test_a_sample_gives_what_others_have_counted(row: dict[str, str]) -> None:
    found, notes = read(_SAMPLES / row["file"])

    assert len(found) == int(row["convs"])
    assert sum(len(c.messages) for c in found) == int(row["msgs"])
    assert (notes.conversations_seen, notes.messages_seen) == (len(found), int(row["msgs"]))
    assert sum(map(branch_points, found)) == int(row["branch_points"])
    # 0: the program that counted looks at `current_node` only, and there is none.
    if row["active"] != "0":
        assert sum(len(c.active_path()) for c in found) == int(row["active"])


@pytest.mark.parametrize(("name", "expected"), known())
def test_a_hostile_file_leads_to_what_it_must(name: str, expected: dict[str, Any]) -> None:
    if name in _REFUSED:
        with pytest.raises(UnreadableInputError, match=_REFUSED[name]):
            read(_SAMPLES / name)
        return

    found, _ = read(_SAMPLES / name)

    if "conversations" in expected:
        # A conversation that is there twice is given out twice; importing merges the two.
        assert len({c.external_id for c in found}) == expected["conversations"]
    if "messages" in expected:
        assert sum(len(c.messages) for c in found) == expected["messages"]
    if "active" in expected:
        assert sum(len(c.active_path()) for c in found) == expected["active"]


@pytest.mark.parametrize("name", _REFUSED)
def test_a_file_that_must_be_refused_is_among_the_samples(samples: Path, name: str) -> None:
    assert (samples / name).is_file()


def test_bad_times_are_unknown_and_milliseconds_are_told(samples: Path) -> None:
    def years(name: str) -> int | None:
        [found], _ = read(samples / "hostile" / name)
        return None if found.created_at_ms is None else 1970 + found.created_at_ms // 31_557_600_000

    assert [years(f"{name}.json") for name in ("nan", "infinity", "negative-time")] == [None] * 3
    assert [years(f"{name}.json") for name in ("ms-times", "string-times")] == [2026, 2026]


def test_odd_characters_come_through(samples: Path) -> None:
    [mended], _ = read(samples / "hostile" / "lone-surrogate.json")
    [nul], _ = read(samples / "hostile" / "nul-char.json")

    assert any("\ufffd" in m.text for m in mended.messages)
    assert any("\x00" in m.text for m in nul.messages)


@pytest.mark.skipif(sys.platform == "win32", reason="resource is of Unix")
def test_bombs_do_not_fill_the_memory(samples: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    for name in ("bomb-50MB.zip", "bomb-json-40MB.zip"):
        read(samples / "hostile" / name)

    unit = 1 if sys.platform == "darwin" else 1024
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * unit < 120_000_000


def test_the_assets_of_a_sample_are_found(samples: Path) -> None:
    with open_export(samples / "chatgpt" / "our-dialogues-folder-2026.zip") as export:
        found = list(registry.find(export).read(export, Notes()))
        attachments = [a for c in found for m in c.messages for a in m.attachments]
        contents = []
        for attachment in attachments:
            assert attachment.open is not None, attachment.name
            with attachment.open() as stream:
                contents.append(stream.read())

    assert len(attachments) == 4
    assert [len(content) for content in contents] == [a.size_bytes for a in attachments]
