"""Summaries in a person's words go out of one vault and into another; all go into texts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from privatus.core.summary import Summary, SummaryAuthor
from privatus.services.summary_rows import MAX_TEXT_CHARS
from support.conversations import conversation
from support.copies import copied
from support.vaults import ScratchVault

_SAID = (
    "Why does the pump of my washing machine hum?",
    "A coin blocks the wheel of the pump in the washing machine.",
)


def _document(summary: Any) -> dict[str, Any]:
    message = {"role": "user", "external_id": "a", "parts": [{"kind": "text", "text": "Hello"}]}
    chat = {
        "kind": "ai", "source": "mybot", "external_id": "1", "title": "Greeting",
        "messages": [{"id": "1", **message}], "summary": summary,
    }  # fmt: skip
    return {"format": "privatus-export", "version": 1, "conversations": [chat]}


def _import(vault: ScratchVault, document: dict[str, Any], folder: Path) -> Any:
    path = folder / "privatus-export.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return vault.vault.imports.run(path)


def _export(vault: ScratchVault, folder: Path, form: str) -> str:
    vault.vault.exports.run(folder / form, form)
    names = ("*.md", "*.html", "*.json")
    found = [path for name in names for path in sorted((folder / form).rglob(name))]
    return "\n".join(path.read_text(encoding="utf-8") for path in found)


def test_a_vault_with_a_persons_summary_is_copied_byte_by_byte(
    vault: ScratchVault, tmp_path: Path
) -> None:
    vault.bring(conversation(*_SAID))
    vault.vault.summaries.write(str(vault.only().id), "It was a coin.\n\nAgain!")

    copied(vault.vault, tmp_path)


def test_one_that_was_made_of_sentences_is_made_anew_in_the_other_vault(
    vault: ScratchVault, tmp_path: Path
) -> None:
    vault.bring(conversation(*_SAID))
    vault.vault.summaries.catch_up()
    vault.vault.exports.run(tmp_path / "out", "json")
    other = ScratchVault.create(tmp_path / "other")

    other.vault.imports.run(tmp_path / "out")

    assert other.only().summary is None
    assert other.vault.summaries.waiting() == 1
    [chat] = json.loads((tmp_path / "out" / "privatus-export.json").read_text())["conversations"]
    assert chat["summary"] is None


def test_a_chat_that_is_there_already_keeps_its_own(vault: ScratchVault, tmp_path: Path) -> None:
    _import(vault, _document({"text": "First"}), tmp_path)
    vault.vault.summaries.write(str(vault.only().id), "Mine")

    _import(vault, _document({"text": "Second"}), tmp_path)

    assert vault.only().summary == vault.vault.summaries.of(str(vault.only().id))
    assert vault.vault.summaries.of(str(vault.only().id)).text == "Mine"
    assert vault.check().ok


@pytest.mark.parametrize("summary", [{}, {"text": 7}, {"text": None}])
def test_a_summary_without_words_is_none_of_the_format(
    vault: ScratchVault, tmp_path: Path, summary: Any
) -> None:
    report = _import(vault, _document(summary), tmp_path)

    assert report.failed or report.files[0].skipped


def test_one_that_is_too_long_is_left_out_and_said(vault: ScratchVault, tmp_path: Path) -> None:
    report = _import(vault, _document({"text": "x" * (MAX_TEXT_CHARS + 1)}), tmp_path)

    assert "its summary" in report.files[0].warnings[0].where
    assert vault.only().summary is None


def test_it_stands_in_the_front_matter_and_at_the_head_of_the_page(
    vault: ScratchVault, tmp_path: Path
) -> None:
    vault.bring(conversation(*_SAID))
    assert "summary:" not in _export(vault, tmp_path / "before", "markdown")
    vault.vault.summaries.catch_up()
    made = vault.vault.summaries.of(str(vault.only().id)).plain

    assert f'summary: "{made}"' in _export(vault, tmp_path, "markdown")
    vault.vault.summaries.write(str(vault.only().id), "Said <b>so</b>")
    page = _export(vault, tmp_path, "html")
    assert "<h2>Summary</h2>" in page
    assert "Said &lt;b&gt;so&lt;/b&gt;" in page


def test_a_conversation_says_whose_summary_it_has(vault: ScratchVault) -> None:
    vault.bring(conversation(*_SAID))
    assert vault.only().summary is None

    vault.vault.summaries.catch_up()
    made = vault.only().summary
    vault.vault.summaries.write(str(vault.only().id), "Mine")

    assert made is not None
    assert made.author is SummaryAuthor.MACHINE
    assert vault.only().summary == Summary(
        author=SummaryAuthor.PERSON, text="Mine", version=1,
        made_at_ms=vault.only().summary.made_at_ms,  # type: ignore[union-attr]
    )  # fmt: skip
