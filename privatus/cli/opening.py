"""Opening the vault that a command is for, and making it."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

from privatus.cli import password
from privatus.cli.output import line_width, tell
from privatus.cli.settings import Settings
from privatus.core.errors import UserError

if TYPE_CHECKING:
    from privatus.bootstrap import NewVault, Vault
    from privatus.core.jobs import Job

_FRAME_COLUMNS = 64


def open_vault(
    settings: Settings, *, read_only: bool = False, read_only_if_busy: bool = False
) -> Vault:
    """Open the vault with its password; read-only as `Vault.open` says.

    Raises:
        UserError: there is none.
        PrivatusError: as `Vault.open`.
    """
    vault_class = _prepare(settings)
    require_vault(settings)
    secret = password.existing(settings.password_source)
    vault = vault_class.open(
        settings.folder, secret, read_only=read_only, read_only_if_busy=read_only_if_busy
    )
    return _with_warnings(vault)


def open_with_password(settings: Settings, secret: str) -> Vault:
    """Open the vault with a password that was asked for already."""
    return _with_warnings(_prepare(settings).open(settings.folder, secret))


def open_with_recovery_code(settings: Settings, code: str) -> Vault:
    """Open the vault with its recovery code."""
    return _with_warnings(_prepare(settings).open(settings.folder, recovery_code=code))


def look_with(settings: Settings, secret: str | None, code: str | None) -> Vault:
    """Open the vault with a password or a code; to read only if somebody else has it open."""
    vault_class = _prepare(settings)
    return _with_warnings(
        vault_class.open(settings.folder, secret, recovery_code=code, read_only_if_busy=True)
    )


def _with_warnings(vault: Vault) -> Vault:
    for warning in vault.warnings:
        tell(f"Warning: {warning}.")
    return vault


def rotate_keys(settings: Settings, secret: str, job: Job) -> str:
    """Give the vault new keys; return its new recovery code.

    Raises:
        PrivatusError: as `Vault.rotate`.
    """
    return _prepare(settings).rotate(settings.folder, secret, job=job)


def make_vault(settings: Settings, kdf_memory_mib: int | None = None) -> NewVault:
    """Make a vault with a new password; the recovery code is yet to be shown.

    Raises:
        UserError: there is a vault already.
        UsageError: the password is too short, or the memory out of bounds.
    """
    vault_class = _prepare(settings)
    from privatus.services.kdf import kdf_parameters

    folder = settings.folder
    if vault_class.exists(folder):
        raise UserError(f"there is a vault in {folder} already; name another folder with --vault")
    vault_class.check_place(folder)
    secret = password.new(settings.password_source)
    tell("Measuring how much a guess of the password can cost on this computer …")
    kdf = kdf_parameters(kdf_memory_mib)
    tell(
        f"Each guess takes {kdf.memory_kib // 1024} MiB of memory and {kdf.passes} passes over it,"
        " for a thief as for you."
    )
    new = vault_class.create(folder, secret, kdf=kdf)
    tell(f"Made a vault in {folder}.")
    return new


def require_vault(settings: Settings) -> None:
    """Raise UserError if there is no vault, before a password is asked for."""
    if not _prepare(settings).exists(settings.folder):
        raise UserError(
            f"there is no vault in {settings.folder}; make one with `privatus init` or"
            " `privatus import`, or name another with --vault"
        )


def vault_exists(settings: Settings) -> bool:
    """Say whether the vault of *settings* is there."""
    return _prepare(settings).exists(settings.folder)


def show_recovery_code(code: str) -> None:
    """Show the code so that nobody overlooks it, on standard error."""
    lines = [
        "RECOVERY CODE",
        "",
        code,
        "",
        "Write it on paper now. It is shown this once, and opens the",
        "vault when the password is forgotten. Without the password",
        "and without this code nobody can open the vault.",
    ]
    if (line_width(sys.stderr) or _FRAME_COLUMNS) < _FRAME_COLUMNS:
        tell("\n".join(["", *lines, ""]))
        return
    edge = "+" + "-" * (_FRAME_COLUMNS - 2) + "+"
    body = [f"| {line.ljust(_FRAME_COLUMNS - 4)} |" for line in lines]
    tell("\n".join(["", edge, *body, edge, ""]))


def _prepare(settings: Settings) -> type[Vault]:
    if settings.debug:
        logging.basicConfig(level=logging.DEBUG)
    else:
        # Without a handler Python would print the warnings of our modules by itself.
        logging.getLogger("privatus").addHandler(logging.NullHandler())
    from privatus.bootstrap import Vault

    return Vault
