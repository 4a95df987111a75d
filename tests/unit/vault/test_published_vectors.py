"""The libraries that a vault rests on, held against what NIST and the RFCs published."""

from __future__ import annotations

import hashlib

import argon2.low_level
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from privatus.core.secret import SecretBytes
from privatus.vault.kdf import KdfParameters, derive_password_key, expand
from support.published_vectors import as_bytes, records


def _gcm_cases(path: str) -> list[dict[str, str]]:
    """Return the cases with what we use: a nonce of 96 bits and a tag of 128."""
    return [case for case in records(path) if case["ivlen"] == "96" and case["taglen"] == "128"]


def test_aes_256_gcm_seals_as_nist_says() -> None:
    cases = _gcm_cases("ciphers/AES/GCM/gcmEncryptExtIV256.rsp")

    for case in cases:
        sealed = AESGCM(as_bytes(case["key"])).encrypt(
            as_bytes(case["iv"]), as_bytes(case["pt"]), as_bytes(case["aad"])
        )
        assert sealed == as_bytes(case["ct"]) + as_bytes(case["tag"])
    assert len(cases) == 375


def test_aes_256_gcm_opens_and_refuses_as_nist_says() -> None:
    cases = _gcm_cases("ciphers/AES/GCM/gcmDecrypt256.rsp")
    n_refused = 0

    for case in cases:
        sealed = as_bytes(case["ct"]) + as_bytes(case["tag"])
        cipher = AESGCM(as_bytes(case["key"]))
        if "fail" in case:
            n_refused += 1
            with pytest.raises(InvalidTag):
                cipher.decrypt(as_bytes(case["iv"]), sealed, as_bytes(case["aad"]))
        else:
            plain = cipher.decrypt(as_bytes(case["iv"]), sealed, as_bytes(case["aad"]))
            assert plain == as_bytes(case["pt"])
    assert len(cases) == 375
    assert n_refused > 100


def test_chacha20_poly1305_seals_opens_and_refuses_as_published() -> None:
    n_right = n_refused = 0

    for case in records("ciphers/ChaCha20Poly1305/openssl.txt"):
        nonce, data = as_bytes(case["iv"]), as_bytes(case["aad"])
        plain = as_bytes(case["plaintext"])
        sealed = as_bytes(case["ciphertext"]) + as_bytes(case["tag"])
        cipher = ChaCha20Poly1305(as_bytes(case["key"]))
        if "result" in case:
            n_refused += 1
            with pytest.raises(InvalidTag):
                cipher.decrypt(nonce, sealed, data)
        else:
            n_right += 1
            assert cipher.encrypt(nonce, plain, data) == sealed
            assert cipher.decrypt(nonce, sealed, data) == plain
    assert n_right > 0
    assert n_refused > 0


def test_chacha20_poly1305_pads_as_rfc_8439_says() -> None:
    cases = list(records("ciphers/ChaCha20Poly1305/boringssl.txt"))

    for case in cases:
        sealed = ChaCha20Poly1305(as_bytes(case["key"])).encrypt(
            as_bytes(case["nonce"]), as_bytes(case["in"]), as_bytes(case["ad"])
        )
        tag = as_bytes(case["tag"])
        assert sealed[:-16] + sealed[-16:][: len(tag)] == as_bytes(case["ct"]) + tag
    assert len(cases) > 50


def test_hkdf_expands_and_derives_as_rfc_5869_says() -> None:
    case: dict[str, str] = {}
    n_cases = 0

    for part in records("KDF/rfc-5869-HKDF-SHA256.txt"):
        # The file has empty lines within a case; its output comes last.
        case |= part
        if "okm" not in part:
            continue
        n_cases += 1
        output, info = as_bytes(case["okm"]), as_bytes(case["info"])
        hkdf = HKDF(SHA256(), len(output), as_bytes(case["salt"]), info)
        assert expand(as_bytes(case["prk"]), info, len(output)).reveal() == output
        assert hkdf.derive(as_bytes(case["ikm"])) == output
    assert n_cases == 3


def test_argon2id_derives_as_rfc_9106_says() -> None:
    n_cases = 0

    for case in records("KDF/argon2id.txt"):
        if "output" not in case:
            continue
        n_cases += 1
        derived = Argon2id(
            salt=as_bytes(case["salt"]),
            length=int(case["length"]),
            iterations=int(case["iter"]),
            lanes=int(case["lanes"]),
            memory_cost=int(case["memcost"]),
            ad=as_bytes(case["ad"]) if "ad" in case else None,
            secret=as_bytes(case["secret"]) if "secret" in case else None,
        ).derive(as_bytes(case["pass"]))
        assert derived == as_bytes(case["output"])
    assert n_cases == 6


@pytest.mark.parametrize("password", [b"", b"x", b"\x00" * 65, "пароль".encode() * 50])
def test_two_implementations_of_argon2id_agree(password: bytes) -> None:
    parameters = KdfParameters(memory_kib=256, passes=3, lanes=4)

    assert derive_password_key(
        SecretBytes(password), b"s" * 32, parameters
    ).reveal() == argon2.low_level.hash_secret_raw(
        password, b"s" * 32, 3, 256, 4, 32, argon2.low_level.Type.ID
    )


def test_blake2b_hashes_as_published() -> None:
    cases = list(records("hashes/blake2/blake2b.txt"))

    for case in cases:
        assert (
            hashlib.blake2b(as_bytes(case["msg"])[: int(case["len"]) // 8]).hexdigest()
            == case["md"]
        )
    assert len(cases) >= 5
