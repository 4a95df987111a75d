"""Which repository a backup command is for: a known destination, or a folder or address."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from privatus.cli.settings import NamedPath
from privatus.core.errors import UsageError, UserError

if TYPE_CHECKING:
    from privatus.bootstrap import Vault
    from privatus.core.backup import BackupDestination

_Function = TypeVar("_Function", bound=Callable[..., Any])
# PRIVATUS_BACKUP_SECRET=… is the option `secret`, so that no secret stands on a command line.
_VARIABLE = "PRIVATUS_BACKUP_"

repo_option = click.option(
    "--repo", metavar="DEST",
    help="A destination's name, or a folder or an address, as s3://bucket/folder. Without it the"
    " only one that the vault knows.",
)  # fmt: skip
place_option = click.option(
    "--repo", required=True, metavar="DEST",
    help="A folder or an address, as s3://bucket/folder.",
)  # fmt: skip


def store_options(function: _Function) -> _Function:
    """Add the options that say what opens a store."""
    from_file = click.option(
        "--options-file", type=NamedPath(path_type=Path), metavar="FILE",
        help="Read NAME=VALUE lines of what opens the store.",
    )  # fmt: skip
    single = click.option(
        "--option", "store", multiple=True, metavar="NAME=VALUE",
        help=f"What opens the store; {_VARIABLE}NAME in the environment is the same.",
    )  # fmt: skip
    return single(from_file(function))


def options_of(store: Iterable[str], options_file: Path | None) -> dict[str, str]:
    """Return what opens a store: of the environment, of a file, and of the command line.

    Raises:
        UsageError: something is no NAME=VALUE.
        UserError: the file cannot be read.
    """
    found = {
        name.removeprefix(_VARIABLE).lower(): value
        for name, value in os.environ.items()
        if name.startswith(_VARIABLE)
    }
    lines: list[str] = []
    if options_file is not None:
        try:
            lines = options_file.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            raise UserError(f"{options_file} cannot be read; check its name") from None
    for line in (*lines, *store):
        if not line.strip() or line.startswith("#"):
            continue
        name, equals, value = line.partition("=")
        if not equals:
            raise UsageError("what opens a store is written NAME=VALUE")
        found[name.strip()] = value.strip()
    return found


def known_destination(vault: Vault, repo: str | None) -> BackupDestination:
    """Return the destination that *repo* names, or the only one that the vault knows.

    Raises:
        UserError: the vault knows of none, or of several.
    """
    found = only_one(vault) if repo is None else _found(vault, repo)
    if found is None:
        raise UserError(
            f"the vault knows of no backups at {repo}; `privatus backup destinations` lists those"
            " that it knows, and `privatus backup create --repo DEST` makes the first one"
        )
    return found


def full_id(vault: Vault, destination_id: int, backup_id: str) -> str:
    """Return the id of the one backup that begins with *backup_id*.

    Raises:
        UserError: there is none, or more than one.
    """
    if not backup_id:
        raise UsageError("the id of the backup is empty; `privatus backup list` lists them")
    known = vault.backups.backups(destination_id)
    found = [one.id for one in known if one.id.startswith(backup_id.lower())]
    if len(found) == 1:
        return found[0]
    if found:
        raise UserError(f"several backups begin with {backup_id}; give more of the id")
    raise UserError(f"there is no backup {backup_id}; `privatus backup list` lists them")


def destination_for_backup(
    vault: Vault, repo: str | None, options: dict[str, str]
) -> BackupDestination:
    """Return the destination that *repo* names; one that is new is remembered.

    Raises:
        UserError, UnreachableError, RefusedError: it is no place for backups.
    """
    found = only_one(vault) if repo is None else _found(vault, repo)
    if found is None:
        return vault.backups.add("", _new_place(repo or ""), options=options)
    if options:
        return vault.backups.change(found.id, options=options)
    return found


def only_one(vault: Vault) -> BackupDestination:
    """Return the only destination that the vault knows.

    Raises:
        UserError: it knows none, or several.
    """
    known = vault.backups.destinations()
    if not known:
        raise UserError("backups go nowhere yet; `privatus backup add NAME WHERE` says where")
    if len(known) > 1:
        raise UsageError(f"say which one with --repo: {', '.join(one.name for one in known)}")
    return known[0]


def place_of(vault: Vault, where: str) -> str:
    """Return where archives go: a destination by its name, or a place as `location_of`."""
    found = vault.backups.find(where) if where else None
    return location_of(where) if found is None else found.name


def _found(vault: Vault, repo: str) -> BackupDestination | None:
    if not repo.strip():
        raise UsageError("--repo is empty; name a destination, a folder or an address")
    return vault.backups.find(repo)


def is_place(repo: str) -> bool:
    """Say whether *repo* is an address or a folder that is there, and needs no vault to say so."""
    return "://" in repo or Path(repo).expanduser().is_dir()


def _new_place(repo: str) -> str:
    """Return a place as `location_of`, and take no mistyped name for a folder to be made here.

    Raises:
        UsageError: it is one word, and no folder that is there.
    """
    if repo.strip() and Path(repo).name == repo and not is_place(repo):
        raise UsageError(
            f"no destination is called {repo}; `privatus backup destinations` lists them, and a"
            f" new folder here is written ./{repo}"
        )
    return location_of(repo)


def location_of(repo: str) -> str:
    """Return a folder by its whole path: the next command may be given elsewhere."""
    if "://" in repo or not repo.strip():
        return repo
    return str(Path(repo).expanduser().absolute())
