"""The header's bytes: everything that is not exactly what we wrote is refused."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privatus.core.errors import (
    AccessError,
    NewerVaultError,
    PrivatusError,
    TamperedError,
    UserError,
)
from privatus.core.secret import SecretBytes
from privatus.vault import header, slots
from privatus.vault.slots import SLOT_BYTES, SlotType
from support.headers import HeaderVault, flip_bit, make_vault, patched, with_checksum

_PRELUDE_BYTES = 44
_HEADER_BYTES = 482
_SLOT_COUNT_AT = 40
# Within a slot.
_TYPE_AT, _STATE_AT, _SUITE_AT, _KDF_AT, _MEMORY_AT, _PASSES_AT, _LANES_AT = (
    2,
    3,
    14,
    15,
    16,
    20,
    24,
)


@pytest.fixture
def vault(tmp_path: Path) -> HeaderVault:
    return make_vault(tmp_path / "vault")


def test_a_header_reads_back_as_it_was_written(vault: HeaderVault) -> None:
    parsed = header.parse(vault.raw)

    assert len(vault.raw) == _HEADER_BYTES
    assert [slot.type for slot in parsed.slots] == [SlotType.PASSWORD, SlotType.RECOVERY]
    assert header.pack(parsed, vault.opened.vault_key) == vault.raw


def test_every_flipped_bit_is_seen_without_a_key(vault: HeaderVault) -> None:
    for bit in range(_HEADER_BYTES * 8):
        with pytest.raises(TamperedError):
            header.parse(flip_bit(vault.raw, bit))


def test_every_flipped_bit_is_refused_even_under_a_right_checksum(vault: HeaderVault) -> None:
    """The HMAC holds the whole header, so the recovery code sees a change in the password slot."""
    raw = vault.raw

    for bit in range((_HEADER_BYTES - 32) * 8):
        with pytest.raises(PrivatusError):
            vault.open(with_checksum(flip_bit(raw, bit)), with_code=True)

    assert vault.open(raw, with_code=True) == vault.opened


def test_every_flipped_bit_of_the_password_slot_is_refused_to_the_password(
    vault: HeaderVault,
) -> None:
    raw = vault.raw
    memory_at = (_PRELUDE_BYTES + _MEMORY_AT) * 8
    # These would derive with 64 MiB to 2 GiB; that they are refused is seen in the test above.
    costly = range(memory_at + 16, memory_at + 22)

    for bit in range(_PRELUDE_BYTES * 8, (_PRELUDE_BYTES + SLOT_BYTES) * 8):
        if bit not in costly:
            with pytest.raises(PrivatusError):
                vault.open(with_checksum(flip_bit(raw, bit)), with_code=False)

    assert vault.open(raw, with_code=False) == vault.opened


def test_every_truncation_is_refused(vault: HeaderVault) -> None:
    raw = vault.raw

    for length in range(len(raw)):
        with pytest.raises(TamperedError):
            header.parse(raw[:length])
        if length >= 32:
            with pytest.raises(TamperedError):
                header.parse(with_checksum(raw[:length]))


@pytest.mark.parametrize("n_extra", [1, 149, 70_000])
def test_bytes_after_the_end_are_refused(vault: HeaderVault, n_extra: int) -> None:
    with pytest.raises(TamperedError):
        header.parse(vault.raw + bytes(n_extra))
    with pytest.raises(TamperedError):
        header.parse(with_checksum(vault.raw + bytes(n_extra)))


def test_a_header_above_its_largest_size_is_refused_unread(vault: HeaderVault) -> None:
    raw = vault.raw + bytes(65_536)

    with pytest.raises(TamperedError, match="too long"):
        header.parse(patched(raw, 12, struct.pack("<I", len(raw))))


@pytest.mark.parametrize(
    ("offset", "value"),
    [
        (0, b"PRIVATUZ"),
        (8, b"\x00\x00"),
        (10, b"\x00\x00"),
        (42, b"\x01\x00"),
        (_SLOT_COUNT_AT, b"\x01\x00"),
        (_SLOT_COUNT_AT, b"\x03\x00"),
        (_SLOT_COUNT_AT, b"\xff\xff"),
        (_PRELUDE_BYTES, b"\x96\x00"),
        (_PRELUDE_BYTES + _STATE_AT, b"\x02"),
        (_PRELUDE_BYTES + _SUITE_AT, b"\x02"),
    ],
)
def test_what_version_1_does_not_know_is_refused_before_any_password_is_tried(
    vault: HeaderVault, offset: int, value: bytes
) -> None:
    with pytest.raises(TamperedError):
        header.parse(patched(vault.raw, offset, value))


@given(st.binary(max_size=700))
def test_arbitrary_bytes_are_no_header(raw: bytes) -> None:
    with pytest.raises(TamperedError):
        header.parse(raw)


@given(st.data())
def test_arbitrary_bytes_behind_a_right_checksum_are_refused_or_read_whole(
    data: st.DataObject,
) -> None:
    n_slots = data.draw(st.integers(min_value=0, max_value=4))
    total = _PRELUDE_BYTES + n_slots * SLOT_BYTES + 76 + 32 + 32
    prelude = struct.pack("<8sHHI", b"PRIVATUS", 1, 1, total) + bytes(24)
    prelude += struct.pack("<HH", n_slots, 0)
    body = data.draw(st.binary(min_size=total - 44, max_size=total - 44))

    try:
        parsed = header.parse(with_checksum(prelude + body))
    except TamperedError:
        assert n_slots > 0
    else:
        assert len(parsed.slots) == n_slots


@pytest.mark.parametrize(
    ("offset", "value"),
    [
        (_MEMORY_AT, struct.pack("<I", 2**32 - 1)),
        (_MEMORY_AT, struct.pack("<I", 4 * 1024 * 1024 + 1)),
        (_MEMORY_AT, struct.pack("<I", 7)),
        (_PASSES_AT, struct.pack("<I", 21)),
        (_PASSES_AT, struct.pack("<I", 0)),
        (_LANES_AT, b"\x11"),
        (_LANES_AT, b"\x00"),
    ],
)
def test_a_header_that_asks_for_too_much_is_refused_before_anything_is_derived(
    vault: HeaderVault, offset: int, value: bytes
) -> None:
    with pytest.raises(TamperedError, match="asks for more than any vault may"):
        header.parse(patched(vault.raw, _PRELUDE_BYTES + offset, value))


def test_a_password_slot_cannot_be_turned_to_the_cheap_derivation(vault: HeaderVault) -> None:
    cheap = patched(vault.raw, _PRELUDE_BYTES + _KDF_AT, b"\x02" + bytes(9))

    with pytest.raises(TamperedError, match="wrong key derivation"):
        header.parse(cheap)


def test_two_slots_of_one_type_are_refused(vault: HeaderVault) -> None:
    raw = vault.raw
    password = raw[_PRELUDE_BYTES : _PRELUDE_BYTES + SLOT_BYTES]

    with pytest.raises(TamperedError, match="two key slots"):
        header.parse(patched(raw, _PRELUDE_BYTES + SLOT_BYTES, password))


def test_a_slot_of_an_unknown_type_is_refused(vault: HeaderVault) -> None:
    with pytest.raises(TamperedError, match="unknown type"):
        header.parse(patched(vault.raw, _PRELUDE_BYTES + _TYPE_AT, b"\x07"))


def test_a_vault_without_a_password_slot_says_so(vault: HeaderVault) -> None:
    key = vault.opened.vault_key
    parsed = header.parse(vault.raw)
    recovery_only = header.Header(
        vault_id=parsed.vault_id,
        sequence=2,
        slots=parsed.slots[1:],
        database_entry=parsed.database_entry,
    )
    vault.put(header.pack(recovery_only, key))

    with pytest.raises(UserError, match="no password slot"):
        vault.unlock()
    with pytest.raises(UserError, match="no password slot"):
        _ = recovery_only.kdf_parameters
    assert vault.unlock_with_code() == vault.opened


@pytest.mark.parametrize("offset", [8, 10])
def test_a_newer_header_is_told_from_a_damaged_one(vault: HeaderVault, offset: int) -> None:
    newer = patched(vault.raw, offset, struct.pack("<H", 2))
    vault.put(newer)

    with pytest.raises(NewerVaultError):
        vault.unlock()
    assert vault.raw == newer


def test_a_slot_of_another_vault_does_not_open_under_the_same_password(
    vault: HeaderVault, tmp_path: Path
) -> None:
    other = make_vault(tmp_path / "other")
    theirs = other.raw[_PRELUDE_BYTES : _PRELUDE_BYTES + SLOT_BYTES]

    vault.put(patched(vault.raw, _PRELUDE_BYTES, theirs))

    with pytest.raises(AccessError):
        vault.unlock()
    with pytest.raises(TamperedError):
        vault.unlock_with_code()


def test_a_database_key_of_another_vault_does_not_open(vault: HeaderVault, tmp_path: Path) -> None:
    other = header.parse(make_vault(tmp_path / "other").raw)
    mixed = header.Header(
        vault_id=vault.opened.vault_id,
        sequence=2,
        slots=header.parse(vault.raw).slots,
        database_entry=other.database_entry,
    )

    # Even someone who knows the vault key gains nothing by it.
    vault.put(header.pack(mixed, vault.opened.vault_key))

    with pytest.raises(TamperedError, match="database key"):
        vault.unlock()


def test_a_slot_whose_sealed_key_was_changed_is_told_from_a_wrong_password(
    vault: HeaderVault,
) -> None:
    last_byte = _PRELUDE_BYTES + SLOT_BYTES - 1
    vault.put(with_checksum(flip_bit(vault.raw, last_byte * 8)))

    with pytest.raises(TamperedError, match="key slot"):
        vault.unlock()
    with pytest.raises(AccessError, match="the password is wrong"):
        vault.unlock("another")


def test_a_slot_says_when_it_was_made_and_what_a_guess_costs(vault: HeaderVault) -> None:
    slot = header.parse(vault.raw).slot(SlotType.PASSWORD)

    assert slot.created_at_ms > 1_700_000_000_000
    assert slot.parameters == header.parse(vault.raw).kdf_parameters
    assert slots.unpack(slot.pack()) == slot


def test_two_slots_made_alike_share_no_byte_string(vault: HeaderVault) -> None:
    key, vault_id = vault.opened.vault_key, vault.opened.vault_id
    parameters = header.parse(vault.raw).kdf_parameters

    one, two = (
        slots.password_slot(vault_id, key, SecretBytes(b"same"), parameters) for _ in range(2)
    )

    assert one.salt != two.salt
    assert one.commitment != two.commitment
    assert one.sealed != two.sealed
    assert one.nonce != two.nonce


def test_a_slot_cut_short_is_refused() -> None:
    with pytest.raises(TamperedError, match="cut short"):
        slots.unpack(bytes(SLOT_BYTES - 1))
