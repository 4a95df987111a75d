"""What a closed vault leaves in the memory of the process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from privatus.vault.memory import wipe
from support import memory_scan

_ROOT = Path(__file__).resolve().parents[3]

_OPEN_AND_WIPE = """
import sys, tempfile
from pathlib import Path
from privatus.core.secret import SecretBytes
from privatus.vault import unlock
from privatus.vault.kdf import KdfParameters
from support.memory_scan import masked

with tempfile.TemporaryDirectory() as name:
    password = SecretBytes(bytearray(b ^ 0x0F for b in b"khqvjm(`i(gkgh`z"))
    opened, code = unlock.create(Path(name), password, KdfParameters.for_tests())
    if {unlocks}:
        opened.wipe()
        opened = unlock.unlock(Path(name), password)
    for secret in (opened.vault_key, opened.database_key, password):
        print(masked(secret.reveal()))
    if {wipes}:
        opened.wipe()
        password.wipe()
print("ready", flush=True)
sys.stdin.read()
"""


_SIGN = """
import os, sys
from privatus.core.secret import SecretBytes
from privatus.vault import identity
from support.memory_scan import masked
from support.scopes import new_scope

scope = new_scope()
keys, wrapped = identity.make(scope, 1)
for _ in range(3):
    identity.sign(scope, 1, keys, wrapped, b"message")
    identity.check(scope, 1, keys, wrapped)
with identity._unwrap(scope, 1, keys, wrapped) as both:
    print(masked(both.reveal()[:32]))
    print(masked(both.reveal()[32:]))
print("ready", flush=True)
sys.stdin.read()
"""


def test_no_private_key_is_left_in_memory_after_it_has_signed() -> None:
    assert memory_scan.copies(_SIGN) == [0, 0]


def test_wiping_overwrites_in_place() -> None:
    one, two = bytearray(b"secret"), bytearray(b"")

    wipe(one, two)

    assert one == bytes(6)


def test_the_scan_finds_keys_that_are_there() -> None:
    found = memory_scan.copies(_OPEN_AND_WIPE.format(unlocks=True, wipes=False))

    assert all(count >= 1 for count in found)


@pytest.mark.parametrize("unlocks", [True, False])
def test_no_key_is_left_in_memory_after_it_was_wiped(unlocks: bool) -> None:
    vault_key, database_key, password = memory_scan.copies(
        _OPEN_AND_WIPE.format(unlocks=unlocks, wipes=True)
    )

    assert (vault_key, database_key) == (0, 0)
    # The Argon2id of the cryptography library keeps one copy of its input; measured.
    assert password <= 1


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells whether it may be dumped")
def test_a_process_that_forbids_core_dumps_cannot_be_dumped() -> None:
    script = """
import contextlib, ctypes, resource
from privatus.vault.memory import forbid_core_dumps
libc = ctypes.CDLL(None)
with contextlib.suppress(ValueError, OSError):
    resource.setrlimit(resource.RLIMIT_CORE, (4096, 4096))
before = libc.prctl(3)
forbid_core_dumps()
print(before, libc.prctl(3), resource.getrlimit(resource.RLIMIT_CORE)[0])
"""
    printed = subprocess.run(
        [sys.executable, "-c", script], cwd=_ROOT, capture_output=True, text=True, check=True
    ).stdout

    assert printed.split() == ["1", "0", "0"]
