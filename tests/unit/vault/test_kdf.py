"""From a password to a key, and what a guess costs."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import unicodedata
from dataclasses import replace
from pathlib import Path

import argon2.low_level
import pytest

from privatus.core.errors import UsageError
from privatus.core.secret import SecretBytes
from privatus.vault import kdf
from privatus.vault.kdf import KdfParameters, calibrate, derive_password_key, expand

_ROOT = Path(__file__).resolve().parents[3]
_SALT = bytes(range(32))


@pytest.mark.parametrize(
    ("memory_kib", "passes", "lanes"), [(8, 1, 1), (1024, 3, 4), (8192, 2, 16), (65536, 3, 4)]
)
def test_a_password_key_is_the_argon2id_of_another_implementation(
    memory_kib: int, passes: int, lanes: int
) -> None:
    parameters = KdfParameters(memory_kib=memory_kib, passes=passes, lanes=lanes)

    key = derive_password_key(SecretBytes(b"pass word"), _SALT, parameters)

    assert key.reveal() == argon2.low_level.hash_secret_raw(
        b"pass word", _SALT, passes, memory_kib, lanes, 32, argon2.low_level.Type.ID
    )


@pytest.mark.parametrize("text", ["é à ü", "한국어", "ﬁne Ω", "plain"])
def test_a_password_is_the_same_however_the_keyboard_composes_it(text: str) -> None:
    composed, decomposed = (
        derive_password_key(
            SecretBytes.from_text(unicodedata.normalize(form, text)),
            _SALT,
            KdfParameters.for_tests(),
        )
        for form in ("NFC", "NFD")
    )

    assert composed == decomposed


def test_compatible_letters_stay_different_passwords() -> None:
    parameters = KdfParameters.for_tests()

    ligature = derive_password_key(SecretBytes.from_text("ﬁne"), _SALT, parameters)
    letters = derive_password_key(SecretBytes.from_text("fine"), _SALT, parameters)

    assert ligature != letters


def test_a_password_of_arbitrary_bytes_is_taken_as_it_is() -> None:
    raw = b"\xff\xfe\x00 not text \xc3"

    key = derive_password_key(SecretBytes(raw), _SALT, KdfParameters.for_tests())

    assert key.reveal() == argon2.low_level.hash_secret_raw(
        raw, _SALT, 1, 8192, 1, 32, argon2.low_level.Type.ID
    )


def test_deriving_leaves_the_password_in_place() -> None:
    password = SecretBytes(b"kept")

    derive_password_key(password, _SALT, KdfParameters.for_tests())

    assert password.reveal() == b"kept"


@pytest.mark.parametrize(
    ("memory_kib", "passes", "lanes"),
    [
        (7, 1, 1),
        (31, 1, 4),
        (4 * 1024 * 1024 + 1, 1, 1),
        (8, 0, 1),
        (8, 21, 1),
        (8, 1, 0),
        (1024, 1, 17),
        (-1, 1, 1),
    ],
)
def test_parameters_out_of_bounds_do_not_exist(memory_kib: int, passes: int, lanes: int) -> None:
    with pytest.raises(UsageError):
        KdfParameters(memory_kib=memory_kib, passes=passes, lanes=lanes)


@pytest.mark.parametrize(
    ("memory_kib", "passes", "lanes"),
    [(8, 1, 1), (128, 1, 16), (4 * 1024 * 1024, 20, 16)],
)
def test_parameters_at_the_bounds_do(memory_kib: int, passes: int, lanes: int) -> None:
    assert KdfParameters(memory_kib=memory_kib, passes=passes, lanes=lanes).passes == passes


def test_calibration_never_goes_below_the_floor_and_takes_at_most_what_it_was_given() -> None:
    impatient = calibrate(target_s=0.001)
    patient = calibrate(target_s=60, max_memory_kib=96 * 1024)

    assert impatient == KdfParameters.FLOOR
    assert patient.memory_kib == 96 * 1024
    assert patient.passes > 3


@pytest.mark.parametrize("floor_pass_s", [0.01, 0.02, 0.05, 0.2, 0.33])
def test_calibration_aims_at_its_target_by_two_short_measurements(
    monkeypatch: pytest.MonkeyPatch, floor_pass_s: float
) -> None:
    measured: list[KdfParameters] = []
    # The first run pays for fresh memory.
    times_s = iter([3 * floor_pass_s, floor_pass_s])
    monkeypatch.setattr(kdf, "_measure_s", lambda given: measured.append(given) or next(times_s))

    found = calibrate(target_s=1.0, max_memory_kib=512 * 1024)

    floor = KdfParameters.FLOOR
    assert measured == [replace(floor, passes=1)] * 2
    takes_s = floor_pass_s * found.passes * found.memory_kib / floor.memory_kib
    assert 0.6 < takes_s <= 1.01


def test_a_machine_that_takes_long_is_measured_once(monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[KdfParameters] = []
    monkeypatch.setattr(kdf, "_measure_s", lambda given: measured.append(given) or 1.5)

    assert calibrate(target_s=1.0) == KdfParameters.FLOOR
    assert len(measured) == 1


def test_a_measurement_is_of_the_time_that_a_derivation_takes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = [100.0]

    def derive(*_: object) -> SecretBytes:
        clock[0] += 0.25
        return SecretBytes(b"key")

    monkeypatch.setattr(kdf, "derive_password_key", derive)
    monkeypatch.setattr(time, "perf_counter", lambda: clock[0])

    assert kdf._measure_s(KdfParameters.FLOOR) == 0.25


def test_two_derivations_at_once_both_come_to_an_end() -> None:
    script = """
import threading
from privatus.core.secret import SecretBytes
from privatus.vault import self_test
from privatus.vault.kdf import KdfParameters, derive_password_key
parameters = KdfParameters(memory_kib=4096, passes=1, lanes=4)
def derive():
    for _ in range(200):
        derive_password_key(SecretBytes(b"x"), bytes(32), parameters)
        self_test._argon2id()
    print("done", flush=True)
threads = [threading.Thread(target=derive) for _ in range(2)]
for thread in threads:
    thread.start()
"""
    # Without a lock they hang within a second, and not in a way that a thread could be asked.
    printed = subprocess.run(
        [sys.executable, "-c", script],
        cwd=_ROOT, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip

    assert printed.stdout.split() == ["done", "done"], printed.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit to set for a process")
def test_a_machine_without_the_memory_says_how_much_it_takes() -> None:
    script = """
import resource
from privatus.core.errors import DeviceError
from privatus.core.secret import SecretBytes
from privatus.vault import kdf
from privatus.vault.kdf import KdfParameters, derive_password_key
resource.setrlimit(resource.RLIMIT_AS, (2**29, 2**29))
try:
    derive_password_key(
        SecretBytes(b"x"), bytes(32), KdfParameters(memory_kib=2**20, passes=1, lanes=1)
    )
except DeviceError as error:
    print(error)
"""
    printed = subprocess.run(
        [sys.executable, "-c", script], cwd=_ROOT, capture_output=True, text=True, check=True
    ).stdout

    assert "takes 1024 MiB of free memory" in printed


def test_expanded_keys_differ_by_purpose_and_have_the_length_asked_for() -> None:
    key = os.urandom(32)

    assert expand(key, b"one") != expand(key, b"two")
    assert expand(key, b"one") == expand(bytearray(key), b"one")
    assert len(expand(memoryview(key), b"one", 55)) == 55
