"""The vault header on disk: two copies, of which one is whole at every moment.

    vault.pvh.a, vault.pvh.b          equal bytes, see header.py
    vault.pvh.a.tmp, vault.pvh.b.tmp  the next ones, while they are being written

A change writes both new copies beside the old ones and syncs them, then renames them into place
one after the other.  So a full disk is met before anything changed, a crash leaves the old header
or the new one, and no copy keeps a slot whose password was replaced.  What a crash leaves behind
is put right by `repair` at the next unlock.

Whoever calls the functions that write holds the vault's lock.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from privatus.core.errors import DeviceError, TamperedError, UserError
from privatus.core.secret import SecretBytes
from privatus.vault import header as header_bytes
from privatus.vault.header import Header
from privatus.vault.sync import sync_folder

NAMES = ("vault.pvh.a", "vault.pvh.b")

_BINARY = getattr(os, "O_BINARY", 0)  # Windows would turn \n into \r\n


class HalfReplacedError(DeviceError):
    """The new header is in force, and one copy is still the former one; an unlock repairs it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One of the two files that was found whole."""

    name: str
    raw: bytes
    header: Header


def exists(folder: Path) -> bool:
    """Tell whether *folder* holds a header, whole or not.

    Raises:
        DeviceError: nobody may look into the folder.
    """
    try:
        return any(_is_there(folder / name) for name in NAMES)
    except PermissionError:
        raise DeviceError(f"{folder} may not be read; check its permissions") from None


def newest_first(folder: Path) -> list[Copy]:
    """Return the whole copies, of which no HMAC was verified yet; at least one.

    Raises:
        UserError: there is no header in *folder*.
        TamperedError: both copies are damaged, or they belong to two vaults.
        NewerVaultError: a newer program wrote one of them.
        DeviceError: neither can be read.
    """
    copies, problems = _read(folder)
    if not copies:
        _raise_first(folder, problems)
    if len({copy.header.vault_id for copy in copies}) > 1:
        raise TamperedError(
            f"{NAMES[0]} and {NAMES[1]} belong to different vaults; "
            "take away the one that was put there"
        )
    return sorted(copies, key=lambda copy: copy.header.sequence, reverse=True)


def _is_there(path: Path) -> bool:
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def authentic(folder: Path, vault_key: SecretBytes) -> Copy:
    """Return the newest copy that the holder of *vault_key* wrote.

    Raises:
        TamperedError: there is none.
        UserError, NewerVaultError, DeviceError: as for `newest_first`.
    """
    for copy in newest_first(folder):
        if not _authentication_problem(copy, vault_key):
            return copy
    raise TamperedError("no copy of the vault header authenticated; restore one from a backup")


def create(folder: Path, raw: bytes) -> None:
    """Write the first header of a vault.

    Raises:
        UserError: there is one already.
        DeviceError: it could not be written.
    """
    if exists(folder):
        raise UserError("there is a vault in this folder already; open it or choose another folder")
    _write(folder, raw, NAMES)


def replace(folder: Path, raw: bytes, *, former: Copy) -> None:
    """Put *raw* in place of both copies; *former*, the one known to be good, goes last.

    Raises:
        HalfReplacedError: one of them could not be replaced.
        DeviceError: it could not be written; nothing was changed.
    """
    _write(folder, raw, [*(name for name in NAMES if name != former.name), former.name])


def check_headers(folder: Path, vault_key: SecretBytes) -> list[str]:
    """Return what is wrong with the copies, naming the file; nothing is changed."""
    problems = [f"{name} {problem}" for name, problem in _problems(folder, vault_key).items()]
    problems += [f"{path.name} is left from an interrupted write" for path in _leftovers(folder)]
    return problems


def repair(folder: Path, vault_key: SecretBytes) -> list[str]:
    """Write the copies that are damaged, old or missing again; return what was put right.

    Raises:
        TamperedError: neither copy authenticates.
        DeviceError: it could not be written.
    """
    good = authentic(folder, vault_key)
    repaired = []
    for name, problem in _problems(folder, vault_key).items():
        _write(folder, good.raw, [name])
        repaired.append(f"{name} {problem}; it was written again from {good.name}")
    for path in _leftovers(folder):
        path.unlink(missing_ok=True)
        repaired.append(f"{path.name} was left from an interrupted write; it was removed")
    return repaired


def _problems(folder: Path, vault_key: SecretBytes) -> dict[str, str]:
    """Return what is wrong, by file name."""
    copies, errors = _read(folder)
    problems = {name: _reason(error) for name, error in errors.items()}
    genuine = []
    for copy in copies:
        if problem := _authentication_problem(copy, vault_key):
            problems[copy.name] = problem
        else:
            genuine.append(copy)
    genuine.sort(key=lambda copy: copy.header.sequence)
    for copy in genuine[:-1]:
        if copy.raw != genuine[-1].raw:
            problems[copy.name] = "is older than the other copy"
    return problems


def _authentication_problem(copy: Copy, vault_key: SecretBytes) -> str:
    try:
        header_bytes.verify(copy.raw, vault_key)
    except TamperedError:
        return "did not authenticate"
    return ""


def _reason(error: OSError | TamperedError) -> str:
    if isinstance(error, FileNotFoundError):
        return "is missing"
    if isinstance(error, OSError):
        return f"cannot be read ({error.strerror})"
    return "is damaged"


def _read(folder: Path) -> tuple[list[Copy], dict[str, OSError | TamperedError]]:
    """Return the whole copies, and why the others are not.

    Raises:
        NewerVaultError: a newer program wrote one of them.
    """
    copies: list[Copy] = []
    errors: dict[str, OSError | TamperedError] = {}
    for name in NAMES:
        try:
            raw = _read_bytes(folder / name)
            copies.append(Copy(name=name, raw=raw, header=header_bytes.parse(raw)))
        except (OSError, TamperedError) as error:
            errors[name] = error
    return copies, errors


def _read_bytes(path: Path) -> bytes:
    # A pipe put there would make open() wait for ever.
    if path.exists() and not path.is_file():
        raise TamperedError("the vault header is not a file")
    with path.open("rb") as stream:
        return stream.read(header_bytes.MAX_BYTES + 1)


def _raise_first(folder: Path, errors: dict[str, OSError | TamperedError]) -> None:
    """Raise what a person can do most about."""
    if all(isinstance(error, FileNotFoundError) for error in errors.values()):
        raise UserError(f"there is no vault in {folder}; make one with privatus init")
    for error in errors.values():
        if isinstance(error, OSError) and not isinstance(error, FileNotFoundError):
            raise DeviceError(f"the vault header cannot be read ({error.strerror})") from None
    raise TamperedError("both copies of the vault header are damaged; restore one from a backup")


def _leftovers(folder: Path) -> list[Path]:
    return [path for name in NAMES if os.path.lexists(path := _temporary(folder, name))]


def _temporary(folder: Path, name: str) -> Path:
    return folder / f"{name}.tmp"


def _write(folder: Path, raw: bytes, names: Sequence[str]) -> None:
    """Put *raw* in place of the files *names*, one after the other in this order."""
    n_renamed = 0
    try:
        for name in names:
            _write_synced(_temporary(folder, name), raw)
        for name in names:
            _temporary(folder, name).replace(folder / name)
            n_renamed += 1
            sync_folder(folder)
    except OSError as error:
        for name in names:
            with contextlib.suppress(OSError):
                _temporary(folder, name).unlink(missing_ok=True)
        failure = f"the vault header could not be written ({error.strerror})"
        if n_renamed:
            raise HalfReplacedError(
                f"{failure}; the new header is in force, and the other copy is repaired at the"
                " next unlock"
            ) from None
        raise DeviceError(f"{failure}; nothing was changed") from None


def _write_synced(path: Path, raw: bytes) -> None:
    # A crash may have left one; anything else by this name would not be ours to write into.
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(raw)
        stream.flush()
        os.fsync(stream.fileno())
