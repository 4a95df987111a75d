"""Each hostile sample leads to what its maker says, through the whole of an import."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from privatus.bootstrap import Vault
from privatus.core.conversation import Conversation, Kind
from privatus.core.import_report import ImportReport
from support.chatgpt_chats import chat, write_chats
from support.vaults import ScratchVault

_SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"
# Files that must not come in, with a word that tells a person why.
_REFUSED = {
    "bomb-json-40MB.zip": "",
    "bad-crc.zip": "damaged",
    "truncated.zip": "",
    "encrypted-flag.zip": "password",
    "not-a-zip.zip": "",
    "empty.zip": "",
    "null.json": "",
    "empty-list.json": "",
}
# What does not come in wholly, or not all of it, and so must be said.
_TOLD = ("path-traversal.zip", "symlink.zip", "mixed-bad-rows.json", "null-mapping.json")


@dataclass(frozen=True)
class _Imported:
    report: ImportReport
    found: list[Conversation]
    problems: list[str]
    good_is_found: bool

    @property
    def chats(self) -> list[Conversation]:
        return [c for c in self.found if c.kind is Kind.AI and c.title != "The good one"]

    @property
    def reasons(self) -> list[str]:
        troubles = [t for f in self.report.files for t in (*f.skipped, *f.warnings)]
        return [t.reason for t in (*self.report.failed, *troubles)]


def _names() -> list[str]:
    folder = _SAMPLES / "hostile"
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else ["none"]


@pytest.fixture(scope="module", params=_names())
def name(request: pytest.FixtureRequest, samples: Path) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def expected(samples: Path) -> dict[str, dict[str, Any]]:
    known: dict[str, dict[str, Any]] = json.loads(
        (samples / "own-expected.json").read_text(encoding="utf-8")
    )
    return known


@pytest.fixture(scope="module")
def imported(name: str, samples: Path, tmp_path_factory: pytest.TempPathFactory) -> _Imported:
    """Import the sample between two parts of a good export."""
    folder = tmp_path_factory.mktemp("hostile")
    good = write_chats(folder / "good.json", chat("The good one", "a question", "an answer"))
    scratch = ScratchVault.create(folder / "vault")
    report = scratch.vault.imports.run(good, samples / "hostile" / name)
    imported = _Imported(
        report=report,
        found=[scratch.vault.conversations.get(c.id) for c in scratch.vault.conversations.list()],
        problems=scratch.problems(),
        good_is_found=scratch.vault.search.find("question source:chatgpt").total > 0,
    )
    scratch.vault.lock()
    assert not [path for path in folder.rglob("*") if path.name in ("evil.txt", "passwd")]
    return imported


def test_the_file_beside_it_comes_in_and_the_vault_is_whole(imported: _Imported) -> None:
    assert "The good one" in {c.title for c in imported.found}
    assert imported.good_is_found
    assert imported.problems == []


def test_it_holds_what_its_maker_says(
    imported: _Imported, name: str, expected: dict[str, dict[str, Any]]
) -> None:
    said = expected.get(f"hostile/{name}", {})
    if name in _REFUSED and "conversations" not in said:
        assert imported.chats == []
        return
    if "conversations" in said:
        assert len(imported.chats) == said["conversations"]
    if "messages" in said:
        assert sum(len(c.messages) for c in imported.chats) == said["messages"]
    if "active" in said:
        assert [len(c.active_path()) for c in imported.chats] == [said["active"]]


def test_what_did_not_come_in_is_told_in_a_sentence(imported: _Imported, name: str) -> None:
    if name in _REFUSED:
        assert len(imported.report.failed) == 1
        assert _REFUSED[name] in imported.reasons[0]
    if name in _TOLD:
        assert imported.reasons
    for reason in imported.reasons:
        assert reason and not reason.endswith(".") and "Traceback" not in reason
        assert "Error" not in reason and "object has no" not in reason


# -- what the texts say of single files --


def _only(samples: Path, tmp_path: Path, name: str) -> Conversation:
    scratch = ScratchVault.create(tmp_path / "vault")
    scratch.vault.imports.run(samples / "hostile" / name)
    found = scratch.only()
    scratch.vault.lock()
    return found


@pytest.mark.parametrize("name", ["nan.json", "infinity.json", "all-null-times.json"])
def test_a_time_that_is_none_is_unknown(samples: Path, tmp_path: Path, name: str) -> None:
    found = _only(samples, tmp_path, name)

    times = (found.created_at_ms, found.updated_at_ms, *(m.created_at_ms for m in found.messages))
    assert None in times


def test_times_in_milliseconds_are_of_this_century(samples: Path, tmp_path: Path) -> None:
    found = _only(samples, tmp_path, "ms-times.json")

    # 2020 to 2040.
    assert 1_577_836_800_000 < (found.created_at_ms or 0) < 2_208_988_800_000


@pytest.mark.parametrize("name", ["duplicate-id-newer.json", "duplicate-id-newer-first.json"])
def test_of_two_records_with_one_id_the_newer_text_is_shown(
    samples: Path, tmp_path: Path, name: str
) -> None:
    records = json.loads((samples / "hostile" / name).read_text(encoding="utf-8"))
    newer = max(records, key=lambda record: record["update_time"])
    texts = [
        node["message"]["content"]["parts"][0]
        for node in newer["mapping"].values()
        if node.get("message")
    ]

    shown = [m.text for m in _only(samples, tmp_path, name).active_path()]

    assert set(shown) == {text for text in texts if text}


def test_half_a_surrogate_pair_is_stored_as_the_replacement_character(
    samples: Path, tmp_path: Path
) -> None:
    assert "\ufffd" in str(_only(samples, tmp_path, "lone-surrogate.json"))


def test_nothing_of_an_archive_is_written_outside(samples: Path, tmp_path: Path) -> None:
    for name in ("path-traversal.zip", "symlink.zip"):
        scratch = ScratchVault.create(tmp_path / name / "vault")
        scratch.vault.imports.run(samples / "hostile" / name)
        scratch.vault.lock()

    assert {path.name for path in tmp_path.iterdir()} == {"path-traversal.zip", "symlink.zip"}
    for name in ("path-traversal.zip", "symlink.zip"):
        assert {path.name for path in (tmp_path / name).iterdir()} == {"vault"}


def test_all_of_them_at_once_leave_a_whole_vault_that_a_second_import_does_not_change(
    samples: Path, tmp_path: Path
) -> None:
    paths = sorted((samples / "hostile").iterdir())
    scratch = ScratchVault.create(tmp_path / "vault")
    first = scratch.vault.imports.run(*paths)
    before = scratch.all()

    second = scratch.vault.imports.run(*paths)

    assert {t.file for t in first.failed} == {t.file for t in second.failed} >= set(_REFUSED)
    assert second.total.conversations_new == 0
    assert set(scratch.all()) == set(before)
    assert scratch.problems() == []
    scratch.vault.lock()
    assert Vault.exists(tmp_path / "vault")
