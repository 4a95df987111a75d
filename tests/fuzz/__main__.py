"""Import mangled exports and type odd searches until time is up: `python tests/fuzz --seconds 600`.

The same seed makes the same cases. `--guided` looks for cases that reach new code, with atheris
(`pip install atheris`), and shares the time among the targets. A finding is written to a file;
`--only TARGET --replay FILE` tries it again.
"""

# ruff: noqa: T201 - it is a command
from __future__ import annotations

import argparse
import importlib.util
import random
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

_TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(_TESTS), str(_TESTS.parent)]

if TYPE_CHECKING:
    from support.fuzz_targets import Bench

# More than one case needs; what is left of it is not looked at.
_CASE_BYTES = 2048
_SLOW_S = 5.0


def main() -> int:
    options = _options()
    folder = Path(tempfile.mkdtemp(prefix="fuzz-", dir=options.folder))
    if options.guided:
        found = _guided(options, folder)
    elif options.replay:
        _bench(options, folder).run(options.only, options.replay.read_bytes())
        found = 0
    else:
        found = _by_seed(options, folder)
    if not found:
        shutil.rmtree(folder)
    return 1 if found else 0


def _by_seed(options: argparse.Namespace, folder: Path) -> int:
    """Try random bytes on each target in turn; return how many findings there are."""
    bench = _bench(options, folder)
    names = [options.only] if options.only else sorted(bench.targets)
    done: Counter[str] = Counter()
    findings = 0
    chance = random.Random(options.seed)
    end_s = time.monotonic() + options.seconds
    while time.monotonic() < end_s:
        name = names[done.total() % len(names)]
        data = chance.randbytes(_CASE_BYTES)
        try:
            _in_time(bench, name, data)
        except Exception:  # noqa: BLE001 - whatever it is, it is a finding
            findings += 1
            path = folder / f"finding-{findings}"
            path.write_bytes(data)
            print(f"\n--only {name!r} --replay {path}\n{traceback.format_exc(limit=-4)}")
        done[name] += 1
    bench.finish()
    print(f"seed {options.seed}: {done.total()} cases, {findings} findings; {dict(done)}")
    return findings


def _in_time(bench: Bench, name: str, data: bytes) -> None:
    # Of this process alone: how long it waits for others says nothing.
    started_s = time.process_time()
    bench.run(name, data)
    took_s = time.process_time() - started_s
    if took_s > _SLOW_S:
        raise AssertionError(f"it took {took_s:.1f} s")


def _guided(options: argparse.Namespace, folder: Path) -> int:
    """Give each target its part of the time; return how many had a finding."""
    if options.only:
        _learn(options, folder)
    names = sorted(_bench(options, folder).targets)
    command = [sys.executable, str(Path(__file__).parent), "--guided", f"--seed={options.seed}"]
    findings = 0
    for name in names:
        seconds = max(1, int(options.seconds / len(names)))
        print(f"== {name}: {seconds} s", flush=True)
        more = (f"--seconds={seconds}", f"--only={name}", f"--folder={folder}")
        findings += subprocess.run([*command, *more], check=False).returncode != 0
    print(f"seed {options.seed}: {findings} of {len(names)} targets with a finding")
    return findings


def _learn(options: argparse.Namespace, folder: Path) -> None:
    """Fuzz one target, and end the process: libFuzzer does, with a code that is not 0 if it found.

    A finding stays in *folder*, as crash-* or slow-unit-*.
    """
    import atheris

    with atheris.instrument_imports(include=["privatus"]):
        targets = importlib.import_module("support.fuzz_targets")
    bench = targets.Bench(folder)
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, data in enumerate(targets.seeds(options.only)):
        (corpus / str(number)).write_bytes(data)
    flags = {
        "max_total_time": int(options.seconds),
        "seed": options.seed,
        "max_len": 16_384,
        "timeout": 60,
        "artifact_prefix": f"{folder}/",
        "print_final_stats": 1,
        "verbosity": 0,
    }
    arguments = [sys.argv[0], *(f"-{key}={value}" for key, value in flags.items()), str(corpus)]
    atheris.Setup(arguments, lambda data: bench.run(options.only, data))
    atheris.Fuzz()


def _bench(options: argparse.Namespace, folder: Path) -> Bench:
    # Not at the top: what is to be guided must be instrumented before it is imported.
    from support.fuzz_targets import Bench

    bench = Bench(folder)
    if options.only not in (None, *bench.targets):
        raise SystemExit(f"{options.only} is no target; these are: {', '.join(bench.targets)}")
    return bench


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python tests/fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", metavar="TARGET", help='such as search, file, "claude export"')
    parser.add_argument("--guided", action="store_true", help="by what code is reached (atheris)")
    parser.add_argument("--replay", type=Path, metavar="FILE", help="try one finding again")
    parser.add_argument("--folder", type=Path, help="where to work (in memory it is faster)")
    options = parser.parse_args()
    if options.guided and importlib.util.find_spec("atheris") is None:
        parser.error("--guided needs atheris, which is not installed")
    if options.replay and not options.only:
        parser.error("--replay needs --only, which says what the file is for")
    return options


if __name__ == "__main__":
    sys.exit(main())
