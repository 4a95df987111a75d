"""An import that is killed at random: the vault opens, checks clean, and the import finishes.

strace plants the kills at calls that write; where it does not run, the clock alone does.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest

from privatus.bootstrap import Vault
from support.grown_export import write_exports
from support.kill import (
    PASSWORD,
    Import,
    Kill,
    contents_of,
    new_vault,
    plan_kills,
    prepare,
    records_of,
    run_killed,
    wrong_checks,
)

Which = Literal["first", "later", "apart"]
Imports = dict[Which, Import]


@pytest.fixture(scope="module")
def imports(memory: Path) -> Imports:
    """Return the import into an empty vault, that of the grown export, and the first read apart."""
    folder = memory / "prepared"
    folder.mkdir()
    exports = write_exports(folder)
    first = prepare(new_vault(folder / "empty"), exports.first, folder / "first")
    later = prepare(folder / "first" / "vault", exports.later, folder / "later")
    # All that an update can do is in the second one.
    before, after = later.before.records, later.after.records
    assert len(before) == 60 and len(after) > 60
    assert sum(after[id]["is_missing_at_source"] for id in before) > 0
    assert sum(bool(former) for _, former in later.after.changes.values()) > 10
    assert sum(before[id] != after[id] for id in before) > 10
    apart = prepare(first.base, exports.first, folder / "apart", is_read_apart=True)
    assert apart.after == first.after
    return {"first": first, "later": later, "apart": apart}


@pytest.mark.parametrize(("which", "count"), [("first", 12), ("later", 8), ("apart", 6)])
def test_an_import_killed_at_random_leaves_a_vault_that_finishes_it(
    imports: Imports, scratch: Path, which: Which, count: int
) -> None:
    _sweep(imports[which], scratch, count, seed=20)


@pytest.mark.slow
@pytest.mark.parametrize("which", ["first", "later", "apart"])
def test_an_import_killed_hundreds_of_times_leaves_a_vault_that_finishes_it(
    imports: Imports,
    scratch: Path,
    which: Which,
    kills: int,
    seed: int,
    tell: Callable[[str], None],
) -> None:
    tell(_sweep(imports[which], scratch, -(-kills // len(imports)), seed))


def _sweep(plan: Import, folder: Path, count: int, seed: int) -> str:
    states: Counter[str] = Counter()
    done = 0
    for kill in plan_kills(plan, seed):
        # On a busy machine the threads come to their calls in another order, and many die early.
        is_spread = states["halfway"] >= count // 6
        if done >= count and (is_spread or done >= 4 * count):
            break
        vault = folder / "vault"
        # A kill that came too late is none; nor is it if no thread came as far as that call.
        if run_killed(plan, vault, kill):
            done += 1
            states[_check(plan, vault, kill)] += 1
        shutil.rmtree(vault)
    # The kills were spread over the import, not all at its beginning or end.
    assert states["halfway"] >= count // 6, states
    return f"{done} kills during {plan.export.name}, which had written: {dict(states)}"


def _check(plan: Import, folder: Path, kill: Kill) -> str:
    """Check what a kill left, finish the import, and say how far it had come."""
    where = f"killed {kill}"
    with Vault.open(folder, PASSWORD) as vault:
        assert wrong_checks(vault) == [], where
        found = records_of(vault)
        for id, record in found.items():
            assert record in (plan.before.records.get(id), plan.after.records.get(id)), where
        assert plan.before.records.keys() <= found.keys(), where
        report = vault.imports.run(plan.export)
        assert not report.failed, where
        assert wrong_checks(vault) == [], where
        assert contents_of(vault, folder.parent / "export") == plan.after, where
    if found == plan.before.records:
        return "nothing"
    return "all" if found == plan.after.records else "halfway"
