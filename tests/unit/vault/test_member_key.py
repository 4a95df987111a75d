"""A member's keys of a repository: opened by that person only, and signed by whom they are from."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import struct
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from privatus.core.contact import PublicKeys
from privatus.core.errors import BugError, TamperedError, UserError
from privatus.core.secret import SecretBytes
from privatus.vault import identity, member_key
from privatus.vault.keys import Scope
from privatus.vault.member_key import MemberKeys, Place
from privatus.vault.repository_keys import RepositoryKeys
from support.format_by_hand import hkdf_expand
from support.headers import flip_bit
from support.hpke_by_hand import open_sealed
from support.scopes import new_scope

_PLACE = Place(bytes(range(16)), b"the config of a repository")
_FROZEN = Path(__file__).resolve().parents[2] / "vectors" / "member-key-v1.json"


@dataclass(frozen=True)
class _Person:
    scope: Scope
    keys: PublicKeys
    wrapped: bytes

    @classmethod
    def new(cls) -> _Person:
        scope = new_scope()
        return cls(scope, *identity.make(scope, 1))

    def sign(self, message: bytes) -> bytes:
        return identity.sign(self.scope, 1, self.keys, self.wrapped, message)

    def open_sealed(self, sealed: bytes, info: bytes) -> SecretBytes:
        return identity.open_sealed(self.scope, 1, self.keys, self.wrapped, sealed, info)

    def give(self, to: _Person, vault_keys: list[bytes], place: Place = _PLACE) -> bytes:
        secrets = [SecretBytes(key) for key in vault_keys]
        return member_key.make(place, secrets, to.keys, self.keys, self.sign)

    def take(self, raw: bytes, place: Place = _PLACE) -> MemberKeys:
        return member_key.open_keys(place, raw, self.keys, self.open_sealed)


@pytest.fixture(scope="module")
def ada() -> _Person:
    return _Person.new()


@pytest.fixture(scope="module")
def grace() -> _Person:
    return _Person.new()


def _keys(count: int) -> list[bytes]:
    return [os.urandom(32) for _ in range(count)]


@pytest.mark.parametrize("count", [1, 2, 40])
def test_who_is_given_keys_has_them_and_knows_from_whom(
    ada: _Person, grace: _Person, count: int
) -> None:
    vault_keys = _keys(count)

    raw = ada.give(grace, vault_keys)
    found = grace.take(raw)

    assert [bytes(key.reveal()) for key in found.vault_keys] == vault_keys
    assert found.signer == ada.keys
    assert not any(key in raw for key in (*vault_keys, ada.keys.signing, grace.keys.exchange))
    found.wipe()
    assert not any(map(len, found.vault_keys))


def test_nobody_else_opens_them(ada: _Person, grace: _Person) -> None:
    raw = ada.give(grace, _keys(2))

    for other in (ada, _Person.new()):
        with pytest.raises(TamperedError):
            other.take(raw)


def test_they_open_in_their_repository_only(ada: _Person, grace: _Person) -> None:
    raw = ada.give(grace, _keys(2))

    for place in (replace(_PLACE, repository_id=bytes(16)), replace(_PLACE, config=b"another")):
        with pytest.raises(TamperedError):
            grace.take(raw, place)


def test_every_bit_of_them_counts_and_nothing_can_be_cut_off_or_added(
    ada: _Person, grace: _Person
) -> None:
    vault_keys = _keys(2)
    raw = ada.give(grace, vault_keys)
    later = [*vault_keys, *_keys(1)]
    owned = RepositoryKeys(_PLACE.repository_id, [SecretBytes(key) for key in later])

    for changed in [
        *(flip_bit(raw, bit) for bit in range(8 * len(raw))),
        *(raw[:length] for length in range(len(raw))),
        raw + b"\0",
        raw[:6] + struct.pack("<H", 3) + raw[8:] + bytes(32),
        raw[:6] + bytes(2) + raw[8:],
    ]:
        with pytest.raises(TamperedError):
            grace.take(changed)
        # Its owner cannot open it, and sees it all the same.
        with pytest.raises(TamperedError):
            member_key.check(_PLACE, changed, owned)
    member_key.check(_PLACE, raw, owned)


def test_a_member_cannot_hand_them_on_in_the_name_of_the_giver(
    ada: _Person, grace: _Person
) -> None:
    third, vault_keys = _Person.new(), _keys(2)
    prelude = (raw := ada.give(grace, vault_keys))[:8]
    info = b"privatus/v1/member-keys" + _PLACE.bound(prelude)
    with grace.open_sealed(raw[8:-32], info) as plain:
        public = X25519PublicKey.from_public_bytes(third.keys.exchange)
        handed_on = prelude + identity.SUITE.encrypt(plain.reveal(), public, info=info)
    handed_on += member_key._mac(_PLACE, handed_on, [SecretBytes(key) for key in vault_keys])

    with pytest.raises(TamperedError, match="not signed"):
        third.take(handed_on)


def test_who_signs_as_another_is_found_out(ada: _Person, grace: _Person) -> None:
    mallory = _Person.new()
    secrets = [SecretBytes(key) for key in _keys(1)]

    forged = member_key.make(_PLACE, secrets, grace.keys, ada.keys, mallory.sign)

    with pytest.raises(TamperedError, match="not signed"):
        grace.take(forged)


def test_an_identity_opens_with_its_own_private_keys_only(ada: _Person, grace: _Person) -> None:
    raw = ada.give(grace, _keys(1))
    exchanged = replace(grace, wrapped=ada.wrapped)

    with pytest.raises(TamperedError):
        exchanged.take(raw)


def test_keys_that_can_be_nobodys_get_nothing(ada: _Person) -> None:
    nobody = PublicKeys(signing=ada.keys.signing, exchange=bytes(32))

    with pytest.raises(UserError, match="new card"):
        member_key.make(_PLACE, [SecretBytes(bytes(32))], nobody, ada.keys, ada.sign)


@pytest.mark.parametrize("vault_keys", [[], [b"short"]])
def test_no_keys_and_half_keys_are_not_given(
    ada: _Person, grace: _Person, vault_keys: list[bytes]
) -> None:
    with pytest.raises(BugError):
        ada.give(grace, vault_keys)


def _by_hand(frozen: dict[str, Any]) -> tuple[bytes, bytes]:
    """Open what was given as the layout says it; return who signed, and the keys."""
    raw, config = bytes.fromhex(frozen["raw"]), bytes.fromhex(frozen["config"])
    assert raw[:8] == b"PVMK\x01\x00" + struct.pack("<H", len(frozen["vault_keys"]))
    bound = bytes.fromhex(frozen["repository_id"]) + hashlib.sha256(config).digest() + raw[:8]
    private = bytes.fromhex(frozen["exchange_private"])
    plain = open_sealed(raw[8:-32], private, b"privatus/v1/member-keys" + bound)
    signer, signature, keys = plain[:64], plain[64:128], plain[128:]
    own = bytes.fromhex(frozen["own"])
    message = b"privatus/v1/member-keys/signature" + bound + own + signer
    Ed25519PublicKey.from_public_bytes(signer[:32]).verify(
        signature, message + hashlib.sha256(keys).digest()
    )
    vault_key = keys[-32:]
    repository = b"privatus/v1/repository" + bytes.fromhex(frozen["repository_id"])
    mac_key = hkdf_expand(hkdf_expand(vault_key, repository), b"privatus/v1/member-mac")
    assert hmac.digest(mac_key, bound[:48] + raw[:-32], "sha256") == raw[-32:]
    return signer, keys


def test_what_the_first_version_gave_opens_for_ever_also_without_our_code() -> None:
    frozen = json.loads(_FROZEN.read_text(encoding="utf-8"))
    place = Place(bytes.fromhex(frozen["repository_id"]), bytes.fromhex(frozen["config"]))
    own = PublicKeys.of(bytes.fromhex(frozen["own"]))
    private = X25519PrivateKey.from_private_bytes(bytes.fromhex(frozen["exchange_private"]))

    def opened(sealed: bytes, info: bytes) -> SecretBytes:
        return SecretBytes(identity.SUITE.decrypt(sealed, private, info=info))

    found = member_key.open_keys(place, bytes.fromhex(frozen["raw"]), own, opened)

    assert [key.reveal().hex() for key in found.vault_keys] == frozen["vault_keys"]
    assert found.signer.raw.hex() == frozen["signer"]
    assert _by_hand(frozen) == (found.signer.raw, bytes.fromhex("".join(frozen["vault_keys"])))


def test_what_is_given_today_opens_without_our_code() -> None:
    private, signing = X25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    own = PublicKeys(signing=signing.public_key().public_bytes_raw(), exchange=public)
    vault_keys = [SecretBytes(key) for key in _keys(3)]
    giver = _Person.new()
    raw = member_key.make(_PLACE, vault_keys, own, giver.keys, partial(_Person.sign, giver))

    signer, keys = _by_hand(
        {
            "raw": raw.hex(),
            "config": _PLACE.config.hex(),
            "repository_id": _PLACE.repository_id.hex(),
            "exchange_private": private.private_bytes_raw().hex(),
            "own": own.raw.hex(),
            "vault_keys": vault_keys,
        }
    )

    assert signer == giver.keys.raw
    assert keys == b"".join(bytes(key.reveal()) for key in vault_keys)
