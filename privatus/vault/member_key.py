"""What opens a backup repository for another person: its vault keys, sealed to that person's keys.

    "PVMK" | version:1 | 0:1 | number n of keys:2 | encapsulated key:32
    | sealed: signer's public keys:64 | signature:64 | n vault keys, 32 bytes each, oldest first
    | tag:16 | MAC:32

    sealing    HPKE [RFC 9180], base mode: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256,
               ChaCha20-Poly1305, to the X25519 key of the recipient, no associated data
    info       "privatus/v1/member-keys" | repository id:16 | SHA-256 of the repository's config |
               first 8 bytes
    signature  Ed25519, by the signer, of "privatus/v1/member-keys/signature" |
               repository id:16 | SHA-256 of the config | first 8 bytes |
               recipient's public keys:64 | signer's public keys:64 | SHA-256 of the vault keys
    MAC        HMAC-SHA-256, with the repository's mac key of epoch n for "member-mac"
               (repository_keys.py), of repository id:16 | SHA-256 of the config | all before it

Anybody can seal something to a public key, so the sealed part is signed, and says by whom. It
names the recipient, who therefore cannot hand it on as sealed to a third. Both lie inside: who has
the repository and no key does not learn who has access. The MAC is for the owner, who cannot
open it, to see that it is whole. Numbers are little endian.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from privatus.core.contact import PublicKeys
from privatus.core.errors import BugError, TamperedError, UserError
from privatus.core.secret import SecretBytes
from privatus.vault import identity
from privatus.vault.kdf import KEY_BYTES
from privatus.vault.memory import wipe
from privatus.vault.repository_keys import RepositoryKeys

_PRELUDE = struct.Struct("<4sBBH")
_MAGIC = b"PVMK"
_VERSION = 1
_ENCAPSULATED_BYTES = 32
_TAG_BYTES = 16
_MAC_BYTES = 32
_MAC = b"member-mac"
_SIGNED_BYTES = 2 * KEY_BYTES + identity.SIGNATURE_BYTES
_LABEL = b"privatus/v1/member-keys"
_DAMAGED = "a member's keys of the backup repository are damaged"

# Signs a message as the person who hands out the keys.
Sign = Callable[[bytes], bytes]
# Opens what was sealed to the person's own exchange key, given it and what it is bound to.
Open = Callable[[bytes, bytes], SecretBytes]


@dataclass(frozen=True, slots=True)
class Place:
    """The repository that keys are of."""

    repository_id: bytes
    config: bytes

    def bound(self, said: bytes) -> bytes:
        """Return *said* as said of this repository."""
        return self.repository_id + hashlib.sha256(self.config).digest() + said


@dataclass(frozen=True, slots=True)
class MemberKeys:
    """Vault keys, the oldest first, and who has signed that they are of this repository.

    Whether *signer* is whom one trusts, the caller decides: anybody can have made this.
    """

    vault_keys: tuple[SecretBytes, ...]
    signer: PublicKeys

    def wipe(self) -> None:
        """Overwrite the keys."""
        for key in self.vault_keys:
            key.wipe()


def make(
    place: Place, vault_keys: Sequence[SecretBytes], to: PublicKeys, signer: PublicKeys, sign: Sign
) -> bytes:
    """Return *vault_keys*, the oldest first, sealed for who has the private keys to *to*.

    Raises:
        UserError: *to* can be nobody's keys.
    """
    if not vault_keys or any(len(key) != KEY_BYTES for key in vault_keys):
        raise BugError("a member gets whole vault keys, and one at least")
    if not identity.are_usable(to):
        raise UserError("the keys of this contact cannot be used; ask for a new card")
    prelude = _PRELUDE.pack(_MAGIC, _VERSION, 0, len(vault_keys))
    bound = place.bound(prelude)
    signature = sign(_signed(bound, to, signer, [key.reveal() for key in vault_keys]))
    plain = bytearray(signer.raw + signature)
    for key in vault_keys:
        plain += key.reveal()
    try:
        public = X25519PublicKey.from_public_bytes(to.exchange)
        sealed: bytes = identity.SUITE.encrypt(plain, public, info=_LABEL + bound)
    finally:
        wipe(plain)
    return prelude + sealed + _mac(place, prelude + sealed, vault_keys)


def check(place: Place, raw: bytes, keys: RepositoryKeys) -> None:
    """Check that a holder of the repository's keys has made *raw*, and nobody changed it.

    Raises:
        TamperedError: somebody did.
    """
    count, _ = _parse(raw)
    mac = keys.mac(count, _MAC, place.bound(raw[:-_MAC_BYTES]))
    if not hmac.compare_digest(mac, raw[-_MAC_BYTES:]):
        raise TamperedError(_DAMAGED)


def open_keys(place: Place, raw: bytes, own: PublicKeys, open_sealed: Open) -> MemberKeys:
    """Return what *raw* holds for the person with the keys *own*.

    Raises:
        TamperedError: it is damaged, for somebody else, or of another repository; or nobody has
            signed it.
    """
    count, sealed = _parse(raw)
    bound = place.bound(raw[: _PRELUDE.size])
    with open_sealed(sealed, _LABEL + bound) as opened:
        plain = opened.reveal()
        if len(plain) != _SIGNED_BYTES + count * KEY_BYTES:
            raise TamperedError(_DAMAGED)
        signer = PublicKeys.of(bytes(plain[: 2 * KEY_BYTES]))
        signature = bytes(plain[2 * KEY_BYTES : _SIGNED_BYTES])
        starts = range(_SIGNED_BYTES, len(plain), KEY_BYTES)
        with memoryview(plain) as view:
            found = [SecretBytes(view[start : start + KEY_BYTES]) for start in starts]
    keys = MemberKeys(tuple(found), signer)
    message = _signed(bound, own, signer, [key.reveal() for key in found])
    is_whole = hmac.compare_digest(_mac(place, raw[:-_MAC_BYTES], found), raw[-_MAC_BYTES:])
    if not is_whole or not identity.is_signed(signer, message, signature):
        keys.wipe()
        raise TamperedError("a member's keys of the backup repository are not signed")
    return keys


def _parse(raw: bytes) -> tuple[int, bytes]:
    """Return how many keys there are, and what is sealed."""
    if len(raw) < _PRELUDE.size:
        raise TamperedError(_DAMAGED)
    magic, version, zero, count = _PRELUDE.unpack_from(raw)
    sealed_bytes = _ENCAPSULATED_BYTES + _SIGNED_BYTES + count * KEY_BYTES + _TAG_BYTES
    is_of_size = len(raw) == _PRELUDE.size + sealed_bytes + _MAC_BYTES
    if (magic, version, zero) != (_MAGIC, _VERSION, 0) or not count or not is_of_size:
        raise TamperedError(_DAMAGED)
    return count, raw[_PRELUDE.size : -_MAC_BYTES]


def _mac(place: Place, said: bytes, vault_keys: Sequence[SecretBytes]) -> bytes:
    keys = RepositoryKeys(place.repository_id, vault_keys)
    try:
        return keys.mac(len(vault_keys), _MAC, place.bound(said))
    finally:
        keys.wipe()


def _signed(
    bound: bytes, to: PublicKeys, signer: PublicKeys, vault_keys: Sequence[bytearray]
) -> bytes:
    # By their hash: what is signed is passed on as bytes that nobody overwrites.
    digest = hashlib.sha256()
    for key in vault_keys:
        digest.update(key)
    return _LABEL + b"/signature" + bound + to.raw + signer.raw + digest.digest()
