"""A card says what was signed, or nothing at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from privatus.core.contact import Card, ContactField, FieldKind, PublicKeys
from privatus.core.errors import NewerVaultError, PrivatusError, UnreadableInputError, UserError
from privatus.vault import card
from support import contacts_by_hand

_FROZEN = json.loads(
    (Path(__file__).resolve().parents[2] / "vectors" / "contacts-v1.json").read_text("utf-8")
)
_SIGNER = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
_KEYS = PublicKeys(
    signing=_SIGNER.public_key().public_bytes_raw(),
    exchange=X25519PrivateKey.from_private_bytes(b"\x02" * 32).public_key().public_bytes_raw(),
)


def _signed(body: bytes, signer: Ed25519PrivateKey = _SIGNER) -> bytes:
    return body + signer.sign(card.signed_text(body))


def _card(**said: Any) -> Card:
    return Card(**{"keys": _KEYS, "made_at_ms": 5, "name": "Ada", **said})


@pytest.mark.parametrize("form", ["raw", "text"])
def test_a_card_of_the_first_version_is_read_for_ever(form: str) -> None:
    frozen = _FROZEN["card"]
    raw = bytes.fromhex(frozen["raw"]) if form == "raw" else frozen["text"].encode()
    email = ContactField(kind=FieldKind.EMAIL, value=frozen["email"], label=frozen["label"])

    assert card.read(raw) == Card(
        keys=_KEYS,
        made_at_ms=frozen["made_at_ms"],
        name=frozen["name"],
        note=frozen["note"],
        fields=(email,),
    )
    assert contacts_by_hand.read_card(raw)[:2] == (_KEYS.raw, frozen["made_at_ms"])


@given(st.text(min_size=1), st.text(), st.binary(max_size=100), st.integers(0, 2**64 - 1))
def test_what_a_card_says_comes_back(name: str, note: str, picture: bytes, at_ms: int) -> None:
    name, note = (text.encode("utf-8", "replace").decode() for text in (name, note))
    said = _card(name=name, note=note, picture=picture or None, made_at_ms=at_ms)
    raw = _signed(card.body_of(said))

    assert card.read(raw) == said
    assert contacts_by_hand.read_card(raw)[2]["name"] == name
    assert card.read(card.to_text(_signed(card.body_of(_card()))).lower().encode()) == _card()


def test_no_bit_of_a_card_can_be_changed() -> None:
    raw = _signed(card.body_of(_card(note="Analyst", picture=b"picture")))

    for bit in range(len(raw) * 8):
        changed = bytearray(raw)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises((UnreadableInputError, NewerVaultError)):
            card.read(bytes(changed))


def test_no_card_can_be_cut_or_grow() -> None:
    raw = _signed(card.body_of(_card(note="Analyst")))

    for end in range(len(raw)):
        with pytest.raises(UnreadableInputError):
            card.read(raw[:end])
    with pytest.raises(UnreadableInputError):
        card.read(raw + b"\0")


def test_a_card_that_another_has_signed_is_refused() -> None:
    stranger = Ed25519PrivateKey.from_private_bytes(b"\x09" * 32)

    with pytest.raises(UnreadableInputError, match="changed after it was signed"):
        card.read(_signed(card.body_of(_card()), stranger))


@pytest.mark.parametrize("exchange", [bytes(32), b"\x01" + bytes(31)])
def test_a_card_with_a_weak_key_is_refused(exchange: bytes) -> None:
    weak = PublicKeys(signing=_KEYS.signing, exchange=exchange)

    with pytest.raises(UnreadableInputError):
        card.read(_signed(card.body_of(_card(keys=weak))))


@pytest.mark.parametrize(
    "text",
    [b"", b"{}", b"[]", b'{"name":5}', b'{"name":"A","fields":[["pager","1"]]}', b"\xff",
     b'{"name":"A","fields":[["email"]]}'],
)  # fmt: skip
def test_a_signed_card_that_makes_no_sense_is_refused(text: bytes) -> None:
    body = bytearray(card.body_of(_card()))
    head = body[:80] + len(text).to_bytes(4, "little") + bytes(4)

    with pytest.raises(UnreadableInputError):
        card.read(_signed(bytes(head) + text))


_BEGUN = st.binary(max_size=300).map(lambda said: b"PVCD\x01\0\0\0" + said)
_BEGUN_TEXT = st.text(max_size=300).map(lambda said: f"PRIVATUS-CARD-1:{said}".encode())


@given(st.binary(max_size=400) | _BEGUN | _BEGUN_TEXT)
def test_no_bytes_break_the_reader(raw: bytes) -> None:
    with pytest.raises(PrivatusError):
        card.read(raw)


def test_a_card_that_is_too_long_for_a_code_is_told_so() -> None:
    with pytest.raises(UserError, match="too much for a QR code"):
        card.to_text(_signed(card.body_of(_card(note="x" * 3_000))))
