"""Whatever is sealed opens again, and whatever is changed about it is noticed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from privatus.core.errors import TamperedError
from privatus.vault.sealing import RowCipher

_ROW_IDS = st.integers(-(2**63), 2**63 - 1)
_VALUES = st.lists(st.none() | st.binary(max_size=300), min_size=1, max_size=5)
_CIPHER = RowCipher(vault_id=b"v" * 16, key_id=1, key=b"k" * 32, table=1)


@given(row_id=_ROW_IDS, clear=st.binary(max_size=60), values=_VALUES)
def test_any_row_opens_as_it_was_sealed(
    row_id: int, clear: bytes, values: list[bytes | None]
) -> None:
    seal, sealed = _CIPHER.seal(row_id, clear, values)

    assert _CIPHER.open(seal, row_id, clear, sealed) == values


@given(
    row=st.tuples(_ROW_IDS, st.binary(max_size=40), _VALUES),
    other=st.tuples(_ROW_IDS, st.binary(max_size=40), _VALUES),
)
def test_no_row_opens_with_anything_of_another_one(
    row: tuple[int, bytes, list[bytes | None]], other: tuple[int, bytes, list[bytes | None]]
) -> None:
    (row_id, clear, values), (other_id, other_clear, other_values) = row, other
    seal, sealed = _CIPHER.seal(row_id, clear, values)
    other_seal, other_sealed = _CIPHER.seal(other_id, other_clear, other_values)
    whole = {(seal, row_id, clear), (other_seal, other_id, other_clear)}
    mixtures = {
        (a, b, c, d)
        for a in (seal, other_seal)
        for b in (row_id, other_id)
        for c in (clear, other_clear)
        for d in (tuple(sealed), tuple(other_sealed))
    }
    mixtures -= {
        (seal, row_id, clear, tuple(sealed)),
        (other_seal, other_id, other_clear, tuple(other_sealed)),
    }

    for mixed_seal, mixed_id, mixed_clear, mixed_values in mixtures:
        # Of no value at all, one more or less makes no difference.
        is_empty = all(value is None for value in mixed_values)
        if is_empty and (mixed_seal, mixed_id, mixed_clear) in whole:
            continue
        try:
            _CIPHER.open(mixed_seal, mixed_id, mixed_clear, mixed_values)
        except TamperedError:
            continue
        raise AssertionError("a mixture of two rows opened")
