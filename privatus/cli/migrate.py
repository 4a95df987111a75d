"""The steps of a vault's schema: where it is, and the way back to the one before."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from privatus.cli import password
from privatus.cli.opening import require_vault
from privatus.cli.output import counted, print_json, say, size, tell
from privatus.cli.progress import long_work
from privatus.cli.settings import Command, Settings, pass_settings
from privatus.core.conversation import Json
from privatus.core.errors import JobCancelled, UsageError, UserError

if TYPE_CHECKING:
    from privatus.services.migrating import KeptDatabase, MigrationStatus, WentBack

_FAILED = 1
_DAY_S = 24 * 60 * 60


@click.command(
    "migrate",
    cls=Command,
    examples=("privatus migrate", "privatus migrate --back", "privatus migrate --forget"),
)
@click.option("--back", is_flag=True, help="Put the copy from before the last change in place.")
@click.option("--forget", is_flag=True, help="Remove the copy, and what was set aside.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_settings
def migrate(settings: Settings, back: bool, forget: bool, yes: bool) -> int:
    """Say at which step the vault's schema is, or go back to the one before.

    A newer Privatus brings a vault up to date when it opens it, and keeps a copy from before.
    Going back sets aside all that the vault got since; then install the former release.
    """
    if back and forget:
        raise UsageError("going back needs the copy that would be removed; say one of the two")
    require_vault(settings)
    if forget:
        return _forget(settings, yes)
    secret = password.existing(settings.password_source)
    from privatus.services import migrating

    status = migrating.status(settings.folder, secret)
    if not back:
        _print_status(settings, status)
        return 0
    _require_wish(status, yes)
    try:
        with long_work() as job:
            done = migrating.go_back(settings.folder, secret, job=job)
    except JobCancelled:
        tell("Stopped. The vault is as it was.")
        return _FAILED
    _print_back(settings, done, status.program_step)
    return 0


def _require_wish(status: MigrationStatus, yes: bool) -> None:
    """Say what going back means, and ask whether it is meant.

    Raises:
        UserError: there is no copy, or the person does not mean it.
        UsageError: there is no terminal to ask on.
    """
    if status.copy is None:
        raise UserError("no copy is kept from before a change of the schema; restore a backup")
    if yes:
        return
    tell(f"The vault will be as it was on {_minute(status.copy.file.made_at_ms)}.")
    tell("What was added or changed since is set aside, in a file beside it.")
    if status.missing_archives:
        # Their files went when they were brought back.
        tell(
            f"In that file alone: {counted(status.missing_archives, 'chat')} that the copy knows as"
            " archived, brought back since."
        )
    _ask("Go back?", "nothing was changed")


def _forget(settings: Settings, yes: bool) -> int:
    from privatus.services import migrating

    files = migrating.kept_files(settings.folder)
    if files and not yes:
        for file in files:
            tell(f"{file.path.name} of {_minute(file.made_at_ms)}, {size(file.size_bytes)}")
        _ask("Remove what may be the only copy of it?", "nothing was removed")
    gone = migrating.forget(settings.folder)
    if settings.as_json:
        print_json({"removed": [path.name for path in gone]})
    else:
        say("\n".join(f"Removed {path.name}." for path in gone) or "There is nothing to remove.")
    return 0


def _ask(question: str, otherwise: str) -> None:
    if not sys.stdin.isatty():
        raise UsageError("there is no terminal to ask on; say --yes if it is meant")
    if not click.confirm(question, err=True):
        raise UserError(f"{otherwise}, as you wished")


def _print_status(settings: Settings, status: MigrationStatus) -> None:
    if settings.as_json:
        print_json(
            {
                "step": status.standing and status.standing.step,
                "program_step": status.program_step,
                "release": status.standing and status.standing.release,
                "copy": status.copy and _record(status.copy),
                "set_aside": [_record(kept) for kept in status.set_aside],
                "missing_archives": status.missing_archives,
            }
        )
        return
    for line in status_lines(status, int(datetime.now(UTC).timestamp() * 1000)):
        say(line)


def status_lines(status: MigrationStatus, now_ms: int) -> list[str]:
    """Return what there is to know of a vault's schema, for reading."""
    known = f"this program knows {status.program_step}"
    if status.standing is None:
        lines = ["vault.db does not open: it is damaged, or not of this vault."]
    elif status.standing.step < status.program_step:
        lines = [
            f"The vault is at schema step {status.standing.step}; {known}, and brings it there"
            " when it opens it."
        ]
    elif status.standing.step > status.program_step:
        lines = [f"The vault is at schema step {status.standing.step}; {known}, and is too old."]
    else:
        lines = [f"The vault is at schema step {status.standing.step}, the last that this program"
                 " knows."]  # fmt: skip
    if status.copy is None:
        lines.append("No copy is kept from before a change.")
    else:
        lines.append(
            f"A copy from before the last change is kept: {_described(status.copy, now_ms)}."
            " `privatus migrate --back` puts it in place."
        )
    lines += [
        f"Set aside: {kept.file.path.name}, {_described(kept, now_ms)}."
        for kept in status.set_aside
    ]
    return lines


def _described(kept: KeptDatabase, now_ms: int) -> str:
    step = "it does not open" if kept.standing is None else f"step {kept.standing.step}"
    days = max(0, now_ms - kept.file.made_at_ms) // (_DAY_S * 1000)
    age = {0: "today", 1: "1 day old"}.get(days, f"{days:,} days old")
    return f"{step}, of {_minute(kept.file.made_at_ms)} ({age}), {size(kept.file.size_bytes)}"


def _print_back(settings: Settings, done: WentBack, program_step: int) -> None:
    if settings.as_json:
        print_json(
            {
                "step": done.standing.step,
                "release": done.standing.release,
                "made_at_ms": done.made_at_ms,
                "set_aside": done.set_aside and done.set_aside.name,
            }
        )
        return
    for line in back_lines(done, program_step):
        say(line)


def back_lines(done: WentBack, program_step: int) -> list[str]:
    """Return what was done, and what is to be done next."""
    step = done.standing.step
    lines = [f"The vault is as it was on {_minute(done.made_at_ms)}, at schema step {step}."]
    if done.set_aside is not None:
        lines.append(f"What it was until now is in {done.set_aside.name} beside it.")
    if step < program_step:
        lines.append(
            f"Now install {_release(done)}, and open the vault with that. This program"
            f" brings it to step {program_step} again, with a new copy, as soon as it opens it."
        )
    else:
        lines.append("This program opens it as it is.")
    return lines


def _release(done: WentBack) -> str:
    """Return what to install for this step: the release that brought the vault there."""
    if done.standing.release == "unknown":
        return f"the release whose last schema step is {done.standing.step}"
    return f"Privatus {done.standing.release}"


def _record(kept: KeptDatabase) -> dict[str, Json]:
    return {
        "file": kept.file.path.name,
        "made_at_ms": kept.file.made_at_ms,
        "bytes": kept.file.size_bytes,
        "step": kept.standing and kept.standing.step,
        "release": kept.standing and kept.standing.release,
    }


def _minute(at_ms: int) -> str:
    from privatus.services.rendering import minute

    return minute(at_ms) or "an unknown time"
