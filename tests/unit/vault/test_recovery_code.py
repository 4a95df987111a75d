"""The recovery code as a person writes and mistypes it."""

from __future__ import annotations

import re
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privatus.core.errors import AccessError
from privatus.vault import recovery_code
from privatus.vault.recovery_code import decode, encode

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SECRETS = st.binary(min_size=20, max_size=20)


def test_a_code_is_eight_groups_of_four_and_two_check_symbols() -> None:
    code = recovery_code.generate()

    assert re.fullmatch(rf"([{_ALPHABET}]{{4}}-){{8}}[{_ALPHABET}]{{2}}", code)
    assert code != recovery_code.generate()


def test_a_code_is_the_number_that_its_symbols_spell_in_crockford_base32() -> None:
    assert encode(bytes(19) + b"\x01") == "0000-0000-0000-0000-0000-0000-0000-0001-01"
    # 2**160 - 1 leaves 339 modulo 1021: 10 * 32 + 19.
    assert (2**160 - 1) % 1021 == 339 == 10 * 32 + 19
    assert encode(b"\xff" * 20) == "ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-AK"


@given(_SECRETS)
def test_a_code_reads_back_as_what_it_was_made_of(secret: bytes) -> None:
    assert decode(encode(secret)).reveal() == secret


@given(_SECRETS)
def test_case_spaces_dashes_and_look_alikes_do_not_matter(secret: bytes) -> None:
    code = encode(secret)
    full_width = "".join(chr(ord(c) + 0xFEE0) if c != "-" else c for c in code)
    variants = [
        code.lower(),
        code.replace("-", ""),
        code.replace("-", " "),
        code.replace("-", " \N{EN DASH} "),
        f"\n  {code}\r\n",
        code.replace("0", "O").replace("1", "I"),
        code.replace("0", "o").replace("1", "l"),
        code.replace("1", "L"),
        full_width,
    ]

    assert all(decode(variant).reveal() == secret for variant in variants)


def test_every_single_wrong_symbol_is_a_typing_mistake() -> None:
    code = encode(secrets.token_bytes(20))

    for position, right in enumerate(code):
        for wrong in set(_ALPHABET) - {right}:
            if right != "-":
                with pytest.raises(AccessError, match="typing mistake"):
                    decode(code[:position] + wrong + code[position + 1 :])


@given(_SECRETS, st.integers(min_value=0, max_value=32))
def test_two_neighbours_in_the_wrong_order_are_a_typing_mistake(secret: bytes, at: int) -> None:
    code = encode(secret).replace("-", "")
    swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]

    if swapped == code:
        assert decode(swapped).reveal() == secret
    else:
        with pytest.raises(AccessError, match="typing mistake"):
            decode(swapped)


@pytest.mark.parametrize("code", ["", "ABCD", "A" * 33, "A" * 35, "-" * 34])
def test_a_code_of_the_wrong_length_is_told_its_length(code: str) -> None:
    with pytest.raises(AccessError, match=f"this has {len(code.replace('-', ''))};"):
        decode(code)


@pytest.mark.parametrize(
    "symbol",
    ["U", "u", "!", "é", "\N{LATIN SMALL LETTER DOTLESS I}", "ß", "\N{GREEK CAPITAL LETTER ALPHA}"],
)
def test_a_symbol_that_no_code_has_is_refused(symbol: str) -> None:
    with pytest.raises(AccessError, match="only digits and letters"):
        decode(symbol + "0" * 33)


@given(st.text(min_size=8, max_size=80))
def test_an_answer_to_a_bad_code_does_not_repeat_it(text: str) -> None:
    """It may be nearly the right one."""
    with pytest.raises(AccessError) as caught:
        decode(text)

    assert text not in str(caught.value)
