"""The private keys sign, and are nowhere to be had."""

from __future__ import annotations

import os

import pytest

from privatus.core.contact import PublicKeys
from privatus.core.errors import TamperedError
from privatus.vault import identity
from support.scopes import new_scope

_MESSAGE = b"what is signed"


def test_what_an_identity_signs_is_signed_by_its_public_key() -> None:
    scope = new_scope()
    keys, wrapped = identity.make(scope, 1)

    signature = identity.sign(scope, 1, keys, wrapped, _MESSAGE)

    assert len(wrapped) == identity.WRAPPED_BYTES
    assert identity.are_usable(keys)
    assert identity.is_signed(keys, _MESSAGE, signature)
    assert not identity.is_signed(keys, _MESSAGE + b".", signature)
    identity.check(scope, 1, keys, wrapped)


def test_no_bit_of_the_wrapped_keys_can_be_changed() -> None:
    scope = new_scope()
    keys, wrapped = identity.make(scope, 1)

    for bit in range(len(wrapped) * 8):
        changed = bytearray(wrapped)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(TamperedError):
            identity.sign(scope, 1, keys, bytes(changed), _MESSAGE)


def test_wrapped_keys_open_in_their_row_for_their_public_keys_and_scope_only() -> None:
    scope = new_scope()
    keys, wrapped = identity.make(scope, 1)
    others, _ = identity.make(scope, 1)
    swapped = PublicKeys(signing=keys.exchange, exchange=keys.signing)

    for row_id, said in ((2, keys), (1, others), (1, swapped)):
        with pytest.raises(TamperedError):
            identity.sign(scope, row_id, said, wrapped, _MESSAGE)
    with pytest.raises(TamperedError):
        identity.sign(new_scope(), 1, keys, wrapped, _MESSAGE)


@pytest.mark.parametrize("raw", [b"", os.urandom(63), os.urandom(65), bytes(64)])
def test_what_is_no_key_is_told(raw: bytes) -> None:
    assert not identity.are_usable(PublicKeys.of(raw))
