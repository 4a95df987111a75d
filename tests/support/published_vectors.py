"""Reading the vector files of NIST and the RFCs, as the `cryptography_vectors` package has them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest


def records(path: str) -> Iterator[dict[str, str]]:
    """Yield the cases in *path*: name to value, with the section's values ([Keylen = 256]) in each.

    A case ends at an empty line; a line without "=" is a flag (FAIL).
    """
    vectors = pytest.importorskip(
        "cryptography_vectors", reason="the published vectors are not here (cryptography_vectors)"
    )
    section: dict[str, str] = {}
    case: dict[str, str] = {}
    text = (Path(vectors.__file__).parent / path).read_text(encoding="utf-8")
    for raw_line in [*text.splitlines(), ""]:
        line = raw_line.strip()
        if line.startswith("#"):
            continue
        if not line:
            if case:
                yield {**section, **case}
            case = {}
        elif line.startswith("["):
            name, _, value = line.strip("[]").partition("=")
            section[name.strip().lower()] = value.strip()
        else:
            name, _, value = line.partition("=")
            case[name.strip().lower()] = value.strip()


def as_bytes(value: str) -> bytes:
    """Return the bytes of a value: hexadecimal, or text in quotes."""
    return value.strip('"').encode() if value.startswith('"') else bytes.fromhex(value)
