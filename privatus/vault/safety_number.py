"""Safety numbers: what two people compare to be sure that nobody stands between them.

    half:30         = PBKDF2-HMAC-SHA-512(password = signing key:32 | exchange key:32,
                                          salt = "privatus/v1/safety-number", 8,192 passes)
    digits of one   = each 5 bytes of the half, big endian, modulo 100,000: six groups of five
    words of one    = the first 99 bits of the half, 11 bits a word, the highest first: nine words
    number of two   = the digits (words) of both, those of the smaller half first

Each half depends on one person's keys alone. So who wants to pass for one of them must hit a
given half (some 99 bits); from a hash over both, they would choose on both sides until two agree,
which takes the square root of that. The passes make each try 8,192 times dearer.

The words are those of BIP 39 in English. docs/contacts-format.md says it for other programs.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from privatus.core.contact import PublicKeys

_SALT = b"privatus/v1/safety-number"
_PASSES = 8_192
_HALF_BYTES = 30
_GROUP_BYTES = 5
_WORDS = 9
_WORD_BITS = 11
QR_PREFIX = "PRIVATUS-SAFETY-1:"


@dataclass(frozen=True, slots=True)
class SafetyNumber:
    """What is compared, in the two ways that people read it out: groups of digits, and words."""

    groups: tuple[str, ...]
    words: tuple[str, ...]

    @property
    def digits(self) -> str:
        """Return the groups with a space between."""
        return " ".join(self.groups)

    @property
    def qr_text(self) -> str:
        """Return what its QR code says: the same on both sides."""
        return QR_PREFIX + "".join(self.groups)

    def matches(self, typed: str) -> bool:
        """Say whether somebody has read out this number: digits, words or a scanned code.

        All of it, in order; spaces, dashes, lines and case do not matter. Takes as long for any
        text of the same length.
        """
        plain = unicodedata.normalize("NFKC", typed).strip()
        if plain.upper().startswith(QR_PREFIX):
            plain = plain[len(QR_PREFIX) :]
        digits = "".join(str(unicodedata.digit(c, "")) for c in plain if not _is_gap(c))
        words = " ".join("".join(c if c.isalpha() else " " for c in plain.casefold()).split())
        is_number = _equal(digits, "".join(self.groups)) and not any(c.isalpha() for c in plain)
        return is_number | _equal(words, " ".join(self.words))


def fingerprint(keys: PublicKeys) -> SafetyNumber:
    """Return the half of one person: what their card shows as its fingerprint."""
    half = _half(keys.raw)
    return SafetyNumber(_groups(half), _words_of(half))


def safety_number(one: PublicKeys, other: PublicKeys) -> SafetyNumber:
    """Return the number that two people have in common, whichever of them asks."""
    halves = sorted((_half(one.raw), _half(other.raw)))
    return SafetyNumber(
        tuple(group for half in halves for group in _groups(half)),
        tuple(word for half in halves for word in _words_of(half)),
    )


@lru_cache(maxsize=256)
def _half(raw: bytes) -> bytes:
    return hashlib.pbkdf2_hmac("sha512", raw, _SALT, _PASSES, _HALF_BYTES)


def _groups(half: bytes) -> tuple[str, ...]:
    parts = (half[at : at + _GROUP_BYTES] for at in range(0, _HALF_BYTES, _GROUP_BYTES))
    return tuple(f"{int.from_bytes(part, 'big') % 100_000:05}" for part in parts)


def _words_of(half: bytes) -> tuple[str, ...]:
    number = int.from_bytes(half, "big") >> (_HALF_BYTES * 8 - _WORDS * _WORD_BITS)
    known = word_list()
    places = [(number >> _WORD_BITS * place) % len(known) for place in reversed(range(_WORDS))]
    return tuple(known[place] for place in places)


@cache
def word_list() -> tuple[str, ...]:
    """Return the 2,048 words; they are part of the format and never change."""
    text = (files("privatus.vault") / "words_v1.txt").read_text(encoding="ascii")
    return tuple(text.split())


def _is_gap(character: str) -> bool:
    return not character.isalnum()


def _equal(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode())
