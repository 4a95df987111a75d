"""Sealing one value and opening it, beside AES-GCM with one key for everything.

A row of a vault has a key of its own, bound to its place, and its values are compressed.  The
floor has neither.  So there are three comparisons: the
cryptography alone (compression off), a text (compressed on both sides), and a text where the floor
does not compress.
"""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Callable
from unittest.mock import patch

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from benchmarks import generate
from benchmarks.harness import call
from benchmarks.lab import SEED, Lab
from benchmarks.report import Row, Section
from privatus.vault import sealing
from privatus.vault.sealing import RowCipher

_SIZES = {300: 2.5, 4096: 1.5}
_VALUES = 64
_LOOPS = 30
_REPEATS = 21
_CLEAR = bytes(40)  # as many bytes as a message binds
_CASES = {
    "alone": "cryptography alone",
    "text": "a text, compressed on both sides",
    "plain": "a text, compressed in the vault only",
}


def run(lab: Lab) -> Section:
    del lab
    times = call(measure).result
    rows = []
    for case, description in _CASES.items():
        for size, wanted in _SIZES.items():
            for what in ("seal", "open"):
                ours_us, floor_us = times[f"{case} {size} {what}"]
                ratio = ours_us / floor_us
                is_promised = case == "alone"
                rows.append(
                    Row(
                        figure=f"{what} {size:,} bytes, {description}",
                        ours=f"{ours_us:.2f} µs",
                        floor=f"{floor_us:.2f} µs",
                        ratio=ratio,
                        wanted=f"at most {wanted}" if is_promised else "",
                        is_met=ratio <= wanted if is_promised else None,
                    )
                )
    return Section(
        title="Sealing",
        rows=rows,
        notes=[
            f"Least processor time of {_REPEATS} alternating loops over {_VALUES} values.",
            "The floor has one AESGCM object for all rows, a random nonce a value and the row's"
            " place as associated data. What a vault has beyond it is a key for each row, with a"
            " commitment to it, and zstd with a dictionary, which halves what is encrypted and"
            " written.",
        ],
        numbers=times,
    )


def measure() -> dict[str, tuple[float, float]]:
    """Return (ours, floor) in µs by case, size and operation; runs in a process of its own."""
    found: dict[str, tuple[float, float]] = {}
    text = "\n".join(generate.texts(_VALUES * 12, SEED)).encode()
    for size in _SIZES:
        noise = [os.urandom(size) for _ in range(_VALUES)]
        texts = [text[i * size : (i + 1) * size] for i in range(_VALUES)]
        # Encoded as it is, but not compressed.
        with patch.object(sealing, "_pack", lambda value: b"\x00" + value):
            found |= _compare(f"alone {size}", noise, _same, _same)
        found |= _compare(f"text {size}", texts, sealing._pack, sealing._unpack)  # noqa: SLF001
        found |= _compare(f"plain {size}", texts, _same, _same)
    return found


class _SharedKey:
    """What is left when rows have no keys of their own."""

    def __init__(self) -> None:
        self._cipher = AESGCM(os.urandom(32))

    def seal(self, row_id: int, clear: bytes, value: bytes) -> bytes:
        nonce = os.urandom(12)
        return nonce + self._cipher.encrypt(nonce, value, struct.pack("<q", row_id) + clear)

    def open(self, row_id: int, clear: bytes, value: bytes) -> bytes:
        place = struct.pack("<q", row_id) + clear
        return self._cipher.decrypt(value[:12], value[12:], place)


def _same(value: bytes) -> bytes:
    return value


def _compare(
    name: str, values: list[bytes], pack: Callable[[bytes], bytes], unpack: Callable[[bytes], bytes]
) -> dict[str, tuple[float, float]]:
    row = RowCipher(vault_id=bytes(16), key_id=1, key=os.urandom(32), table=3)
    shared = _SharedKey()

    def seal_ours() -> list[tuple[bytes, bytes]]:
        return [row.seal_one(i, _CLEAR, value) for i, value in enumerate(values)]

    def seal_floor() -> list[bytes]:
        return [shared.seal(i, _CLEAR, pack(value)) for i, value in enumerate(values)]

    sealed, encrypted = seal_ours(), seal_floor()

    def open_ours() -> list[bytes]:
        return [row.open_one(seal, i, _CLEAR, value) for i, (seal, value) in enumerate(sealed)]

    def open_floor() -> list[bytes]:
        return [unpack(shared.open(i, _CLEAR, value)) for i, value in enumerate(encrypted)]

    if open_ours() != values or open_floor() != values:
        raise SystemExit("what was sealed does not open to what it was")
    return {
        f"{name} seal": _times_us(seal_ours, seal_floor, len(values)),
        f"{name} open": _times_us(open_ours, open_floor, len(values)),
    }


def _times_us(
    ours: Callable[[], object], floor: Callable[[], object], count: int
) -> tuple[float, float]:
    """Return µs a value of each, measured in turn."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(_REPEATS):
        for function, found in zip((ours, floor), times, strict=True):
            # Processor time, and the least of it: no other program's work is in it.
            started_s = time.thread_time()
            for _ in range(_LOOPS):
                function()
            found.append((time.thread_time() - started_s) / _LOOPS / count * 1e6)
    return min(times[0]), min(times[1])
