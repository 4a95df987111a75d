"""The recovery code: 160 random bits that a person can write down and type in again.

    K7QX-9M2P-....-....-....-....-....-....-CC      8 groups of 4 symbols, then 2 check symbols

The symbols are Crockford's base32: digits and capitals without I, L, O and U.  The check symbols
are the 160-bit number modulo 1021, the largest prime below 32 * 32: every single wrong symbol and
every two neighbours in the wrong order change it, so a typing mistake is told from a wrong code
before any key is tried.
"""

from __future__ import annotations

import secrets
import unicodedata

from privatus.core.errors import AccessError
from privatus.core.secret import SecretBytes

CODE_BYTES = 20

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUES = {symbol: value for value, symbol in enumerate(_ALPHABET)}
# What people read or type for another symbol.
_VALUES |= {symbol.lower(): value for symbol, value in _VALUES.items()}
_VALUES |= dict.fromkeys("oO", 0) | dict.fromkeys("iIlL", 1)
_SEPARATORS = frozenset(" \t\r\n\N{NO-BREAK SPACE}-_\N{HYPHEN}\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}")

_GROUP = 4
_CODE_SYMBOLS = 32
_CHECK_SYMBOLS = 2
_SYMBOLS = _CODE_SYMBOLS + _CHECK_SYMBOLS
_CHECK_MODULUS = 1021


def generate() -> str:
    """Return a new recovery code."""
    return encode(secrets.token_bytes(CODE_BYTES))


def encode(secret: bytes) -> str:
    """Return the 20 bytes of *secret* as a code to be read by a person."""
    number = int.from_bytes(secret, "big")
    symbols = _to_symbols(number, _CODE_SYMBOLS)
    groups = [symbols[start : start + _GROUP] for start in range(0, _CODE_SYMBOLS, _GROUP)]
    return "-".join([*groups, _to_symbols(number % _CHECK_MODULUS, _CHECK_SYMBOLS)])


def decode(code: str) -> SecretBytes:
    """Return the 20 bytes of *code*; case, spaces, dashes and look-alikes do not matter.

    Raises:
        AccessError: it was not typed as it was printed.
    """
    # NFKC turns the full-width letters of East Asian keyboards into plain ones.
    symbols = [s for s in unicodedata.normalize("NFKC", code) if s not in _SEPARATORS]
    if len(symbols) != _SYMBOLS:
        raise AccessError(
            f"a recovery code has {_SYMBOLS} letters and digits, this has {len(symbols)}; "
            "compare it with the printed one"
        )
    if not all(symbol in _VALUES for symbol in symbols):
        raise AccessError(
            "a recovery code has only digits and letters, and never a U; "
            "compare it with the printed one"
        )
    number = _to_number(symbols[:_CODE_SYMBOLS])
    if number % _CHECK_MODULUS != _to_number(symbols[_CODE_SYMBOLS:]):
        raise AccessError("the recovery code has a typing mistake; compare it with the printed one")
    return SecretBytes(number.to_bytes(CODE_BYTES, "big"))


def _to_symbols(number: int, length: int) -> str:
    return "".join(_ALPHABET[number >> 5 * place & 31] for place in reversed(range(length)))


def _to_number(symbols: list[str]) -> int:
    number = 0
    for symbol in symbols:
        number = number << 5 | _VALUES[symbol]
    return number
