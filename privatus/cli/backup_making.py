"""Making, listing and showing backups, and proving that they can be restored."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from privatus.cli import password
from privatus.cli.backup_repo import (
    destination_for_backup,
    full_id,
    known_destination,
    options_of,
    repo_option,
    store_options,
)
from privatus.cli.opening import open_vault
from privatus.cli.output import bold, counted, print_json, print_table, say, size, tell, told
from privatus.cli.progress import long_work
from privatus.cli.settings import Command, NamedPath, Settings, pass_settings
from privatus.core.errors import PrivatusError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from privatus.core.backup import Backup, DrillReport

_DAMAGED = 6


@click.command(
    "create",
    cls=Command,
    examples=(
        "privatus backup create --repo /media/disk/backups",
        "privatus backup create --repo s3://bucket/privatus --options-file ~/.s3-options",
    ),
)
@repo_option
@store_options
@click.option("--full", is_flag=True, help="Write everything anew, also what is there already.")
@pass_settings
def create(
    settings: Settings,
    repo: str | None,
    store: tuple[str, ...],
    options_file: Path | None,
    full: bool,
) -> None:
    """Make a backup. The first one writes everything, the next ones what has changed.

    Each is complete in itself. DEST is remembered as a destination once a backup is there.
    """
    from privatus.core.backup import BackupKind

    options = options_of(store, options_file)
    with open_vault(settings) as vault, long_work(in_bytes=True) as job:
        known = {one.id for one in vault.backups.destinations()}
        destination = destination_for_backup(vault, repo, options)
        try:
            # Without a kind also all of it where that is due, or where damage was found.
            kind = BackupKind.FULL if full else None
            made = vault.backups.run(destination.id, kind=kind, job=job)
        except PrivatusError:
            # Else a mistyped place would be asked for, and be called failing, from now on.
            if destination.id not in known:
                vault.backups.remove(destination.id)
            raise
    if settings.as_json:
        print_json(record(made))
        return
    say(
        f"Backup {made.id[:8]} is made: it holds {size(made.total_bytes)} and wrote"
        f" {size(made.new_bytes)} in {made.duration_ms / 1000:.1f} s."
    )


@click.command("list", cls=Command, examples=("privatus backup list --repo /media/disk/backups",))
@repo_option
@store_options
@click.option("--refresh", is_flag=True, help="Ask the destination, and not only the vault.")
@click.option(
    "--recovery-code-file", type=NamedPath(path_type=Path), metavar="FILE",
    help="Where there is no vault yet: use the recovery code in its first line, not the password.",
)  # fmt: skip
@pass_settings
def list_(
    settings: Settings,
    repo: str | None,
    store: tuple[str, ...],
    options_file: Path | None,
    refresh: bool,
    recovery_code_file: Path | None,
) -> None:
    """List the backups at a destination, the newest first.

    Where there is no vault yet, as on a new computer, DEST itself is asked.
    """
    from privatus.cli.opening import vault_exists

    if not vault_exists(settings):
        found = _list_without_vault(
            settings, repo, options_of(store, options_file), recovery_code_file
        )
    else:
        with open_vault(settings, read_only=not refresh) as vault:
            destination = known_destination(vault, repo)
            if refresh:
                vault.backups.refresh(destination.id)
            found = vault.backups.backups(destination.id)
    if settings.as_json:
        print_json({"backups": [record(one, with_tables=False) for one in found]})
    else:
        _print_list(found)


@click.command("show", cls=Command, examples=("privatus backup show 3f9a --repo disk",))
@click.argument("backup_id", metavar="ID")
@repo_option
@pass_settings
def show(settings: Settings, backup_id: str, repo: str | None) -> None:
    """Show what a backup holds, table by table, what it cost and where it lies."""
    with open_vault(settings, read_only=True) as vault:
        destination = known_destination(vault, repo)
        wanted = full_id(vault, destination.id, backup_id)
        (one,) = (each for each in vault.backups.backups(destination.id) if each.id == wanted)
    if settings.as_json:
        print_json(record(one) | {"location": destination.location})
        return
    say(f"{bold('Backup')} {one.id}, number {one.sequence}")
    say(f"made {when(one.made_at_ms)} on {one.host} by Privatus {one.app}, {one.kind.value}")
    say(f"lies at {destination.location}")
    say(f"holds {size(one.total_bytes)}, with {counted(one.files, 'file')} beside the database")
    say(f"wrote {size(one.new_bytes)} in {one.duration_ms / 1000:.1f} s; proof: {_proof(one)}")
    say()
    rows = [("TABLE", "RECORDS", "BYTES", "CHECKSUM")]
    rows += [
        (held.name, f"{held.rows:,}", f"{held.data_bytes:,}", held.checksum.hex()[:16])
        for held in one.tables
    ]
    print_table(rows, right=(1, 2))


@click.command("drill", cls=Command, examples=("privatus backup drill --repo disk",))
@repo_option
@click.option("--backup", "backup_id", metavar="ID", help="Which one; the newest without it.")
@click.option(
    "--recovery-code-file", type=NamedPath(path_type=Path), metavar="FILE",
    help="Use the recovery code in its first line instead of the password.",
)  # fmt: skip
@pass_settings
def drill(
    settings: Settings, repo: str | None, backup_id: str | None, recovery_code_file: Path | None
) -> int | None:
    """Restore a backup into a scratch place with the secret alone, and compare all of it.

    Only this proves that a backup can be restored, and how long it takes.
    """
    from privatus.cli.opening import open_with_password, require_vault

    require_vault(settings)
    secret = password.existing(settings.password_source)
    code = password.ask_recovery_code(recovery_code_file) if recovery_code_file else None
    with open_with_password(settings, secret) as vault, long_work(in_bytes=True) as job:
        destination = known_destination(vault, repo)
        report = vault.backups.drill(
            destination.id, secret, recovery_code=code, backup_id=backup_id, job=job
        )
    if settings.as_json:
        print_json(told(report))
    else:
        _print_drill(report)
    return _DAMAGED if report.problems else None


def record(one: Backup, *, with_tables: bool = True) -> dict[str, Any]:
    """Return a backup as JSON has it."""
    said: dict[str, Any] = told(one)
    said["tables"] = [
        {
            "name": held.name,
            "rows": held.rows,
            "bytes": held.data_bytes,
            "checksum": held.checksum.hex(),
        }
        for held in one.tables
    ]
    if not with_tables:
        del said["tables"]
    return said


def _print_list(found: Sequence[Backup]) -> None:
    if not found:
        tell(
            "The vault knows of no backups there. `privatus backup create` makes one, --refresh"
            " asks the destination."
        )
        return
    rows = [("ID", "MADE", "KIND", "HOLDS", "WROTE", "PROVEN")]
    rows += [
        (
            one.id[:8],
            when(one.made_at_ms),
            one.kind.value + (", pinned" if one.is_pinned else ""),
            size(one.total_bytes),
            size(one.new_bytes),
            _proof(one),
        )
        for one in found
    ]
    print_table(rows, right=(3, 4))


def _list_without_vault(
    settings: Settings, repo: str | None, options: dict[str, str], code_file: Path | None
) -> list[Backup]:
    from privatus.bootstrap import Vault

    if repo is None:
        raise UsageError("there is no vault that knows of backups; say with --repo where they lie")
    code = password.ask_recovery_code(code_file) if code_file else None
    secret = None if code else password.existing(settings.password_source)
    return Vault.list_backups(repo, secret, code=code, options=options)


def _print_drill(report: DrillReport) -> None:
    made = when(report.made_at_ms)
    if report.problems:
        say(f"The backup of {made} is NOT what was backed up:")
        for problem in report.problems:
            say(f"  {problem}")
        return
    say(
        f"Proven: the backup of {made} was restored in {report.duration_ms / 1000:.1f} s."
        f" Its file, {counted(report.tables, 'table')} with {counted(report.rows, 'row')},"
        " its log and its files are what was backed up."
    )


def _proof(one: Backup) -> str:
    if one.is_damaged:
        return "DAMAGED"
    if one.proven_at_ms is not None:
        return f"restored {when(one.proven_at_ms)}"
    if one.verified_at_ms is not None:
        return f"read back {when(one.verified_at_ms)}"
    return "not yet"


def when(at_ms: int) -> str:
    """Return a time as a person reads it."""
    from privatus.services.rendering import minute

    return minute(at_ms)


COMMANDS = (create, list_, show, drill)
