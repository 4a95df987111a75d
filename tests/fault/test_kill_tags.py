"""A change of tags is wholly there or not at all, wherever the program dies."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from privatus.bootstrap import Vault
from support.kill import PASSWORD, calls_that_write, filled_vault, wrong_checks
from support.syscall_faults import require_strace, run_killed_at
from support.tags import names

_MERGE = """
import os

from privatus.bootstrap import Vault

with Vault.open({vault!r}, "password") as vault:
    os.writev(1, [b"ready\\n"])
    vault.tags.merge("bills", "invoices")
    os.writev(1, [b"merged\\n"])
"""


@pytest.fixture(scope="module")
def base(memory: Path) -> Path:
    """Return a vault with tags on some hundred places, and a rule."""
    folder = filled_vault(memory / "tags", conversations=6)
    with Vault.open(folder, PASSWORD) as vault:
        vault.tags.add_to_found("bills", "role:user", messages=True)
        vault.tags.rules.add("bills/paid", "role:assistant")
        vault.tags.add("invoices", *[str(c.id) for c in vault.conversations.list(limit=2)])
    return folder


@pytest.mark.parametrize("step", [8, pytest.param(1, marks=pytest.mark.slow, id="every call")])
def test_a_merge_of_tags_that_is_killed_is_there_wholly_or_not_at_all(
    base: Path, scratch: Path, step: int
) -> None:
    require_strace()
    with Vault.open(base, PASSWORD) as vault:
        before = names(vault)
    after = {
        place: sorted({name.replace("bills", "invoices") for name in has})
        for place, has in before.items()
    }
    seen = []

    for call in calls_that_write(_MERGE, base, scratch)[::step]:
        folder = shutil.copytree(base, scratch / "vault")
        killed = run_killed_at(_MERGE.format(vault=str(folder)), call)
        with Vault.open(folder, PASSWORD) as vault:
            assert wrong_checks(vault) == []
            found = names(vault)
            [count] = vault.tags.rules.list()
        is_after = found == after
        assert is_after or found == before
        assert count.tag.name == ("invoices/paid" if is_after else "bills/paid")
        assert is_after or "merged" not in killed.stdout
        seen.append(is_after)
        shutil.rmtree(folder)

    assert set(seen) == {False, True}
