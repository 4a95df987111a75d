"""Mangled exports of every provider, and odd searches, through a vault: only clear refusals.

The long run is `python tests/fuzz`.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from privatus.bootstrap import Vault
from privatus.core.conversation import Json
from privatus.importers import registry
from privatus.importers.export import open_export
from support.chat_shapes import CHATGPT
from support.export_shapes import EXPORTS
from support.exports import write_zip
from support.fuzz_targets import search
from support.imported import read, store
from support.kill import PASSWORD, new_vault, wrong_checks
from support.mangle import mangled_bytes, mangled_export, mangled_zip
from support.search_archive import archive
from support.searches import any_search
from support.vaults import ScratchVault

_SHARED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vault]:
    """Return a vault into which everything goes, one mangled export over the other."""
    with Vault.open(new_vault(tmp_path_factory.mktemp("fuzz") / "vault"), PASSWORD) as opened:
        yield opened
        assert wrong_checks(opened) == []


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vault]:
    scratch = ScratchVault.create(tmp_path_factory.mktemp("archived") / "vault")
    scratch.bring(*archive())
    yield scratch.vault
    scratch.vault.lock()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mangled")


@pytest.mark.parametrize("name", EXPORTS)
def test_the_shapes_that_are_mangled_are_read_whole(name: str, tmp_path: Path) -> None:
    found = read(write_zip(tmp_path / "whole.zip", EXPORTS[name]))

    assert sum(len(c.messages) for c in found) > 0


def test_there_is_a_shape_for_each_importer(tmp_path: Path) -> None:
    found = set()
    for name, members in EXPORTS.items():
        with open_export(write_zip(tmp_path / f"{name}.zip", members)) as export:
            found.add(registry.find(export))

    assert found == set(registry.BUILT_IN)


@pytest.mark.parametrize("name", EXPORTS)
@settings(_SHARED, max_examples=60)
@given(chance=st.randoms(use_true_random=False))
def test_a_mangled_export_is_read_or_refused_in_a_sentence(
    name: str, folder: Path, chance: random.Random
) -> None:
    file_name, raw = mangled_export(EXPORTS[name], chance)
    path = folder / file_name
    path.write_bytes(raw)

    read(path)


@settings(_SHARED, max_examples=150)
@given(name=st.sampled_from(sorted(EXPORTS)), seed=st.integers(0, 2**32))
def test_what_is_read_of_a_mangled_export_can_be_stored(
    vault: Vault, folder: Path, name: str, seed: int
) -> None:
    file_name, raw = mangled_export(EXPORTS[name], random.Random(seed))
    path = folder / file_name
    path.write_bytes(raw)

    store(vault, path)


@settings(_SHARED, max_examples=150)
@given(name=st.sampled_from(sorted(EXPORTS)), chance=st.randoms(use_true_random=False))
def test_a_zip_that_lies_is_read_or_refused_in_a_sentence(
    folder: Path, name: str, chance: random.Random
) -> None:
    path = write_zip(folder / "good.zip", EXPORTS[name])
    path.write_bytes(mangled_zip(path.read_bytes(), chance))

    read(path)


@settings(_SHARED, max_examples=100)
@given(
    raw=st.builds(bytes.__add__, st.sampled_from([b"", b"PK\x03\x04", b"["]), st.binary()),
    suffix=st.sampled_from(["json", "zip", "html", "csv", ""]),
)
def test_any_file_is_read_or_refused_in_a_sentence(folder: Path, raw: bytes, suffix: str) -> None:
    path = folder / f"any.{suffix}"
    path.write_bytes(raw)

    read(path)


@settings(_SHARED, max_examples=60)
@given(chance=st.randoms(use_true_random=False))
def test_any_damage_to_a_members_bytes_is_a_refusal_or_a_note(
    folder: Path, chance: random.Random
) -> None:
    name = chance.choice(sorted(EXPORTS))
    members = {
        path: content if isinstance(content, bytes) else json.dumps(content).encode()
        for path, content in EXPORTS[name].items()
    }
    path = chance.choice(sorted(members))
    members[path] = mangled_bytes(members[path], chance)
    target = folder / "members"
    for inner, content in members.items():
        (target / inner).parent.mkdir(parents=True, exist_ok=True)
        (target / inner).write_bytes(content)

    read(target)


@pytest.mark.parametrize("size", [2**63, -1, -(2**63) - 1, 10**400, 1e300, "9" * 5000])
def test_a_size_that_no_file_has_is_no_size(vault: Vault, tmp_path: Path, size: Json) -> None:
    chat = copy.deepcopy(CHATGPT) | {"conversation_id": f"{size}"[:30]}
    chat["mapping"]["q"]["message"]["metadata"]["attachments"][0]["size"] = size
    path = write_zip(tmp_path / "a.zip", {"conversations.json": [chat]})

    [found] = read(path)
    store(vault, path)

    assert next(file.size_bytes for m in found.messages for file in m.attachments) is None


@settings(_SHARED, max_examples=200)
@given(chance=st.randoms(use_true_random=False))
def test_any_search_of_a_vault_is_answered_or_refused_in_a_sentence(
    archived: Vault, chance: random.Random
) -> None:
    search(archived, any_search(chance))
