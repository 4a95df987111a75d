"""Secret bytes that do not print themselves and can be overwritten."""

from __future__ import annotations

import hmac
from types import TracebackType


class SecretBytes:
    """A key or password in a buffer of its own, overwritten by `wipe`.

    Python may have made copies before the bytes came here; what we hold, we overwrite.
    """

    __slots__ = ("_buffer",)

    def __init__(self, value: bytes | bytearray | memoryview) -> None:
        self._buffer = bytearray(value)

    @classmethod
    def from_text(cls, text: str) -> SecretBytes:
        """Return *text* as UTF-8."""
        return cls(text.encode("utf-8", "surrogatepass"))

    def reveal(self) -> bytearray:
        """Return the buffer itself, not a copy: do not keep it."""
        return self._buffer

    def wipe(self) -> None:
        """Overwrite the bytes with zeros and forget them."""
        self._buffer[:] = bytes(len(self._buffer))
        self._buffer.clear()

    def __len__(self) -> int:
        return len(self._buffer)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SecretBytes):
            return NotImplemented
        return hmac.compare_digest(self._buffer, other._buffer)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return "SecretBytes(hidden)"

    def __enter__(self) -> SecretBytes:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.wipe()
