"""What two people compare is the same on both sides, for ever, and nothing else passes for it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privatus.core.contact import PublicKeys
from privatus.vault.safety_number import QR_PREFIX, fingerprint, safety_number, word_list
from support import contacts_by_hand

_FROZEN = Path(__file__).resolve().parents[2] / "vectors" / "contacts-v1.json"
_keys = st.binary(min_size=64, max_size=64).map(PublicKeys.of)


@pytest.fixture(scope="module")
def frozen() -> dict[str, Any]:
    return json.loads(_FROZEN.read_text(encoding="utf-8"))


def test_the_numbers_of_the_first_version_stay_what_they_are(frozen: dict[str, Any]) -> None:
    one, other = (PublicKeys.of(bytes.fromhex(said["public"])) for said in frozen["people"])
    number = safety_number(one, other)

    assert [fingerprint(one).digits, fingerprint(other).digits] == [
        said["digits"] for said in frozen["people"]
    ]
    assert [list(fingerprint(keys).words) for keys in (one, other)] == [
        said["words"] for said in frozen["people"]
    ]
    assert number.digits == frozen["safety_number"]["digits"]
    assert list(number.words) == frozen["safety_number"]["words"]
    assert number.qr_text == frozen["safety_number"]["qr"]


@given(_keys, _keys)
def test_a_program_written_from_the_description_computes_the_same(
    one: PublicKeys, other: PublicKeys
) -> None:
    number = safety_number(one, other)

    assert (list(number.groups), list(number.words)) == contacts_by_hand.safety_number(
        one.raw, other.raw
    )


@given(_keys, _keys)
def test_both_sides_see_the_same_number(one: PublicKeys, other: PublicKeys) -> None:
    number = safety_number(one, other)

    assert number == safety_number(other, one)
    assert len(number.groups) == 12 and all(len(group) == 5 for group in number.groups)
    assert len(number.words) == 18


@given(_keys, _keys, st.integers(0, 511))
def test_another_bit_of_a_key_is_another_number(
    one: PublicKeys, other: PublicKeys, bit: int
) -> None:
    raw = bytearray(other.raw)
    raw[bit // 8] ^= 1 << bit % 8

    assert safety_number(one, PublicKeys.of(bytes(raw))) != safety_number(one, other)


_NUMBER = safety_number(PublicKeys.of(b"a" * 64), PublicKeys.of(b"b" * 64))


@pytest.mark.parametrize(
    "typed",
    [
        _NUMBER.digits,
        _NUMBER.digits.replace(" ", ""),
        _NUMBER.digits.replace(" ", "\n"),
        _NUMBER.digits.replace(" ", "-"),
        _NUMBER.digits.translate({ord(str(n)): 0x0660 + n for n in range(10)}),
        " ".join(_NUMBER.words),
        ", ".join(word.title() for word in _NUMBER.words),
        _NUMBER.qr_text,
        f"  {_NUMBER.qr_text.lower()}\n",
    ],
)
def test_the_number_is_known_however_it_is_typed(typed: str) -> None:
    assert _NUMBER.matches(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        QR_PREFIX,
        _NUMBER.digits[:-1],
        _NUMBER.digits + "0",
        _NUMBER.digits[:30],
        " ".join(_NUMBER.words[:17]),
        " ".join(reversed(_NUMBER.words)),
        _NUMBER.digits + " and more",
        "PRIVATUS-SAFETY-2:" + "".join(_NUMBER.groups),
        " ".join((*_NUMBER.groups[6:], *_NUMBER.groups[:6])),
    ],
)
def test_less_more_or_other_is_not_the_number(typed: str) -> None:
    assert not _NUMBER.matches(typed)


@given(st.text())
def test_no_text_breaks_the_comparison(typed: str) -> None:
    assert _NUMBER.matches(typed) in (True, False)


def test_the_words_are_those_of_bip_39() -> None:
    words = word_list()
    text = "\n".join(words) + "\n"

    assert len(set(words)) == 2048 and list(words) == sorted(words)
    assert len({word[:4] for word in words}) == 2048
    assert hashlib.sha256(text.encode()).hexdigest() == (
        "2f5eed53a4727b4bf8880d8f3f199efc90e58503646d9ff8eff3a2ed3b24dbda"
    )
