"""A machine that computes wrongly is found out before it writes."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from privatus.core.errors import BugError
from privatus.core.secret import SecretBytes
from privatus.vault import self_test, unlock
from privatus.vault.kdf import KdfParameters
from support.headers import make_vault


def test_this_machine_computes_right() -> None:
    self_test.run()


@pytest.mark.parametrize(
    ("constant", "name"),
    [
        ("_GCM_SEALED", "AES-GCM"),
        ("_CHACHA_SEALED", "ChaCha20-Poly1305"),
        ("_HKDF_OUTPUT", "HKDF"),
        ("_HMAC_OUTPUT", "HMAC"),
        ("_BLAKE2B_OUTPUT", "BLAKE2b"),
        ("_ARGON2ID_OUTPUT", "Argon2id"),
    ],
)
def test_one_wrong_answer_keeps_every_vault_shut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, constant: str, name: str
) -> None:
    vault = make_vault(tmp_path / "vault")
    right = getattr(self_test, constant)
    monkeypatch.setattr(self_test, constant, right[:-1] + bytes([right[-1] ^ 1]))
    (tmp_path / "new").mkdir()

    with pytest.raises(BugError, match=f"computes {name} wrongly"):
        vault.unlock()
    with pytest.raises(BugError, match=f"computes {name} wrongly"):
        unlock.create(tmp_path / "new", SecretBytes(b"x"), KdfParameters.for_tests())
    assert not unlock.exists(tmp_path / "new")


@pytest.mark.parametrize("forgeries_open", [True, False])
def test_a_library_that_opens_wrongly_is_found(
    monkeypatch: pytest.MonkeyPatch, forgeries_open: bool
) -> None:
    class Wrong:
        def __init__(self, key: bytes) -> None:
            self.encrypt = AESGCM(key).encrypt

        def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes) -> bytes:
            if forgeries_open:
                return self_test._GCM_PLAIN
            if data != self_test._GCM_SEALED:
                raise InvalidTag
            return b"something else"

    monkeypatch.setattr(self_test, "AESGCM", Wrong)

    with pytest.raises(BugError, match="AES-GCM"):
        self_test.run()


def test_the_blake2b_of_rfc_7693_is_known() -> None:
    """Appendix A of the RFC; the keyed answer is of the reference vectors."""
    assert hashlib.blake2b(b"abc").hexdigest().startswith("ba80a53f981c4d0d6a2797b69f12f6e94c21")
