"""The person's own keys: made here, wrapped here, used here. They never leave this module.

A wrapped pair of private keys, 96 bytes:

    scope key id:4 | nonce:12 | AES-256-GCM(Ed25519 seed:32 | X25519 private key:32):64 | tag:16

    wrapping key     = HKDF-Expand(scope key, "privatus/v1/identity-wrap")
    associated data  = "privatus/v1/identity" | vault id:16 | scope key id:4 | row id:8 |
                       Ed25519 public key:32 | X25519 public key:32

The public keys are bound to the private ones by that: a row whose public keys were exchanged
signs nothing.
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from privatus.core.contact import KEY_BYTES, PublicKeys
from privatus.core.errors import TamperedError
from privatus.core.secret import SecretBytes
from privatus.vault.keys import Scope

# How something is sealed to a person [RFC 9180].
SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_NONCE_BYTES = 12
_ID_BYTES = 4
WRAPPED_BYTES = _ID_BYTES + _NONCE_BYTES + 2 * KEY_BYTES + 16
SIGNATURE_BYTES = 64


def make(scope: Scope, row_id: int) -> tuple[PublicKeys, bytes]:
    """Make the keys of a new identity; return the public ones, and the private ones wrapped."""
    with (
        SecretBytes(os.urandom(2 * KEY_BYTES)) as both,
        scope.identity_wrapping(scope.key_id) as wrapping,
    ):
        keys = _public(both)
        nonce = os.urandom(_NONCE_BYTES)
        data = _associated_data(scope, scope.key_id, row_id, keys)
        sealed = AESGCM(wrapping.reveal()).encrypt(nonce, both.reveal(), data)
    return keys, scope.key_id.to_bytes(_ID_BYTES, "little") + nonce + sealed


def sign(scope: Scope, row_id: int, keys: PublicKeys, wrapped: bytes, message: bytes) -> bytes:
    """Return the signature of *message* by the identity with these *keys*.

    Raises:
        TamperedError: the wrapped keys do not open, or are not the private ones of *keys*.
    """
    with _unwrap(scope, row_id, keys, wrapped) as both:
        return _signer(both).sign(message)


def open_sealed(
    scope: Scope, row_id: int, keys: PublicKeys, wrapped: bytes, sealed: bytes, info: bytes
) -> SecretBytes:
    """Return what somebody has sealed to the exchange key of *keys*, bound to *info*.

    HPKE [RFC 9180] in base mode: X25519, HKDF-SHA256, ChaCha20-Poly1305.

    Raises:
        TamperedError: it was sealed to another key, with other *info*, or changed; or the
            wrapped keys do not open.
    """
    with _unwrap(scope, row_id, keys, wrapped) as both:
        private = _exchanger(both)
        if private.public_key().public_bytes_raw() != keys.exchange:
            raise TamperedError("the private keys of the identity are not those of its public keys")
        try:
            return SecretBytes(SUITE.decrypt(sealed, private, info=info))
        except (InvalidTag, ValueError):
            raise TamperedError("what was sealed to the identity did not authenticate") from None


def check(scope: Scope, row_id: int, keys: PublicKeys, wrapped: bytes) -> None:
    """Check that the wrapped private keys open and are those of *keys*.

    Raises:
        TamperedError: they do not, or are not.
    """
    with _unwrap(scope, row_id, keys, wrapped) as both:
        found = _public(both)
    if found != keys:
        raise TamperedError("the private keys of the identity are not those of its public keys")


def is_signed(keys: PublicKeys, message: bytes, signature: bytes) -> bool:
    """Say whether the holder of *keys* has signed *message*."""
    try:
        Ed25519PublicKey.from_public_bytes(keys.signing).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def are_usable(keys: PublicKeys) -> bool:
    """Say whether these can be the keys of a person: of the right size, and no weak point."""
    if not len(keys.signing) == len(keys.exchange) == KEY_BYTES:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(keys.signing)
        # A key of small order agrees with everybody on zero, and is refused.
        X25519PrivateKey.generate().exchange(X25519PublicKey.from_public_bytes(keys.exchange))
    except ValueError:
        return False
    return True


def _unwrap(scope: Scope, row_id: int, keys: PublicKeys, wrapped: bytes) -> SecretBytes:
    key_id = int.from_bytes(wrapped[:_ID_BYTES], "little")
    nonce, sealed = wrapped[_ID_BYTES:][:_NONCE_BYTES], wrapped[_ID_BYTES + _NONCE_BYTES :]
    both = SecretBytes(bytes(2 * KEY_BYTES))
    data = _associated_data(scope, key_id, row_id, keys)
    try:
        with scope.identity_wrapping(key_id) as wrapping:
            AESGCM(wrapping.reveal()).decrypt_into(nonce, sealed, data, both.reveal())
    except (InvalidTag, ValueError):
        both.wipe()
        raise TamperedError("the private keys of the identity did not authenticate") from None
    return both


def _associated_data(scope: Scope, key_id: int, row_id: int, keys: PublicKeys) -> bytes:
    place = key_id.to_bytes(_ID_BYTES, "little") + row_id.to_bytes(8, "little")
    return b"privatus/v1/identity" + scope.vault_id + place + keys.raw


def _public(both: SecretBytes) -> PublicKeys:
    return PublicKeys(
        signing=_signer(both).public_key().public_bytes_raw(),
        exchange=_exchanger(both).public_key().public_bytes_raw(),
    )


# Views, so that no copy of a private key is left behind that nobody overwrites.
def _signer(both: SecretBytes) -> Ed25519PrivateKey:
    with memoryview(both.reveal()) as view, view[:KEY_BYTES] as seed:
        return Ed25519PrivateKey.from_private_bytes(seed)


def _exchanger(both: SecretBytes) -> X25519PrivateKey:
    with memoryview(both.reveal()) as view, view[KEY_BYTES:] as private:
        return X25519PrivateKey.from_private_bytes(private)
