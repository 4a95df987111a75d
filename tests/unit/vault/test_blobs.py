"""Sealed files: whatever is changed, cut or moved in them is noticed."""

from __future__ import annotations

import errno
import hashlib
import io
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privatus.core.errors import BugError, DeviceError, PrivatusError, TamperedError
from privatus.core.secret import SecretBytes
from privatus.vault import blobs
from privatus.vault.blobs import blob_keys, open_blob, seal_blob, verify_blob
from support.headers import flip_bit

_KEY = bytes(range(32))
_HEADER_BYTES = 40
# Three chunks of 64 bytes make a file to be damaged in every place.
_SMALL = 6
_SMALL_CHUNK = (1 << _SMALL) + 16
_CONTENT = bytes(range(150))


def _sealed(content: bytes, *, chunk_log2: int = _SMALL, key: bytes = _KEY) -> bytes:
    out = io.BytesIO()
    assert seal_blob(io.BytesIO(content), out, key, chunk_log2=chunk_log2) == len(content)
    return out.getvalue()


def _open(folder: Path, sealed: bytes, key: bytes = _KEY) -> bytes:
    path = folder / "blob"
    path.write_bytes(sealed)
    with open_blob(path, key) as stream:
        return stream.read()


@pytest.fixture
def sealed_path(tmp_path: Path) -> Path:
    path = tmp_path / "sealed"
    path.write_bytes(_sealed(_CONTENT))
    return path


@pytest.mark.parametrize(
    "size", [0, 1, 65_535, 65_536, 65_537, 2 * 65_536 - 1, 2 * 65_536, 2 * 65_536 + 1, 1_000_000]
)
def test_a_file_of_any_size_comes_back_as_it_was(tmp_path: Path, size: int) -> None:
    content = os.urandom(size)
    sealed = _sealed(content, chunk_log2=16)
    n_chunks = max(1, -(-size // 65_536))

    assert _open(tmp_path, sealed) == content
    assert len(sealed) == _HEADER_BYTES + size + 16 * n_chunks
    verify_blob(tmp_path / "blob", _KEY, hashlib.sha256(content).digest())


def test_a_source_that_gives_a_little_at_a_time_is_read_to_its_end(tmp_path: Path) -> None:
    class Trickle(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(size or 0, 7))

    out = io.BytesIO()
    seal_blob(Trickle(_CONTENT), out, _KEY, chunk_log2=_SMALL)

    assert _open(tmp_path, out.getvalue()) == _CONTENT


@settings(max_examples=200)
@given(
    size=st.integers(0, 300),
    steps=st.lists(st.tuples(st.integers(0, 320), st.integers(0, 200)), max_size=8),
)
def test_any_part_reads_as_it_would_from_the_plain_file(
    tmp_path_factory: pytest.TempPathFactory, size: int, steps: list[tuple[int, int]]
) -> None:
    content = os.urandom(size)
    path = tmp_path_factory.getbasetemp() / "parts"
    path.write_bytes(_sealed(content))
    plain = io.BytesIO(content)

    with open_blob(path, _KEY) as stream:
        assert stream.seek(0, os.SEEK_END) == plain.seek(0, os.SEEK_END) == size
        for position, length in steps:
            assert stream.seek(position) == plain.seek(position)
            assert stream.read(length) == plain.read(length)
            assert stream.tell() == plain.tell()
        assert stream.read() == plain.read()


def test_positions_may_be_given_from_anywhere_but_not_before_the_start(sealed_path: Path) -> None:
    with open_blob(sealed_path, _KEY) as stream:
        stream.read(10)

        assert stream.seek(5, os.SEEK_CUR) == 15
        assert stream.read(1) == b"\x0f"
        assert stream.seek(-1, os.SEEK_END) == 149
        assert stream.read() == b"\x95"
        with pytest.raises(ValueError, match="negative"):
            stream.seek(-151, os.SEEK_END)


def test_every_flipped_bit_is_refused(sealed_path: Path) -> None:
    sealed = sealed_path.read_bytes()
    assert len(sealed) == 238

    with sealed_path.open("r+b", buffering=0) as file:
        for bit in range(len(sealed) * 8):
            os.pwrite(file.fileno(), flip_bit(sealed, bit), 0)
            with pytest.raises(TamperedError), open_blob(sealed_path, _KEY) as stream:
                stream.read()
        os.pwrite(file.fileno(), sealed, 0)
    with open_blob(sealed_path, _KEY) as stream:
        assert stream.read() == _CONTENT


@pytest.mark.parametrize("size", [0, 1, 64, 65, 128, 150])
def test_every_truncation_is_refused(tmp_path: Path, size: int) -> None:
    path = tmp_path / "blob"
    path.write_bytes(_sealed(_CONTENT[:size]))

    for length in reversed(range(path.stat().st_size)):
        os.truncate(path, length)
        with pytest.raises(TamperedError), open_blob(path, _KEY) as stream:
            stream.read()


@pytest.mark.parametrize("n_extra", [1, 15, 16, 17, 64, 80, 81, 1000])
def test_bytes_after_the_end_are_refused(tmp_path: Path, n_extra: int) -> None:
    for size in (0, 64, 150):
        with pytest.raises(TamperedError):
            _open(tmp_path, _sealed(_CONTENT[:size]) + bytes(n_extra))


def test_moved_repeated_and_dropped_chunks_are_refused(tmp_path: Path) -> None:
    sealed = _sealed(_CONTENT[:128] + _CONTENT[:64])
    header = sealed[:_HEADER_BYTES]
    one, two, three = (
        sealed[start : start + _SMALL_CHUNK]
        for start in range(_HEADER_BYTES, len(sealed), _SMALL_CHUNK)
    )

    for order in (
        [two, one, three],
        [one, three, two],
        [one, one, three],
        [one, three],
        [two, three],
        [one, two],
        [one],
        [three],
        [one, two, three, three],
        [one, two, two, three],
    ):
        with pytest.raises(TamperedError):
            _open(tmp_path, header + b"".join(order))
    assert _open(tmp_path, header + one + two + three) == _CONTENT[:128] + _CONTENT[:64]


def test_a_chunk_of_another_sealing_of_the_same_content_is_refused(tmp_path: Path) -> None:
    one, two = _sealed(_CONTENT), _sealed(_CONTENT)
    cut = _HEADER_BYTES + _SMALL_CHUNK

    assert one[_HEADER_BYTES:cut] != two[_HEADER_BYTES:cut]
    with pytest.raises(TamperedError):
        _open(tmp_path, one[:cut] + two[cut:])
    with pytest.raises(TamperedError):
        _open(tmp_path, one[:_HEADER_BYTES] + two[_HEADER_BYTES:])


def test_a_file_put_in_the_place_of_another_does_not_open(tmp_path: Path) -> None:
    with pytest.raises(TamperedError):
        _open(tmp_path, _sealed(_CONTENT, key=b"k" * 32))


def test_a_cut_file_is_refused_before_anything_of_it_is_read(sealed_path: Path) -> None:
    whole_chunks = _HEADER_BYTES + 2 * _SMALL_CHUNK
    os.truncate(sealed_path, whole_chunks)

    with pytest.raises(TamperedError):
        open_blob(sealed_path, _KEY)


def test_damage_in_the_middle_is_refused_when_it_is_reached(sealed_path: Path) -> None:
    sealed = sealed_path.read_bytes()
    sealed_path.write_bytes(flip_bit(sealed, (_HEADER_BYTES + _SMALL_CHUNK + 5) * 8))

    with open_blob(sealed_path, _KEY) as stream:
        assert stream.read(64) == _CONTENT[:64]
        with pytest.raises(TamperedError):
            stream.read(1)
        stream.seek(128)
        assert stream.read() == _CONTENT[128:]


def test_a_file_that_shrinks_while_it_is_read_is_refused(sealed_path: Path) -> None:
    with open_blob(sealed_path, _KEY) as stream:
        os.truncate(sealed_path, _HEADER_BYTES + 10)

        with pytest.raises(TamperedError):
            stream.read()


def test_there_is_one_way_only_to_write_a_content(tmp_path: Path) -> None:
    """Someone with the key may not hide a second form of a file behind an empty last chunk."""
    prefix = _sealed(_CONTENT)[:24]
    cipher, commitment = blobs._cipher(_KEY, prefix)
    first = cipher.encrypt(bytes(12), _CONTENT[:64], None)
    empty = cipher.encrypt(bytes(7) + b"\x01\x00\x00\x00\x01", b"", None)

    with pytest.raises(TamperedError, match="cut short"):
        _open(tmp_path, prefix + commitment + first + empty)


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_no_blob(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    folder = tmp_path_factory.getbasetemp()

    with pytest.raises(TamperedError):
        _open(folder, raw)
    with pytest.raises(TamperedError):
        _open(folder, b"PVBL\x01\x06\x00\x00" + raw)


def test_verifying_reads_everything_and_compares_it_with_the_digest(sealed_path: Path) -> None:
    digest = hashlib.sha256(_CONTENT).digest()
    sealed = sealed_path.read_bytes()

    verify_blob(sealed_path, _KEY, digest)
    with pytest.raises(TamperedError, match="does not hold what was stored"):
        verify_blob(sealed_path, _KEY, bytes(32))
    sealed_path.write_bytes(flip_bit(sealed, (_HEADER_BYTES + 5) * 8))
    with pytest.raises(TamperedError, match="did not authenticate"):
        verify_blob(sealed_path, _KEY, digest)


def test_a_missing_file_is_damage_and_an_unreadable_one_is_the_machine_s_fault(
    tmp_path: Path, sealed_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(TamperedError, match="missing"):
        open_blob(tmp_path / "nowhere", _KEY)
    with pytest.raises(DeviceError, match="cannot be read"):
        open_blob(tmp_path, _KEY)

    with open_blob(sealed_path, _KEY) as stream, monkeypatch.context() as patch:
        patch.setattr(stream.raw, "_file", _BrokenDisk())
        with pytest.raises(DeviceError, match="Input/output error"):
            stream.read()


class _BrokenDisk(io.BytesIO):
    def read(self, size: int | None = -1, /) -> bytes:
        raise OSError(errno.EIO, os.strerror(errno.EIO))


def test_names_and_keys_depend_on_the_content_and_on_the_scope() -> None:
    one, other = SecretBytes(b"1" * 32), SecretBytes(b"2" * 32)
    digest, another = hashlib.sha256(b"a").digest(), hashlib.sha256(b"b").digest()

    name, key = blob_keys(one, digest)

    assert blob_keys(one, digest) == (name, key)
    assert len(bytes.fromhex(name)) == len(key) == 32
    everything = [*blob_keys(one, digest), *blob_keys(one, another), *blob_keys(other, digest)]
    assert len({str(each) for each in everything}) == 6
    assert digest.hex() != name


def test_only_a_digest_names_a_blob() -> None:
    with pytest.raises(BugError):
        blob_keys(SecretBytes(b"1" * 32), b"short")


def test_one_key_for_two_contents_does_not_repeat_a_key_stream(tmp_path: Path) -> None:
    """A file may change between being hashed and being read."""
    zeros, ones = _sealed(bytes(64)), _sealed(b"\xff" * 64)
    body = slice(_HEADER_BYTES, _HEADER_BYTES + 64)

    difference = bytes(a ^ b for a, b in zip(zeros[body], ones[body], strict=True))

    assert difference != b"\xff" * 64
    assert _open(tmp_path, zeros) == bytes(64)


def test_sealing_holds_two_chunks_however_large_the_file_is() -> None:
    class Zeros(io.RawIOBase):
        left = 1 << 24
        largest_read = 0

        def read(self, size: int = -1, /) -> bytes:
            self.largest_read = max(self.largest_read, size)
            size = min(size, self.left)
            self.left -= size
            return bytes(size)

    source = Zeros()
    with Path(os.devnull).open("wb") as nowhere:
        size = seal_blob(source, nowhere, _KEY)  # type: ignore[arg-type]

    assert size == 1 << 24
    assert source.largest_read == 65_536
    assert blobs._CHUNK_LOG2 == 16


@pytest.mark.parametrize(("offset", "byte"), [(0, b"X"), (4, b"\x02"), (6, b"\x01")])
def test_another_version_is_refused_even_from_someone_with_the_key(
    tmp_path: Path, offset: int, byte: bytes
) -> None:
    sealed = _sealed(_CONTENT)
    prefix = sealed[:offset] + byte + sealed[offset + 1 : 24]
    cipher, commitment = blobs._cipher(_KEY, prefix)
    only = cipher.encrypt(bytes(11) + b"\x01", b"content", None)

    with pytest.raises(TamperedError):
        _open(tmp_path, prefix + commitment + only)


def test_what_a_failed_opening_says_holds_no_key(tmp_path: Path) -> None:
    with pytest.raises(PrivatusError) as caught:
        _open(tmp_path, flip_bit(_sealed(_CONTENT), 400))

    assert _KEY.hex() not in repr(caught.value)
    assert str(tmp_path) not in str(caught.value)
