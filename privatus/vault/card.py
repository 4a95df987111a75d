"""Privatus contact cards: what a person says of themselves, signed by the keys in it.

A card, version 1, little endian:

      0   4    "PVCD"
      4   u8   version (1)
      5   3    0
      8   64   Ed25519 public key:32 | X25519 public key:32
     72   u64  made at, unix milliseconds
     80   u32  bytes of the text
     84   u32  bytes of the picture, 0 without one
     88        the text: a JSON object in UTF-8 with name, note and fields
               the picture: a PNG or a JPEG
               signature:64, Ed25519 over "privatus/v1/card" | all before it

As text, for a QR code: "PRIVATUS-CARD-1:" and the same bytes in base32 [RFC 4648] without "=".

The signature proves that the card is whole and was made by who has the private key. It does not
prove who that is: for that, people compare the safety number.
"""

from __future__ import annotations

import base64
import binascii
import struct
from typing import Any

import msgspec

from privatus.core import contact as limits
from privatus.core.contact import Card, ContactField, FieldKind, PublicKeys
from privatus.core.errors import NewerVaultError, UnreadableInputError, UserError
from privatus.vault import identity

SUFFIX = ".privatus-card"
TEXT_PREFIX = "PRIVATUS-CARD-1:"
_MAGIC = b"PVCD"
_VERSION = 1
_HEAD = struct.Struct("<4sB3x64sQII")
_MAX_TEXT_BYTES = 256 * 1024
MAX_BYTES = _HEAD.size + _MAX_TEXT_BYTES + limits.MAX_PICTURE_BYTES + identity.SIGNATURE_BYTES
# What a QR code of the largest size holds in letters and digits, at the lowest correction.
MAX_QR_CHARS = 4_296
_CUT = "the contact card is not whole; ask for it again"
_CHANGED = "the contact card was changed after it was signed; do not use it, and ask for it again"


class _Text(msgspec.Struct, forbid_unknown_fields=False):
    """What the text of a card may say; more is passed over."""

    name: str
    note: str = ""
    fields: list[list[str]] = []


def body_of(card: Card) -> bytes:
    """Return the bytes of *card* that are to be signed, without the signature.

    Raises:
        UserError: it says more than a card may.
    """
    said: dict[str, Any] = {"name": card.name}
    if card.note:
        said["note"] = card.note
    if card.fields:
        said["fields"] = [[f.kind.value, f.value, f.label] for f in card.fields]
    text, picture = msgspec.json.encode(said), card.picture or b""
    if len(text) > _MAX_TEXT_BYTES or len(picture) > limits.MAX_PICTURE_BYTES:
        raise UserError("the card says more than a card may; leave something out")
    head = _HEAD.pack(_MAGIC, _VERSION, card.keys.raw, card.made_at_ms, len(text), len(picture))
    return head + text + picture


def signed_text(body: bytes) -> bytes:
    """Return what is signed of a card."""
    return b"privatus/v1/card" + body


def to_text(raw: bytes) -> str:
    """Return the bytes of a card as a QR code takes them.

    Raises:
        UserError: it is too long for a code.
    """
    text = TEXT_PREFIX + base64.b32encode(raw).decode("ascii").rstrip("=")
    if len(text) > MAX_QR_CHARS:
        raise UserError("the card says too much for a QR code; make its note shorter")
    return text


def is_card(raw: bytes) -> bool:
    """Say whether *raw* begins as a card does, as bytes or as text."""
    return raw.startswith(_MAGIC) or raw.lstrip()[: len(TEXT_PREFIX)].upper() == (
        TEXT_PREFIX.encode()
    )


def read(raw: bytes) -> Card:
    """Return what a card says, as bytes or as text, if its signature is that of its keys.

    Raises:
        UnreadableInputError: it is no card, not whole, or was changed after it was signed.
        NewerVaultError: a newer program made it.
    """
    if not raw.startswith(_MAGIC):
        raw = _from_text(raw)
    if len(raw) < _HEAD.size + identity.SIGNATURE_BYTES or len(raw) > MAX_BYTES:
        raise UnreadableInputError(_CUT)
    magic, version, keys_raw, made_at_ms, text_bytes, picture_bytes = _HEAD.unpack_from(raw)
    if magic != _MAGIC:
        raise UnreadableInputError(_CUT)
    if version != _VERSION:
        raise NewerVaultError("a newer Privatus made this card; bring this one up to date")
    body, signature = raw[: -identity.SIGNATURE_BYTES], raw[-identity.SIGNATURE_BYTES :]
    if len(body) != _HEAD.size + text_bytes + picture_bytes:
        raise UnreadableInputError(_CUT)
    keys = PublicKeys.of(keys_raw)
    if not (identity.are_usable(keys) and identity.is_signed(keys, signed_text(body), signature)):
        raise UnreadableInputError(_CHANGED)
    text = body[_HEAD.size :][:text_bytes]
    return _card(keys, made_at_ms, text, body[_HEAD.size + text_bytes :])


def _card(keys: PublicKeys, made_at_ms: int, text: bytes, picture: bytes) -> Card:
    try:
        said = msgspec.json.decode(text, type=_Text)
        fields = tuple(
            ContactField(kind=FieldKind(field[0]), value=field[1], label="".join(field[2:3]))
            for field in said.fields
        )
    except (msgspec.DecodeError, ValueError, IndexError, UnicodeDecodeError):
        raise UnreadableInputError("the contact card says nothing that can be read") from None
    return Card(
        keys=keys,
        made_at_ms=made_at_ms,
        name=said.name,
        note=said.note,
        fields=fields,
        picture=picture or None,
    )


def _from_text(raw: bytes) -> bytes:
    if not is_card(raw) or len(raw) > 2 * MAX_BYTES:
        raise UnreadableInputError("this is no Privatus contact card")
    digits = bytes(raw.strip()[len(TEXT_PREFIX) :]).upper()
    try:
        return base64.b32decode(digits + b"=" * (-len(digits) % 8))
    except binascii.Error:
        raise UnreadableInputError(_CUT) from None
