"""A sealed row opens as it was written, where it was written, and nowhere else."""

from __future__ import annotations

import hashlib
import os

import pytest
import zstandard
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from privatus.core.errors import TamperedError
from privatus.core.secret import SecretBytes
from privatus.vault import sealing
from privatus.vault.sealing import PRESENT, SEAL_BYTES, RowCipher, Sealed, key_id_of
from support.headers import flip_bit

_VAULT = bytes(range(16))
_KEY = bytes(range(32))
# The dictionary is part of the format: whoever changes it makes every vault unreadable.
_DICTIONARY_SHA256 = "a4da54a033228a2a565becbce5aab7bcd624a70dd56e6daceea73901737e87cb"
_CLEAR = b"who spoke, and when"
_LONG = b"A sentence that comes back again and again. " * 200


def _cipher(
    *, vault_id: bytes = _VAULT, key_id: int = 7, key: bytes = _KEY, table: int = 3
) -> RowCipher:
    return RowCipher(vault_id=vault_id, key_id=key_id, key=key, table=table)


def _refuses(
    seal: bytes, values: list[Sealed], *, row_id: int = 5, clear: bytes = _CLEAR, **other: int
) -> bool:
    try:
        _cipher(**other).open(seal, row_id, clear, values)  # type: ignore[arg-type]
    except TamperedError:
        return True
    return False


@pytest.mark.parametrize(
    "values",
    [
        [b""],
        [b"x"],
        [b"short", None, _LONG],
        [None, None],
        [os.urandom(100_000)],
        [b"\x00", b"\x01", b"\x28\xb5\x2f\xfd"],
        [bytes([n]) for n in range(32)],
    ],
    ids=["empty", "one byte", "some", "nothing", "random", "like our own marks", "all columns"],
)
def test_a_row_opens_as_it_was_sealed(values: list[bytes | None]) -> None:
    seal, sealed = _cipher().seal(5, _CLEAR, values)

    assert _cipher().open(seal, 5, _CLEAR, sealed) == values
    assert [s is None for s in sealed] == [v is None for v in values]
    assert len(seal) == SEAL_BYTES


def test_a_column_that_was_not_read_stays_closed_and_counts_as_present() -> None:
    seal, (first, second) = _cipher().seal(5, _CLEAR, [b"first", b"second"])

    assert _cipher().open(seal, 5, _CLEAR, [first, PRESENT]) == [b"first", None]
    assert _cipher().open(seal, 5, _CLEAR, [PRESENT, second]) == [None, b"second"]


def test_a_secret_is_sealed_as_any_value_and_opens_in_its_place_only() -> None:
    seal, sealed = _cipher().seal_secret(5, _CLEAR, SecretBytes(_KEY))

    assert _cipher().open_secret(seal, 5, _CLEAR, sealed) == SecretBytes(_KEY)
    assert _cipher().open(seal, 5, _CLEAR, [sealed]) == [_KEY]
    assert len(sealed) == 1 + len(_KEY) + 16
    for row_id, clear, value in ((6, _CLEAR, sealed), (5, b"", sealed), (5, _CLEAR, b"\x00")):
        with pytest.raises(TamperedError):
            _cipher().open_secret(seal, row_id, clear, value)
    for bit in range(8 * len(sealed)):
        with pytest.raises(TamperedError):
            _cipher().open_secret(seal, 5, _CLEAR, flip_bit(sealed, bit))


def test_a_value_that_is_packed_is_no_secret() -> None:
    seal, sealed = _cipher().seal_one(5, _CLEAR, _LONG)

    with pytest.raises(TamperedError, match="encoding"):
        _cipher().open_secret(seal, 5, _CLEAR, sealed)


def test_a_row_does_not_open_in_another_place() -> None:
    seal, sealed = _cipher().seal(5, _CLEAR, [b"value"])
    values: list[Sealed] = list(sealed)

    assert not _refuses(seal, values)
    assert _refuses(seal, values, row_id=6)
    assert _refuses(seal, values, clear=_CLEAR + b"\0")
    assert _refuses(seal, values, table=4)
    assert _refuses(seal, values, vault_id=bytes(16))  # type: ignore[arg-type]
    assert _refuses(seal, values, key=bytes(32))  # type: ignore[arg-type]
    assert _refuses(seal, values, key_id=8)


def test_a_value_does_not_open_in_another_column_or_beside_another_revision() -> None:
    seal, (first, second) = _cipher().seal(5, _CLEAR, [b"first", b"second"])
    later_seal, (later_first, later_second) = _cipher().seal(5, _CLEAR, [b"first", b"second"])

    assert _refuses(seal, [second, first])
    assert _refuses(seal, [first, later_second])
    assert _refuses(later_seal, [first, second])
    assert not _refuses(later_seal, [later_first, later_second])


def test_a_value_that_was_set_to_nothing_or_added_does_not_open() -> None:
    seal, (first, second, _) = _cipher().seal(5, _CLEAR, [b"first", b"second", None])

    assert _refuses(seal, [first, None, None])
    assert _refuses(seal, [None, None, None])
    assert _refuses(seal, [first, second, second])
    assert _refuses(seal, [first, b"", None])


def test_every_flipped_bit_is_noticed() -> None:
    seal, (value,) = _cipher().seal(5, _CLEAR, [b"a value of some length"])
    assert value is not None

    unnoticed = [bit for bit in range(len(seal) * 8) if not _refuses(flip_bit(seal, bit), [value])]
    unnoticed += [
        bit for bit in range(len(value) * 8) if not _refuses(seal, [flip_bit(value, bit)])
    ]

    assert unnoticed == []


def test_every_cut_is_noticed() -> None:
    seal, (value,) = _cipher().seal(5, _CLEAR, [b"a value of some length"])
    assert value is not None

    assert all(_refuses(seal[:length], [value]) for length in range(len(seal)))
    assert all(_refuses(seal, [value[:length]]) for length in range(len(value)))
    assert _refuses(seal + b"\0", [value])
    assert _refuses(seal, [value + b"\0"])


def test_nothing_is_the_same_twice() -> None:
    cipher = _cipher()
    seals, values = zip(*(cipher.seal(5, _CLEAR, [b"the same"]) for _ in range(1000)), strict=True)

    assert len({seal[5:21] for seal in seals}) == 1000
    assert len({seal[21:] for seal in seals}) == 1000
    assert len({value for (value,) in values}) == 1000


def test_repeated_text_is_made_smaller_and_random_bytes_hardly_larger() -> None:
    random = os.urandom(5_000)

    _, (text, noise) = _cipher().seal(5, _CLEAR, [_LONG, random])

    assert text is not None and len(text) < len(_LONG) / 50
    assert noise is not None and len(noise) == len(random) + 17


def test_a_short_chat_message_is_made_smaller_by_the_dictionary() -> None:
    text = b"Could you please explain how this function works? Thank you for your help."

    _, (sealed,) = _cipher().seal(5, _CLEAR, [text])

    assert sealed is not None and len(sealed) < len(text)


def test_the_dictionary_is_the_one_of_the_format() -> None:
    dictionary, _ = sealing._dictionary()

    assert hashlib.sha256(dictionary.as_bytes()).hexdigest() == _DICTIONARY_SHA256


def test_a_reader_written_from_the_description_opens_a_row() -> None:
    seal, sealed = _cipher().seal(5, _CLEAR, [None, b"plain", _LONG])
    present = 0b110
    context = (
        _VAULT
        + (3).to_bytes(2, "little")
        + (5).to_bytes(8, "little")
        + present.to_bytes(4, "little")
        + _CLEAR
    )
    keys = hashlib.blake2b(
        seal[5:21] + context, digest_size=48, key=_KEY, person=b"privatus row v1"
    ).digest()
    assert (seal[0], int.from_bytes(seal[1:5], "little"), seal[21:]) == (1, 7, keys[32:])
    nonces = [number.to_bytes(12, "little") for number in range(3)]

    plain, long = (AESGCM(keys[:32]).decrypt(nonces[n], sealed[n] or b"", None) for n in (1, 2))

    assert plain == b"\x00plain"
    assert long[:1] == b"\x01"
    dictionary, _ = sealing._dictionary()
    frame = zstandard.ZstdDecompressor(
        dict_data=dictionary, format=zstandard.FORMAT_ZSTD1_MAGICLESS
    ).decompress(long[1:])
    assert frame == _LONG


@pytest.mark.parametrize("packed", [b"\x02value", b"", b"\x01not a frame"])
def test_an_encoding_that_nobody_knows_is_damage_and_not_a_fault(
    monkeypatch: pytest.MonkeyPatch, packed: bytes
) -> None:
    monkeypatch.setattr(sealing, "_pack", lambda _: packed)
    seal, sealed = _cipher().seal(5, _CLEAR, [b"value"])
    monkeypatch.undo()

    with pytest.raises(TamperedError):
        _cipher().open(seal, 5, _CLEAR, sealed)


def test_a_seal_says_its_key() -> None:
    seal, _ = _cipher(key_id=0xFFFFFFFF).seal(5, _CLEAR, [b"value"])

    assert key_id_of(seal) == 0xFFFFFFFF
    for other in (b"", seal[:-1], b"\x02" + seal[1:]):
        with pytest.raises(TamperedError):
            key_id_of(other)
