"""Vault headers to damage: small vaults, and changes that carry a right checksum."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from privatus.core.secret import SecretBytes
from privatus.vault import header, recovery_code, unlock
from privatus.vault.header_files import NAMES, Copy
from privatus.vault.kdf import KdfParameters
from privatus.vault.slots import SlotType
from privatus.vault.unlock import Opened

CHECKSUM_BYTES = 32
# The least that Argon2 takes: 0.2 ms, for sweeps of thousands of unlocks.
INSTANT = KdfParameters(memory_kib=8, passes=1, lanes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderVault:
    """A folder with nothing but a header."""

    folder: Path
    opened: Opened
    code: str
    password: str

    @property
    def raw(self) -> bytes:
        return (self.folder / NAMES[0]).read_bytes()

    def put(self, raw: bytes) -> None:
        """Make *raw* both copies."""
        for name in NAMES:
            (self.folder / name).write_bytes(raw)

    def open(self, raw: bytes, *, with_code: bool) -> Opened:
        """Open *raw* as if it were on disk; a sweep of thousands has no time for files."""
        copy = Copy(name=NAMES[0], raw=raw, header=header.parse(raw))
        if with_code:
            return unlock._open(copy, SlotType.RECOVERY, recovery_code.decode(self.code))
        return unlock._open(copy, SlotType.PASSWORD, SecretBytes.from_text(self.password))

    def unlock(self, password: str | None = None) -> Opened:
        return unlock.unlock(self.folder, SecretBytes.from_text(password or self.password))

    def unlock_with_code(self) -> Opened:
        return unlock.unlock_with_recovery_code(self.folder, self.code)

    def change_password(self, password: str) -> None:
        unlock.change_password(self.folder, self.opened, SecretBytes.from_text(password))


def make_vault(
    folder: Path, password: str = "old password", parameters: KdfParameters = INSTANT
) -> HeaderVault:
    folder.mkdir(parents=True, exist_ok=True)
    opened, code = unlock.create(folder, SecretBytes.from_text(password), parameters)
    return HeaderVault(folder=folder, opened=opened, code=code, password=password)


def flip_bit(raw: bytes, bit: int) -> bytes:
    changed = bytearray(raw)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def with_checksum(raw: bytes) -> bytes:
    """Return *raw* as an attacker leaves it: the checksum needs no key."""
    body = raw[:-CHECKSUM_BYTES]
    return body + hashlib.sha256(body).digest()


def patched(raw: bytes, offset: int, value: bytes) -> bytes:
    """Return *raw* with *value* at *offset*, and a right checksum."""
    return with_checksum(raw[:offset] + value + raw[offset + len(value) :])
