"""What an import wrote is what it reports, logs and lists, however bad the rest of the file is."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from privatus.core.conversation import Json
from support.chatgpt_records import chat
from support.conversations import conversation, message
from support.vaults import ScratchVault

_SAMPLE = Path(__file__).parents[3] / "shared/samples"
_EMPTY: dict[str, Json] = {
    "id": "c-1",
    "title": "Valid Conversation",
    "mapping": {},
    "current_node": None,
}


def _audited(vault: ScratchVault) -> list[object]:
    return [e.details for e in vault.vault.audit.list() if e.action == "import"]


@pytest.mark.parametrize("rest", [', {"id": "c-2", "tit', ', "no conversation"]'])
def test_an_empty_conversation_before_what_cannot_be_read_is_counted_and_logged(
    vault: ScratchVault, tmp_path: Path, rest: str
) -> None:
    path = tmp_path / "conversations.json"
    path.write_text("[" + json.dumps(_EMPTY) + rest, encoding="utf-8")

    report = vault.vault.imports.run(path)

    assert not report.failed
    assert report.total.conversations_new == 1
    assert report.files[0].skipped_count == 1
    assert [c.title for c in vault.vault.conversations.list()] == ["Valid Conversation"]
    (entry,) = _audited(vault)
    assert isinstance(entry, dict)
    assert (entry["conversations"], entry["skipped"]) == ([1, 0], 1)


def test_of_a_file_that_failed_nothing_is_in_the_vault_and_the_log(
    vault: ScratchVault, tmp_path: Path
) -> None:
    path = tmp_path / "conversations.json"
    path.write_text(json.dumps([chat()])[:20] + ', "no', encoding="utf-8")

    report = vault.vault.imports.run(path)

    assert report.failed and not report.files
    assert vault.vault.conversations.list() == []
    assert _audited(vault) == []


def test_a_sample_that_is_cut_off_says_what_came_in(vault: ScratchVault) -> None:
    found = sorted(_SAMPLE.rglob("echomine-malformed_invalid_json.json"))
    if not found:
        pytest.skip("needs ../shared/samples")

    report = vault.vault.imports.run(found[0])

    assert not report.failed
    assert report.total.conversations_new == len(vault.vault.conversations.list()) == 1
    assert report.files[0].skipped_count == 1
    assert len(_audited(vault)) == 1


def test_what_gets_its_time_at_a_later_import_is_listed_by_it(vault: ScratchVault) -> None:
    dated = [
        conversation("a", external_id=name, title=name, created_at_ms=at_ms, updated_at_ms=at_ms)
        for name, at_ms in (("newer", 1_700_000_000_000), ("older", 1_600_000_000_000))
    ]
    undated = conversation(message(1, "b"), external_id="late", title="late")
    vault.bring(undated, *dated)
    assert vault.vault.conversations.list()[0].title == "late"

    vault.bring(replace(undated, updated_at_ms=1_650_000_000_000))

    titles = [c.title for c in vault.vault.conversations.list()]
    assert titles == ["newer", "late", "older"]
