"""HPKE in base mode, opening only, written from RFC 9180 without the library's: a second reader."""

from __future__ import annotations

import hashlib
import hmac

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

_KEM, _KDF, _AEAD = 0x0020, 0x0001, 0x0003
_KEM_SUITE = b"KEM" + _KEM.to_bytes(2, "big")
_HPKE_SUITE = b"HPKE" + b"".join(n.to_bytes(2, "big") for n in (_KEM, _KDF, _AEAD))


def _extract(suite: bytes, salt: bytes, label: bytes, key: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + key, hashlib.sha256)


def _expand(suite: bytes, key: bytes, label: bytes, info: bytes, length: int) -> bytes:
    said = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    # None of ours is longer than one block.
    return hmac.digest(key, said + b"\x01", hashlib.sha256)[:length]


def open_sealed(sealed: bytes, private: bytes, info: bytes) -> bytes:
    """Return what was sealed to an X25519 key in base mode, with no associated data."""
    own = X25519PrivateKey.from_private_bytes(private)
    encapsulated, ciphertext = sealed[:32], sealed[32:]
    shared = own.exchange(X25519PublicKey.from_public_bytes(encapsulated))
    context = encapsulated + own.public_key().public_bytes_raw()
    first = _extract(_KEM_SUITE, b"", b"eae_prk", shared)
    secret = _expand(_KEM_SUITE, first, b"shared_secret", context, 32)
    schedule = (
        b"\x00"
        + _extract(_HPKE_SUITE, b"", b"psk_id_hash", b"")
        + _extract(_HPKE_SUITE, b"", b"info_hash", info)
    )
    key_of_all = _extract(_HPKE_SUITE, secret, b"secret", b"")
    key = _expand(_HPKE_SUITE, key_of_all, b"key", schedule, 32)
    nonce = _expand(_HPKE_SUITE, key_of_all, b"base_nonce", schedule, 12)
    return ChaCha20Poly1305(key).decrypt(nonce, ciphertext, b"")
