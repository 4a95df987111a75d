"""The sample exports of Gemini, AI Studio and Copilot give what was counted in them.

The counts come from a script that shares no code with the importers (counts.tsv) and from what
the files were made of (own-expected.json).
"""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import pytest

from privatus.core.conversation import Conversation, Message, PartKind, Role
from privatus.importers import aistudio, copilot, gemini
from privatus.importers.base import Importer, Notes
from privatus.importers.export import open_export
from support.exports import read_export
from support.import_rules import check_import

GEMINI = (
    "gemini/agentsview-activity.html",
    "gemini/chatlore-MyActivity.json",
    "gemini/own-takeout-0-html.zip",
    "gemini/own-takeout-0-json.zip",
    "gemini/own-takeout-1-html.zip",
    "gemini/own-takeout-1-json.zip",
    "gemini/panchat-myactivity.json",
)
AISTUDIO = (
    "aistudio/chat_history-gemini_2026_sample.json",
    "aistudio/own-Branch of stone",
    "aistudio/own-Copy of notes",
    "aistudio/own-Untitled prompt",
)
COPILOT = (
    "copilot/own-copilot-activity-history.csv",
    "copilot/own-copilot-chat-activity.csv",
    "copilot/own-windows-apps-copilot-activity-history.csv",
)
IMPORTERS: dict[str, Importer] = {
    **dict.fromkeys(GEMINI, gemini.IMPORTER),
    **dict.fromkeys(AISTUDIO, aistudio.IMPORTER),
    **dict.fromkeys(COPILOT, copilot.IMPORTER),
}


def read(samples: Path, name: str) -> tuple[list[Conversation], Notes]:
    path = samples / name
    if not path.exists():
        pytest.skip(f"there is no sample {name}")
    conversations, notes = read_export(IMPORTERS[name], path)
    check_import(conversations, notes)
    return conversations, notes


def counted(samples: Path, name: str) -> dict[str, int]:
    """Return what the counting script found in the file."""
    with (samples / "counts.tsv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file, delimiter="\t"):
            if line["file"] == name:
                return {column: int(value) for column, value in line.items() if _is_count(value)}
    pytest.skip(f"{name} was not counted")


def _is_count(value: str | None) -> bool:
    return bool(value) and str(value).isdigit()


def expected(samples: Path, name: str) -> dict[str, int]:
    """Return what the file was made of; nothing if we did not make it."""
    known = json.loads((samples / "own-expected.json").read_text(encoding="utf-8"))
    found: dict[str, int] = known.get(name, {})
    return found


def messages_of(conversations: list[Conversation]) -> list[Message]:
    return [message for conversation in conversations for message in conversation.messages]


def rows_of(messages: list[Message]) -> Counter[str]:
    """Count the messages by what of a row they are."""
    return Counter(message.external_id.rpartition(":")[2] for message in messages)


@pytest.mark.parametrize("name", GEMINI)
def test_each_row_of_gemini_is_imported_or_counted(samples: Path, name: str) -> None:
    counts, made_of = counted(samples, name), expected(samples, name)

    conversations, notes = read(samples, name)

    messages = messages_of(conversations)
    rows = rows_of(messages)
    foreign = sum(n for what, n in notes.ignored.items() if "another product" in what)
    events = sum(n for what, n in notes.ignored.items() if "event" in what)
    assert rows["prompt"] + events + foreign == counts["rows"]
    assert rows["prompt"] + events == counts["gemini_rows"]
    assert len(messages) == rows["prompt"] + rows["answer"]
    assert notes.skipped_count == 0
    # HTML was counted in cells only.
    if "answers" in counts:
        assert rows["answer"] == counts["answers"]
    prompts = sum(message.role is Role.USER for message in messages)
    if "prompts" in made_of:
        assert (prompts, rows["answer"]) == (made_of["prompts"], made_of["answers"])
        assert prompts + events == made_of["entries"]
    if "html_cells" in made_of:
        assert prompts == made_of["html_cells"]
        threads = [c for c in conversations if "grouped_by" not in c.metadata]
        assert len(threads) == made_of["threads"]


@pytest.mark.parametrize("name", AISTUDIO)
def test_each_chunk_of_ai_studio_is_a_message(samples: Path, name: str) -> None:
    counts, made_of = counted(samples, name), expected(samples, name)

    conversations, notes = read(samples, name)

    chunks = messages_of(conversations)
    assert (len(conversations), len(chunks)) == (counts["convs"], counts["msgs"])
    assert len([m for m in chunks if m.parts]) == counts["text"]
    assert notes.skipped_count == 0
    if made_of:
        assert (len(conversations), len(chunks)) == (made_of["conversations"], made_of["chunks"])


@pytest.mark.parametrize("name", COPILOT)
def test_each_row_of_copilot_is_a_message(samples: Path, name: str) -> None:
    counts, made_of = counted(samples, name), expected(samples, name)

    conversations, notes = read(samples, name)

    messages = messages_of(conversations)
    assert len(messages) == counts["rows"] == counts["msgs"] == made_of["messages"]
    if "convs" in counts:
        assert len(conversations) == counts["convs"] == made_of["conversations"]
    assert (notes.skipped_count, notes.warnings_count) == (0, 0)


@pytest.mark.parametrize("name", IMPORTERS)
def test_a_sample_is_recognised_by_its_importer_only(samples: Path, name: str) -> None:
    path = samples / name
    if not path.exists():
        pytest.skip(f"there is no sample {name}")

    with open_export(path) as export:
        found = {i.source for i in set(IMPORTERS.values()) if i.recognises(export)}

    assert found == {IMPORTERS[name].source}


@pytest.mark.parametrize("name", IMPORTERS)
def test_a_second_import_says_the_same(samples: Path, name: str) -> None:
    assert read(samples, name) == read(samples, name)


def test_other_samples_are_not_taken_for_ours(samples: Path) -> None:
    others = ("chatgpt", "claude", "deepseek", "grok", "mistral", "other")
    paths = sorted(p for name in others for p in (samples / name).glob("*") if p.is_file())
    assert paths
    for path in paths:
        with open_export(path) as export:
            found = [i.source for i in set(IMPORTERS.values()) if i.recognises(export)]
        assert (path.name, found) == (path.name, [])


def test_the_questions_of_copilot_stand_before_their_answers(samples: Path) -> None:
    conversations, _ = read(samples, "copilot/own-copilot-activity-history.csv")

    assert conversations
    for conversation in conversations:
        roles = [message.role for message in conversation.messages]
        assert roles == [Role.USER, Role.ASSISTANT] * (len(roles) // 2)


def test_the_attachment_of_a_takeout_opens(samples: Path) -> None:
    for name in (n for n in GEMINI if n.endswith(".zip")):
        with open_export(samples / name) as export:
            messages = messages_of(list(gemini.IMPORTER.read(export, Notes())))
            [attachment] = [a for message in messages for a in message.attachments]
            assert attachment.open is not None
            assert attachment.open().read().startswith(b"\x89PNG")
            assert attachment.name == "image_3.png"


def test_answers_of_gemini_are_markdown_without_scripts(samples: Path) -> None:
    conversations, _ = read(samples, "gemini/agentsview-activity.html")
    more, _ = read(samples, "gemini/own-takeout-0-json.zip")

    texts = [message.text for message in messages_of(conversations)]
    assert "**first** answer & detail" in texts
    assert not any("secret" in text for text in texts)
    answers = [m.text for m in messages_of(more) if m.role is Role.ASSISTANT]
    assert all("\n\n```python\nx = " in a and " < 5\n```\n\n- " in a for a in answers)


def test_thoughts_of_ai_studio_are_folded(samples: Path) -> None:
    conversations, _ = read(samples, "aistudio/own-Untitled prompt")

    kinds = [[part.kind for part in message.parts] for message in conversations[0].messages]
    assert kinds == [[PartKind.TEXT], [PartKind.THINKING], [PartKind.TEXT]] * 3
