"""From a password to a key, and from a key to other keys.

A password becomes a key by Argon2id (RFC 9106): slow, and hungry for memory, on purpose.  What is
random already becomes other keys by HKDF-SHA-256 (RFC 5869), which costs microseconds.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Self

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from privatus.core.errors import DeviceError, UsageError
from privatus.core.secret import SecretBytes
from privatus.vault.memory import wipe

KEY_BYTES = 32
SALT_BYTES = 32

# OpenSSL counts the threads of all derivations together: of two at once, one fails for want of
# "memory", or both wait for ever.
ONE_AT_A_TIME = threading.Lock()

# Bounds for what a header may ask for: without them, one changed bit is a memory bomb.
MAX_MEMORY_KIB = 4 * 1024 * 1024
MAX_PASSES = 20
MAX_LANES = 16
# Argon2 itself needs 8 KiB a lane.
_MIN_MEMORY_KIB_PER_LANE = 8

# A vault made by a person never has less: 64 MiB and three passes is the second choice of
# RFC 9106, for machines without much memory.
_FLOOR_MEMORY_KIB = 64 * 1024
_FLOOR_PASSES = 3
_LANES = 4
# Measured: from here on each doubling costs the owner a second and the thief little more.
_CALIBRATION_MEMORY_KIB = 512 * 1024
_STEP_KIB = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class KdfParameters:
    """What one guess of a password costs.

    Raises:
        UsageError: a value is out of bounds.
    """

    memory_kib: int
    passes: int
    lanes: int

    RECOMMENDED: ClassVar[KdfParameters]
    FLOOR: ClassVar[KdfParameters]

    def __post_init__(self) -> None:
        if not 1 <= self.lanes <= MAX_LANES:
            raise UsageError(f"the key derivation takes 1 to {MAX_LANES} lanes")
        if not 1 <= self.passes <= MAX_PASSES:
            raise UsageError(f"the key derivation takes 1 to {MAX_PASSES} passes")
        if not _MIN_MEMORY_KIB_PER_LANE * self.lanes <= self.memory_kib <= MAX_MEMORY_KIB:
            raise UsageError(
                f"the key derivation takes {_MIN_MEMORY_KIB_PER_LANE} KiB a lane "
                f"to {MAX_MEMORY_KIB // 1024} MiB of memory"
            )

    @classmethod
    def for_tests(cls) -> Self:
        """Return parameters that take 12 ms; a vault of a person never gets them."""
        return cls(memory_kib=8 * 1024, passes=1, lanes=1)


KdfParameters.RECOMMENDED = KdfParameters(memory_kib=256 * 1024, passes=3, lanes=_LANES)
KdfParameters.FLOOR = KdfParameters(
    memory_kib=_FLOOR_MEMORY_KIB, passes=_FLOOR_PASSES, lanes=_LANES
)


def derive_password_key(
    password: SecretBytes, salt: bytes, parameters: KdfParameters
) -> SecretBytes:
    """Return the 32-byte key of *password*, whose text is brought to NFC first.

    Takes what *parameters* say: about a second for those that `calibrate` returns.

    Raises:
        DeviceError: the machine cannot spare the memory.
    """
    argon2id = Argon2id(
        salt=salt,
        length=KEY_BYTES,
        iterations=parameters.passes,
        lanes=parameters.lanes,
        memory_cost=parameters.memory_kib,
    )
    key = SecretBytes(bytes(KEY_BYTES))
    with _normalised(password) as text:
        try:
            with ONE_AT_A_TIME:
                # The stub says bytes; it takes any buffer, and only a bytearray can be wiped.
                argon2id.derive_into(text.reveal(), key.reveal())  # type: ignore[arg-type]
        except MemoryError:
            raise DeviceError(
                f"opening this vault takes {parameters.memory_kib // 1024} MiB of free memory; "
                "close other programs and try again"
            ) from None
    return key


def expand(key: bytes | bytearray | memoryview, info: bytes, length: int = 32) -> SecretBytes:
    """Return *length* bytes made from the random *key* for the purpose *info* (HKDF-Expand)."""
    derived = SecretBytes(bytes(length))
    HKDFExpand(SHA256(), length, info).derive_into(key, derived.reveal())
    return derived


def calibrate(target_s: float = 1.0, max_memory_kib: int | None = None) -> KdfParameters:
    """Return parameters that take about *target_s* on this machine.

    Memory comes first, up to *max_memory_kib* (by default a quarter of the machine's, at most
    512 MiB), then passes; never below 64 MiB and three passes.  Takes a fraction of a second.
    """
    if max_memory_kib is None:
        max_memory_kib = min(_machine_memory_kib() // 4, _CALIBRATION_MEMORY_KIB)
    floor_pass_s = _measure_floor_pass_s()
    wanted_kib = int(_FLOOR_MEMORY_KIB * target_s / (floor_pass_s * _FLOOR_PASSES))
    memory_kib = max(_FLOOR_MEMORY_KIB, min(wanted_kib, max_memory_kib, MAX_MEMORY_KIB))
    memory_kib -= memory_kib % _STEP_KIB
    pass_s = floor_pass_s * memory_kib / _FLOOR_MEMORY_KIB
    passes = max(_FLOOR_PASSES, min(int(target_s / pass_s), MAX_PASSES))
    return KdfParameters(memory_kib=memory_kib, passes=passes, lanes=_LANES)


def _normalised(password: SecretBytes) -> SecretBytes:
    """Return *password* in NFC, so that "é" is one password on every keyboard.

    What is not UTF-8 (a password file may hold any bytes) is taken as it is.
    """
    raw = password.reveal()
    if not raw.isascii():
        with contextlib.suppress(UnicodeDecodeError):
            text = unicodedata.normalize("NFC", raw.decode("utf-8", "surrogatepass"))
            encoded = bytearray(text.encode("utf-8", "surrogatepass"))
            normalised = SecretBytes(encoded)
            wipe(encoded)
            return normalised
    return SecretBytes(raw)


def _measure_floor_pass_s() -> float:
    parameters = KdfParameters(memory_kib=_FLOOR_MEMORY_KIB, passes=1, lanes=_LANES)
    best_s = _measure_s(parameters)
    # The first run also pays for fresh memory and threads: measured three times the second.
    # A machine that is slow enough for this not to matter is not made to run it again.
    if best_s < 1:
        best_s = min(best_s, _measure_s(parameters))
    return best_s


def _measure_s(parameters: KdfParameters) -> float:
    started = time.perf_counter()
    with SecretBytes(b"calibration") as password:
        derive_password_key(password, bytes(SALT_BYTES), parameters).wipe()
    return time.perf_counter() - started


def _machine_memory_kib() -> int:
    """Return the machine's memory, or the container's if that has less; 1 GiB if nothing tells."""
    try:
        memory_kib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 1024
    except (AttributeError, OSError, ValueError):
        memory_kib = 1024 * 1024
    with contextlib.suppress(OSError, ValueError):
        limit = Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii")
        memory_kib = min(memory_kib, int(limit) // 1024)
    return memory_kib
