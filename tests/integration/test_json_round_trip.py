"""Out of one vault and into another: not a byte is lost on the way."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from privatus.core.conversation import Conversation
from privatus.services.import_objections import objection
from support.conversations import contents, conversations
from support.copies import copied, exported
from support.filled import ACCOUNT, fill, first_export
from support.vaults import ScratchVault

_SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"
# In these there is no conversation that could be read.
_EMPTY = {
    "claude/osteele-simple-invalid.json",
    *(f"hostile/{name}.json" for name in ("empty-list", "null", "truncated")),
    *(f"hostile/{name}.zip" for name in ("bad-crc", "bomb-json-40MB", "empty", "encrypted-flag")),
    *(f"hostile/{name}.zip" for name in ("not-a-zip", "truncated")),
}


def _sample_names() -> list[str]:
    names = sorted(path.relative_to(_SAMPLES).as_posix() for path in _SAMPLES.glob("*/*"))
    return names or ["none"]


def test_a_vault_with_everything_is_copied_byte_by_byte(
    vault: ScratchVault, tmp_path: Path
) -> None:
    fill(vault)
    vault.bring(*first_export()[:1], account_name=ACCOUNT, is_whole=True)
    assert [c.is_missing_at_source for c in vault.all().values()].count(True) == 2

    tree = copied(vault.vault, tmp_path)

    # The mark of the folder, the document and two files; of a third one there are no bytes.
    assert len(tree) == 4


def test_an_empty_vault_is_copied(vault: ScratchVault, tmp_path: Path) -> None:
    first = exported(vault.vault, tmp_path / "first")

    report = vault.vault.imports.run(tmp_path / "first")

    assert [trouble.file for trouble in report.failed] == ["first"]
    assert exported(vault.vault, tmp_path / "second") == first


@pytest.mark.parametrize("name", _sample_names())
def test_every_sample_is_copied_byte_by_byte(
    samples: Path, vault: ScratchVault, tmp_path: Path, name: str
) -> None:
    vault.vault.imports.run(samples / name)
    assert bool(vault.vault.conversations.list()) is (name not in _EMPTY)

    if name not in _EMPTY:
        copied(vault.vault, tmp_path)


def test_all_samples_in_one_vault_are_copied_byte_by_byte(
    samples: Path, vault: ScratchVault, tmp_path: Path
) -> None:
    vault.vault.imports.run(*sorted(samples.glob("*/*")))
    assert len({c.source for c in vault.all().values()}) > 8

    copied(vault.vault, tmp_path)


@settings(
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.lists(
        conversations().filter(lambda c: objection(c) is None),
        min_size=1,
        max_size=4,
        unique_by=lambda c: c.external_id,
    )
)
def test_any_conversations_are_kept_and_copied_byte_by_byte(
    tmp_path_factory: pytest.TempPathFactory, drawn: list[Conversation]
) -> None:
    folder = tmp_path_factory.mktemp("drawn")
    vault = ScratchVault.create(folder / "vault")
    try:
        vault.bring(*drawn)
        for conversation in drawn:
            found = vault.all()[conversation.external_id]
            assert [m.parts for m in found.messages] == [m.parts for m in conversation.messages]
            assert contents(found) == contents(conversation)
        copied(vault.vault, folder)
    finally:
        vault.vault.lock()
