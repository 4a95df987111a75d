"""The long sweep of `tests/fuzz` tries what it says, and a finding can be tried again."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from support.export_shapes import EXPORTS
from support.fuzz_targets import Bench, Choices, seeds
from support.mangle import mangled_export

_SWEEP = Path(__file__).resolve().parents[1] / "fuzz"
_TARGETS = ("search", "file", *(f"{name} export" for name in EXPORTS))


def sweep(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(_SWEEP), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("target", _TARGETS)
def test_every_target_takes_what_a_fuzzer_begins_with(target: str, tmp_path: Path) -> None:
    bench = Bench(tmp_path)

    for data in (b"", b"\xff" * 40, *seeds(target)):
        bench.run(target, data)
    bench.finish()

    assert not (tmp_path / "bench").exists()


def test_the_same_bytes_make_the_same_export_and_others_another() -> None:
    inputs = [random.Random(number).randbytes(500) for number in (1, 1, 2, 3, 4)]

    made = [mangled_export(EXPORTS["claude"], Choices(data)) for data in inputs]

    assert made[0] == made[1]
    assert len({raw for _, raw in made}) == 4


def test_a_sweep_without_findings_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    done = sweep("--seconds=1", "--seed=5", f"--folder={tmp_path}")

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("seed 5: ")
    assert " 0 findings; " in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_target_that_is_not_there_is_told_those_that_are(tmp_path: Path) -> None:
    done = sweep("--seconds=1", "--only=gopher", f"--folder={tmp_path}")

    assert done.returncode == 1
    assert done.stderr.startswith("gopher is no target; these are: search, file, chatgpt export,")


def test_a_finding_is_raised_and_the_next_case_gets_a_new_vault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr("support.fuzz_targets.search", _fail)
        with pytest.raises(ZeroDivisionError):
            bench.run("search", b"\xffrotation")
    assert not (tmp_path / "bench").exists()

    bench.run("search", b"\xffrotation")

    bench.finish()


def _fail(*_: object) -> None:
    raise ZeroDivisionError
