"""Every error that Privatus raises on purpose, by who can act on it.

A message is one sentence without a full stop that says what is wrong and what to do next.
It holds no content of the vault and no secret.
"""

from __future__ import annotations

from typing import ClassVar


class PrivatusError(Exception):
    """Root of all of them; never raised itself."""

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1


class UserError(PrivatusError):
    """The person can put it right: a wrong word, a missing file, a newer vault."""

    code = "user"
    exit_code = 1


class UsageError(UserError):
    """The command or the call itself is wrong."""

    code = "usage"
    exit_code = 2


class AccessError(UserError):
    """A wrong password, or no right to read this."""

    code = "access"
    exit_code = 3


class UnreadableInputError(UserError):
    """The file to import is not something that we can read."""

    code = "unreadable-input"
    exit_code = 4


class NewerVaultError(UserError):
    """The vault was written by a newer Privatus."""

    code = "newer-vault"
    exit_code = 1


class QueryError(UserError):
    """A search that does not parse; `nearest` is the closest query that does.

    It is empty if that would find what nobody asked for: `repaired` parses all the same.
    """

    code = "query"
    exit_code = 2

    def __init__(self, message: str, nearest: str, repaired: str | None = None) -> None:
        super().__init__(message)
        self.nearest = nearest
        self.repaired = nearest if repaired is None else repaired


class DeviceError(PrivatusError):
    """The machine refused: disk full, no permission, a file that cannot be read."""

    code = "device"
    exit_code = 1


class BusyError(DeviceError):
    """Another process is using the vault."""

    code = "busy"
    exit_code = 5


class UnreachableError(DeviceError):
    """What we need is not there now and may be later: an unplugged disk, a silent server."""

    code = "unreachable"
    exit_code = 7


class TamperedError(PrivatusError):
    """Bytes of the vault did not authenticate: damaged, moved or edited."""

    code = "tampered"
    exit_code = 6


class BugError(PrivatusError):
    """We broke a rule of our own."""

    code = "bug"
    exit_code = 1


class JobCancelled(Exception):
    """A long job stopped because the person asked for it."""
