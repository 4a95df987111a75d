"""Exporting a choice of conversations, and one as a single file."""

from __future__ import annotations

from pathlib import Path

import pytest

from privatus.core.errors import UserError
from privatus.exporters.base import ExportOptions
from support.conversations import conversation
from support.vaults import ScratchVault


@pytest.fixture
def chosen(vault: ScratchVault) -> ScratchVault:
    vault.bring(
        *(conversation(f"about {name}", external_id=name, title=name.title())
          for name in ("apples", "melons", "pears"))
    )  # fmt: skip
    return vault


def _texts(folder: Path) -> str:
    return "\n".join(path.read_text() for path in sorted(folder.rglob("*.md")))


def test_only_the_chosen_conversations_are_written(chosen: ScratchVault, tmp_path: Path) -> None:
    listing = chosen.vault.listing
    ids = [r.row_id for r in listing.rows(listing.arrange().ids) if r.summary.title != "Melons"]

    result = chosen.vault.exports.run(tmp_path / "out", "markdown", row_ids=ids)

    assert result.conversations == 2
    assert "about apples" in _texts(tmp_path / "out")
    assert "about melons" not in _texts(tmp_path / "out")


def test_a_choice_and_a_query_narrow_each_other(chosen: ScratchVault, tmp_path: Path) -> None:
    listing = chosen.vault.listing
    ids = [r.row_id for r in listing.rows(listing.arrange().ids) if r.summary.title != "Melons"]

    result = chosen.vault.exports.run(tmp_path / "out", "markdown", "pears", row_ids=ids)

    assert result.conversations == 1


def test_one_conversation_is_a_file_of_its_own(chosen: ScratchVault) -> None:
    chat = next(c for c in chosen.vault.conversations.list() if c.title == "Pears")

    name, text = chosen.vault.exports.page(chat.id)

    assert name.startswith("Pears ") and name.endswith(".md") and "/" not in name
    assert text.startswith("---\n")
    assert "# Pears" in text and "about pears" in text


def test_what_is_not_there_is_no_file(chosen: ScratchVault) -> None:
    with pytest.raises(UserError):
        chosen.vault.exports.page("ffff")


@pytest.mark.parametrize("form", ["markdown", "html", "json", "jsonl", "csv", "parquet"])
def test_a_sample_is_the_first_conversation_as_it_would_be_written(
    chosen: ScratchVault, tmp_path: Path, form: str
) -> None:
    exports = chosen.vault.exports
    bare = ExportOptions(with_metadata=False)

    shown = exports.sample(form, "pears", options=bare)

    assert "about pears" in shown
    assert "about apples" not in shown
    assert exports.sample(form, "nowhere") == ""
    assert exports.sample(form, row_ids=[]) == ""
    if form in ("markdown", "jsonl"):
        exports.run(tmp_path / form, form, "pears", options=bare)
        [path] = [p for p in (tmp_path / form).rglob("*") if p.suffix in (".md", ".jsonl")]
        assert path.read_text(encoding="utf-8").strip() == shown.strip()
