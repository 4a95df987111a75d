"""Safety numbers and cards, written from docs/contacts-format.md with no code of ours."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_WORDS = (
    (Path(__file__).parents[2] / "privatus" / "vault" / "words_v1.txt")
    .read_text(encoding="ascii")
    .split("\n")
)


def half(public: bytes) -> bytes:
    return hashlib.pbkdf2_hmac("sha512", public, b"privatus/v1/safety-number", 8192, 30)


def digits(half_bytes: bytes) -> list[str]:
    return [
        str(int.from_bytes(half_bytes[i : i + 5], "big") % 100_000).zfill(5)
        for i in range(0, 30, 5)
    ]


def words(half_bytes: bytes) -> list[str]:
    bits = "".join(format(byte, "08b") for byte in half_bytes)[:99]
    return [_WORDS[int(bits[i : i + 11], 2)] for i in range(0, 99, 11)]


def safety_number(one: bytes, other: bytes) -> tuple[list[str], list[str]]:
    halves = sorted([half(one), half(other)])
    return digits(halves[0]) + digits(halves[1]), words(halves[0]) + words(halves[1])


def read_card(raw: bytes) -> tuple[bytes, int, dict[str, Any], bytes]:
    """Return public keys, time, text and picture; raises if the signature is another's."""
    if raw.startswith(b"PRIVATUS-CARD-1:"):
        said = raw.split(b":", 1)[1]
        raw = base64.b32decode(said + b"=" * (-len(said) % 8))
    assert raw[:8] == b"PVCD\x01\0\0\0"
    text_bytes = int.from_bytes(raw[80:84], "little")
    picture_bytes = int.from_bytes(raw[84:88], "little")
    end = 88 + text_bytes + picture_bytes
    assert len(raw) == end + 64
    Ed25519PublicKey.from_public_bytes(raw[8:40]).verify(raw[end:], b"privatus/v1/card" + raw[:end])
    text = json.loads(raw[88 : 88 + text_bytes])
    return raw[8:72], int.from_bytes(raw[72:80], "little"), text, raw[88 + text_bytes : end]
