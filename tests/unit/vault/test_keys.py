"""The keys below the vault key: each opens what is its own, and is gone when the vault is."""

from __future__ import annotations

import itertools

import pytest

from privatus.core.errors import TamperedError
from privatus.core.secret import SecretBytes
from privatus.vault.keys import Keys, KeyState, Scope, keyspec
from privatus.vault.unlock import Opened
from support.format_by_hand import hkdf_expand
from support.headers import flip_bit

_VAULT = bytes(range(16))
_TABLE = 3


def _keys(vault_key: bytes = b"v" * 32, vault_id: bytes = _VAULT) -> Keys:
    return Keys(
        Opened(
            vault_id=vault_id,
            vault_key=SecretBytes(vault_key),
            database_key=SecretBytes(b"d" * 32),
            database_salt=b"s" * 16,
        )
    )


@pytest.fixture
def scope() -> Scope:
    return _keys().new_scope(1)[0]


def _opens(scope: Scope, seal: bytes, value: bytes | None) -> bool:
    try:
        scope.table_cipher(_TABLE).open(seal, 1, b"", [value])
    except TamperedError:
        return False
    return True


def test_a_scope_and_a_container_open_again_from_their_wrapped_keys() -> None:
    keys = _keys()
    scope, wrapped_scope = keys.new_scope(1)
    container, wrapped = scope.new_container(2)
    seal, sealed = container.cipher(_TABLE).seal(1, b"", [b"words"])

    again = _keys().scope(1, wrapped_scope).container(2, wrapped)

    assert again.cipher(_TABLE).open(seal, 1, b"", sealed) == [b"words"]
    assert len(wrapped_scope) == len(wrapped) == 60


def test_a_wrapped_key_is_what_the_format_says() -> None:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    _, wrapped = _keys().new_scope(9)
    wrapping = hkdf_expand(b"v" * 32, b"privatus/v1/scope-wrap")
    data = b"privatus/v1/key" + _VAULT + (9).to_bytes(4, "little") + b"\x01" + bytes(4) + b"\x01"

    key = AESGCM(wrapping).decrypt(wrapped[:12], wrapped[12:], data)

    search = hkdf_expand(key, b"privatus/v1/search", 48)
    assert bytes(_keys().scope(9, wrapped).search_keyspec()) == bytes(keyspec(search))
    assert _keys().scope(9, wrapped).search_salt() == search[32:]


def test_a_wrapped_key_opens_only_as_what_it_is() -> None:
    scope, wrapped_scope = _keys().new_scope(1)
    other_scope, _ = _keys().new_scope(1)
    _, wrapped = scope.new_container(2)

    for wrong in (
        lambda: _keys().scope(2, wrapped_scope),
        lambda: _keys(vault_key=b"w" * 32).scope(1, wrapped_scope),
        lambda: _keys(vault_id=bytes(16)).scope(1, wrapped_scope),
        lambda: _keys().scope(2, wrapped),
        lambda: _keys().scope(1, wrapped_scope, state=KeyState.RETIRED),
        lambda: _keys().scope(1, _keys().retire_scope(scope)),
        lambda: scope.container(3, wrapped),
        lambda: scope.container(1, wrapped_scope),
        lambda: other_scope.container(2, wrapped),
        lambda: scope.container(2, wrapped[:-1]),
        lambda: scope.container(2, b""),
    ):
        with pytest.raises(TamperedError):
            wrong()


def test_every_flipped_bit_of_a_wrapped_key_is_noticed(scope: Scope) -> None:
    _, wrapped = scope.new_container(2)

    for bit in range(len(wrapped) * 8):
        with pytest.raises(TamperedError):
            scope.container(2, flip_bit(wrapped, bit))


def test_no_two_keys_are_the_same(scope: Scope) -> None:
    containers = [scope.new_container(n)[0] for n in range(2, 5)]
    ciphers = [container.cipher(table) for container in containers for table in (2, 3)]
    ciphers += [scope.table_cipher(table) for table in (2, 3)]
    for one, other in itertools.permutations(ciphers, 2):
        # The same number, so that the key alone decides.
        one.key_id = other.key_id = 1
        one._prefix = other._prefix
        seal, sealed = one.seal(1, b"", [b"words"])
        with pytest.raises(TamperedError):
            other.open(seal, 1, b"", sealed)


def test_the_search_key_is_not_the_database_key_and_differs_from_scope_to_scope() -> None:
    keys = _keys()
    one, other = keys.new_scope(1)[0], _keys().new_scope(1)[0]
    specs = {bytes(one.search_keyspec()), bytes(other.search_keyspec())}
    specs.add(bytes(keys.database_keyspec()))

    assert len(specs) == 3
    assert all(len(spec) == 99 for spec in specs)


def test_tags_are_equal_for_equal_values_of_one_purpose_and_one_scope_only(scope: Scope) -> None:
    other = _keys().new_scope(1)[0]

    assert scope.tag(b"account", b"ada") == scope.tag(b"account", b"ada")
    tags = {
        scope.tag(b"account", b"ada"),
        scope.tag(b"account", b"bob"),
        scope.tag(b"digest", b"ada"),
        other.tag(b"account", b"ada"),
    }
    assert len(tags) == 4
    assert all(len(tag) == 16 for tag in tags)


def test_a_table_key_does_not_open_rows_of_another_scope(scope: Scope) -> None:
    other = _keys().new_scope(1)[0]
    seal, (value,) = scope.table_cipher(_TABLE).seal(1, b"", [b"words"])

    assert _opens(scope, seal, value)
    assert not _opens(other, seal, value)


def test_wiping_overwrites_every_key(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = _keys()
    scope, _ = keys.new_scope(1)
    held = [
        *(keys._wrapping, keys.opened.vault_key, keys.opened.database_key),
        *(scope._key, scope._wrapping, scope._tag_key, scope.blob_key),
    ]
    buffers = [secret.reveal() for secret in held]
    overwritten: list[bytes] = []
    # What `wipe` empties must be zeros by then: an emptied buffer alone leaves its bytes behind.
    monkeypatch.setattr(SecretBytes, "wipe", _recording(overwritten))
    assert all(any(buffer) for buffer in buffers)

    keys.wipe()

    assert len(overwritten) == len(held)
    assert not any(any(value) for value in overwritten)
    assert not any(buffers)


def _recording(seen: list[bytes]) -> object:
    wipe = SecretBytes.wipe

    class Buffer(bytearray):
        def clear(self) -> None:
            seen.append(bytes(self))
            super().clear()

    def recorded(secret: SecretBytes) -> None:
        buffer = secret._buffer
        secret._buffer = Buffer(buffer)
        wipe(secret)
        buffer[:] = secret._buffer

    return recorded
