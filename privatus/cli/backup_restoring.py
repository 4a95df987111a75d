"""Making a vault again out of a backup."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from privatus.cli import password
from privatus.cli.backup_making import when
from privatus.cli.backup_repo import is_place, only_one, options_of, repo_option, store_options
from privatus.cli.opening import look_with, vault_exists
from privatus.cli.output import print_json, say, size, told
from privatus.cli.progress import long_work
from privatus.cli.settings import Command, NamedPath, Settings, pass_settings
from privatus.core.errors import PrivatusError, UsageError, UserError

if TYPE_CHECKING:
    from privatus.core.backup import RestoreReport


@click.command(
    "restore",
    cls=Command,
    examples=(
        "privatus --vault ~/vault backup restore --repo /media/disk/backups",
        "privatus backup restore ~/then --repo disk --at 2026-05-01T12:00",
    ),
)
@click.argument(
    "folder", metavar="[DIR]", required=False, type=NamedPath(path_type=Path, file_okay=False)
)
@repo_option
@store_options
@click.option("--backup", "backup_id", metavar="ID", help="Which one; the newest without it.")
@click.option("--at", "at", metavar="TIME", help="The newest one that was made by then.")
@click.option("--keep-aside", is_flag=True, help="Move a vault that is there aside, and go on.")
@click.option("--recovery", is_flag=True, help="Open the backups with the recovery code.")
@click.option(
    "--recovery-code-file", type=NamedPath(path_type=Path), metavar="FILE",
    help="Read the recovery code from its first line.",
)  # fmt: skip
@pass_settings
def restore(
    settings: Settings,
    folder: Path | None,
    repo: str | None,
    store: tuple[str, ...],
    options_file: Path | None,
    backup_id: str | None,
    at: str | None,
    keep_aside: bool,
    recovery: bool,
    recovery_code_file: Path | None,
) -> None:
    """Make a vault in DIR, or at --vault, out of a backup, with the password or the recovery code.

    DEST is a folder or an address; with DIR also a destination that the vault at --vault knows. A
    vault that is there already is never written over.
    """
    if not keep_aside and vault_exists(replace(settings, vault=folder or settings.folder)):
        raise UserError(
            f"there is a vault in {folder or settings.folder}; choose another folder, or move it"
            " aside with --keep-aside"
        )
    code = None
    if recovery or recovery_code_file is not None:
        code = password.ask_recovery_code(recovery_code_file)
    secret = None if code else password.existing(settings.password_source)
    wanted = {
        "backup_id": backup_id,
        "at_ms": None if at is None else _time_ms(at),
        "keep_aside": keep_aside,
    }
    options = options_of(store, options_file)
    report = None
    if folder is not None and vault_exists(settings):
        report = _restore_known(settings, repo, folder, secret, code, wanted)
    if report is None:
        report = _restore(repo, folder or settings.folder, secret, code, wanted, options)
    _print_restored(settings, folder or settings.folder, report)


def _restore(
    repo: str | None,
    folder: Path,
    secret: str | None,
    code: str | None,
    wanted: dict[str, Any],
    options: dict[str, str],
) -> RestoreReport:
    from privatus.bootstrap import Vault

    if repo is None:
        raise UsageError("--repo is missing; name the folder or the address of the backups")
    with long_work(in_bytes=True) as job:
        return Vault.restore(repo, folder, secret, code=code, options=options, job=job, **wanted)


def _restore_known(
    settings: Settings,
    repo: str | None,
    folder: Path,
    secret: str | None,
    code: str | None,
    wanted: dict[str, Any],
) -> RestoreReport | None:
    """Restore from a destination of the vault at --vault; return None if it knows of none such."""
    try:
        opened = look_with(settings, secret, code)
    except PrivatusError:
        # It may be what is damaged, or have another password than its backups of that time.
        if repo is None or not is_place(repo):
            raise
        return None
    with opened as vault:
        known = only_one(vault) if repo is None else vault.backups.find(repo)
        if known is None:
            return None
        with long_work(in_bytes=True) as job:
            return vault.backups.restore(
                known.id, folder, secret, recovery_code=code, job=job, **wanted
            )


def _print_restored(settings: Settings, folder: Path, report: RestoreReport) -> None:
    if settings.as_json:
        print_json(told(report) | {"folder": str(folder.absolute())})
        return
    say(
        f"The vault of {when(report.made_at_ms)} is restored to {folder}"
        f" ({size(report.restored_bytes)} in {report.duration_ms / 1000:.1f} s)."
    )
    if report.kept_aside:
        say(f"The vault that was there lies in {report.kept_aside} now.")


def _time_ms(text: str) -> int:
    """Return which time *text* means: one to the minute in UTC, or the end of a day.

    Raises:
        UsageError: it names none.
    """
    from datetime import UTC, datetime

    from privatus.services.archiving.spans import until_ms

    if ":" not in text:
        return until_ms(text)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError("this is no time; write 2026-05-01, or 2026-05-01T12:00") from None
    return int(at.replace(tzinfo=at.tzinfo or UTC).timestamp() * 1000)


COMMANDS = (restore,)
