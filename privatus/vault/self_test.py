"""Known answers for every algorithm that a vault rests on, asked at each opening.

A broken library, CPU or build would otherwise seal what nobody can open again.  Takes about a
millisecond.
"""

from __future__ import annotations

import hashlib
import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from privatus.core.errors import BugError
from privatus.vault.kdf import ONE_AT_A_TIME, expand

# McGrew and Viega, "The Galois/Counter Mode of Operation", test case 16.
_GCM_KEY = bytes.fromhex("feffe9928665731c6d6a8f9467308308") * 2
_GCM_NONCE = bytes.fromhex("cafebabefacedbaddecaf888")
_GCM_DATA = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
_GCM_PLAIN = bytes.fromhex(
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
    "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
)
_GCM_SEALED = bytes.fromhex(
    "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
    "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
    "76fc6ece0f4e1768cddf8853bb2d551b"
)

# RFC 8439, 2.8.2.
_CHACHA_KEY = bytes(range(0x80, 0xA0))
_CHACHA_NONCE = bytes.fromhex("070000004041424344454647")
_CHACHA_DATA = bytes.fromhex("50515253c0c1c2c3c4c5c6c7")
_CHACHA_PLAIN = (
    b"Ladies and Gentlemen of the class of '99: "
    b"If I could offer you only one tip for the future, sunscreen would be it."
)
_CHACHA_SEALED = bytes.fromhex(
    "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6"
    "3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36"
    "92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc"
    "3ff4def08e4b7a9de576d26586cec64b6116"
    "1ae10b594f09e26a7e902ecbd0600691"
)

# RFC 5869, A.1: the expand step.
_HKDF_KEY = bytes.fromhex("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5")
_HKDF_INFO = bytes.fromhex("f0f1f2f3f4f5f6f7f8f9")
_HKDF_OUTPUT = bytes.fromhex(
    "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
)

# RFC 4231, test case 2.
_HMAC_OUTPUT = bytes.fromhex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")

# The first line of the keyed BLAKE2b vectors by its authors: key 00 to 3f, empty message.
_BLAKE2B_OUTPUT = bytes.fromhex(
    "10ebb67700b1868efb4417987acf4690ae9d972fb7a590c2f02871799aaa4786"
    "b5e996e8f0f4eb981fc214b005f42d2ff4233499391653df7aefcbc13fc51568"
)

# RFC 9106, 5.3.
_ARGON2ID_OUTPUT = bytes.fromhex("0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659")


def run() -> None:
    """Ask every algorithm a question with a known answer.

    Raises:
        BugError: one answered wrongly; the vault must not be touched.
    """
    answers = {
        "AES-GCM": _aes_gcm(),
        "ChaCha20-Poly1305": _chacha20_poly1305(),
        "HKDF": bytes(expand(_HKDF_KEY, _HKDF_INFO, 42).reveal()) == _HKDF_OUTPUT,
        "HMAC": hmac.digest(b"Jefe", b"what do ya want for nothing?", "sha256") == _HMAC_OUTPUT,
        "BLAKE2b": hashlib.blake2b(key=bytes(range(64))).digest() == _BLAKE2B_OUTPUT,
        "Argon2id": _argon2id() == _ARGON2ID_OUTPUT,
    }
    wrong = [name for name, is_right in answers.items() if not is_right]
    if wrong:
        raise BugError(
            f"the cryptography library of this computer computes {', '.join(wrong)} wrongly; "
            "reinstall it before the vault is opened"
        )


def _aes_gcm() -> bool:
    return _is_right(AESGCM(_GCM_KEY), _GCM_NONCE, _GCM_PLAIN, _GCM_DATA, _GCM_SEALED)


def _chacha20_poly1305() -> bool:
    return _is_right(
        ChaCha20Poly1305(_CHACHA_KEY), _CHACHA_NONCE, _CHACHA_PLAIN, _CHACHA_DATA, _CHACHA_SEALED
    )


def _is_right(
    cipher: AESGCM | ChaCha20Poly1305, nonce: bytes, plain: bytes, data: bytes, sealed: bytes
) -> bool:
    """Tell whether *cipher* seals right, opens what is right and refuses what is not."""
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    return (
        cipher.encrypt(nonce, plain, data) == sealed
        and _opened(cipher, nonce, sealed, data) == plain
        and _opened(cipher, nonce, changed, data) is None
    )


def _opened(
    cipher: AESGCM | ChaCha20Poly1305, nonce: bytes, sealed: bytes, data: bytes
) -> bytes | None:
    try:
        return cipher.decrypt(nonce, sealed, data)
    except InvalidTag:
        return None


def _argon2id() -> bytes:
    argon2id = Argon2id(
        salt=b"\x02" * 16,
        length=32,
        iterations=3,
        lanes=4,
        memory_cost=32,
        secret=b"\x03" * 8,
        ad=b"\x04" * 12,
    )
    with ONE_AT_A_TIME:
        return argon2id.derive(b"\x01" * 32)
