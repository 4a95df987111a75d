"""No bytes of a repository make our readers raise anything but a sentence, or take much memory.

What lies in clear anybody can write who can write to the store; what is sealed, only somebody who
has the vault's keys, and even of them nothing may come but an error.
"""

from __future__ import annotations

import json
import struct
import tracemalloc
import zlib
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privatus.backup import catalogue, index, layout, manifest, marks, packs
from privatus.backup.marks import Lock, Pin, Tombstone
from privatus.core.errors import PrivatusError
from privatus.core.secret import SecretBytes
from privatus.vault import key_object
from privatus.vault.repository_keys import RepositoryKeys
from support import backup_vectors
from support.imported import check_sentence

_FROZEN = backup_vectors.frozen()
_KEYS = RepositoryKeys(
    bytes.fromhex(_FROZEN["repository_id"]),
    [SecretBytes(bytes.fromhex(key)) for key in _FROZEN["vault_keys"]],
)
_OBJECTS = _FROZEN["objects"]
_PACK = bytes.fromhex(_FROZEN["pack"]["raw"])
_PACK_ID = bytes.fromhex(_FROZEN["pack"]["id"])
_CATALOGUE = b"".join(
    catalogue.encode(
        [catalogue.FileEntry(f"blobs/0a/{n}", 2**20 + n, (bytes(32), b"x" * 32)) for n in range(3)]
    )
)
_MANIFEST = json.loads(zlib.decompress(bytes.fromhex(_OBJECTS[1]["payload"])))
_NUMBERS = st.sampled_from([0, 1, 15, 16, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFF0, 0xFFFFFFFF])


@st.composite
def damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """Draw *whole* with bits flipped, numbers replaced, parts cut out, doubled or added."""
    raw = bytearray(whole)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(0, len(raw) - 1)))
        match draw(st.integers(0, 4)):
            case 0 if raw:
                raw[at] ^= 1 << draw(st.integers(0, 7))
            case 1:
                raw[at : at + 4] = struct.pack("<I", draw(_NUMBERS))
            case 2:
                del raw[at : at + draw(st.integers(1, 80))]
            case 3:
                raw[at:at] = raw[at : at + draw(st.integers(1, 80))]
            case _:
                raw[at:at] = draw(st.binary(max_size=40))
    return bytes(raw)


def _is_refused(read: Callable[[], object]) -> bool:
    """Say whether *read* raises, which may be nothing but a sentence."""
    try:
        read()
    except PrivatusError as error:
        check_sentence(str(error))
        return True
    return False


@given(st.data())
def test_no_config_is_anything_but_whole_or_refused(data: st.DataObject) -> None:
    whole = bytes.fromhex(_FROZEN["config"])
    raw = data.draw(damaged(whole) | st.binary(max_size=200))

    assert _is_refused(lambda: layout.parse_config(raw)) or raw == whole


@given(st.data())
def test_no_damaged_key_object_gives_keys(data: st.DataObject) -> None:
    whole = bytes.fromhex(_FROZEN["key_object"])
    raw = data.draw(damaged(whole) | st.binary(max_size=700))
    config, repository_id = (
        bytes.fromhex(_FROZEN["config"]),
        bytes.fromhex(_FROZEN["repository_id"]),
    )
    vault_key = SecretBytes(bytes.fromhex(_FROZEN["vault_keys"][1]))

    is_refused = _is_refused(lambda: key_object.parse(raw).check(config, repository_id, vault_key))

    assert is_refused or raw == whole


@given(st.sampled_from(_OBJECTS), st.data())
def test_no_damaged_object_opens(one: dict[str, Any], data: st.DataObject) -> None:
    whole = bytes.fromhex(one["raw"])
    raw = data.draw(damaged(whole) | st.binary(max_size=200))

    assert _is_refused(lambda: _KEYS.open_object(one["name"], one["kind"], raw)) or raw == whole


@given(st.sampled_from(_OBJECTS), st.sampled_from(_OBJECTS))
def test_an_object_opens_under_its_own_name_and_kind_only(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    raw = bytes.fromhex(one["raw"])

    is_refused = _is_refused(lambda: _KEYS.open_object(other["name"], one["kind"], raw))
    is_refused_as = _is_refused(lambda: _KEYS.open_object(one["name"], other["kind"], raw))

    assert is_refused == is_refused_as == (one != other)


@given(damaged(_PACK) | st.binary(max_size=200))
def test_no_damaged_pack_gives_all_of_its_chunks(raw: bytes) -> None:
    def read() -> None:
        pack = packs.read_list(_KEYS, _PACK_ID, raw)
        assert len(list(backup_vectors.opened(_KEYS, pack, raw))) == 4

    assert _is_refused(read) or raw == _PACK


@given(damaged(bytes.fromhex(_OBJECTS[0]["payload"])) | st.binary(max_size=200))
def test_any_index_of_somebody_with_the_keys_reads_or_is_refused(payload: bytes) -> None:
    with suppress(PrivatusError):
        superseded, found = index.decode(payload)
        chunks = index.ChunkIndex()
        for pack in found:
            chunks.add(pack)
            for chunk_id, _, _ in pack.entries:
                assert list(chunks.places(chunk_id))
        assert list(index.encode(found, superseded)) == [payload]


@given(damaged(_CATALOGUE) | st.binary(max_size=200))
def test_any_catalogue_of_somebody_with_the_keys_reads_or_is_refused(node: bytes) -> None:
    with suppress(PrivatusError):
        for entry in catalogue.decode(node):
            assert ".." not in entry.name.split("/")
            assert entry.name.startswith(("blobs/", "archives/"))


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@st.composite
def odd_manifests(draw: st.DrawFn) -> Any:
    """Draw a manifest in which values are replaced or gone, at any depth."""
    outer = json.loads(json.dumps(_MANIFEST))
    for _ in range(draw(st.integers(1, 3))):
        place: Any = outer
        while True:
            keys = sorted(place) if isinstance(place, dict) else list(range(len(place)))
            if not keys:
                break
            key = draw(st.sampled_from(keys))
            if isinstance(place[key], dict | list) and draw(st.integers(0, 3)):
                place = place[key]
                continue
            if draw(st.booleans()):
                place[key] = draw(_VALUES)
            else:
                del place[key]
            break
    return outer


@given(odd_manifests())
def test_any_manifest_of_somebody_with_the_keys_reads_or_is_refused(outer: Any) -> None:
    payload = zlib.compress(json.dumps(outer).encode())

    with suppress(PrivatusError):
        signed = manifest.decode(payload)
        signed.manifest.backup()
        assert signed.message.startswith(b"privatus/v1/manifest{")


@given(damaged(bytes.fromhex(_OBJECTS[1]["payload"])) | st.binary(max_size=200))
def test_any_bytes_in_the_place_of_a_manifest_read_or_are_refused(payload: bytes) -> None:
    with suppress(PrivatusError):
        manifest.decode(payload).manifest.backup()


@pytest.mark.parametrize(("number", "kind"), [(2, Tombstone), (3, Pin), (4, Lock)])
@given(st.data())
def test_any_small_object_of_somebody_with_the_keys_reads_or_is_refused(
    number: int, kind: type[Tombstone | Pin | Lock], data: st.DataObject
) -> None:
    whole = bytes.fromhex(_OBJECTS[number]["payload"])
    payload = data.draw(damaged(whole) | st.binary(max_size=200))

    with suppress(PrivatusError):
        marks.encode(marks.decode(payload, kind))


_MIB = 1024 * 1024


@pytest.mark.parametrize(
    ("read", "payload", "most_mib"),
    [
        (index.decode, struct.pack("<I", 0xFFFFFFFF), 1),
        (index.decode, bytes(4) + bytes(32) + struct.pack("<IHI", 1, 1, 0xFFFFFFFF), 1),
        (lambda raw: list(catalogue.decode(raw)), b"\x07\x00blobs/a" + b"\xff" * 12, 1),
        (manifest.decode, zlib.compress(b" " * 200 * _MIB), 150),
        (manifest.decode, zlib.compress(b'{"manifest":' * _MIB), 60),
        (lambda raw: marks.decode(raw, Pin), b'{"x":' + b"[" * _MIB, 1),
        (manifest.decode, zlib.compress(b'{"x":' + b"[" * _MIB), 60),
        (manifest.decode, zlib.compress(b'{"manifest":{"format":' + b"9" * _MIB), 60),
    ],
)
def test_no_few_bytes_ask_for_much_memory(
    read: Callable[[bytes], object], payload: bytes, most_mib: int
) -> None:
    tracemalloc.start()
    try:
        assert _is_refused(lambda: read(payload))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < most_mib * _MIB
