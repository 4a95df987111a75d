"""Where backups go and when: destinations, schedules, and how they are."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import click

from privatus.cli.backup_making import record, when
from privatus.cli.backup_repo import known_destination, location_of, options_of, store_options
from privatus.cli.opening import open_vault
from privatus.cli.output import counted, print_json, print_table, say, size, tell, told
from privatus.cli.progress import long_work
from privatus.cli.settings import Command, Settings, pass_settings
from privatus.core.errors import PrivatusError, UnreachableError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from privatus.core.backup import BackupDestination, DestinationStatus, Schedule

_FAILED = 1
_FREQUENCIES = ("never", "hourly", "daily", "weekly")
_SCHEDULED = {
    "never": "when you say so",
    "hourly": "every hour while the vault is open",
    "daily": "every day",
    "weekly": "every week",
}

_schedule_options = (
    click.option(
        "--every", type=click.Choice(_FREQUENCIES), help="How often a backup is made by itself."
    ),
    click.option(
        "--full-every", type=click.IntRange(0, 3650), metavar="DAYS",
        help="Write everything anew after so many days; 0: only the first time.",
    ),
)  # fmt: skip


@click.command("destinations", cls=Command, examples=("privatus backup destinations",))
@pass_settings
def destinations(settings: Settings) -> None:
    """List where backups go."""
    with open_vault(settings, read_only=True) as vault:
        found = vault.backups.destinations()
    if _is_said(settings, found):
        return
    rows = [("NAME", "WHERE", "MADE")]
    rows += [(one.name, one.location, _scheduled(one.schedule)) for one in found]
    print_table(rows)


@click.command(
    "add",
    cls=Command,
    examples=(
        "privatus backup add disk /media/disk/backups --every daily --full-every 90",
        "privatus backup add cloud s3://bucket/privatus --options-file ~/.s3 --every hourly",
    ),
)
@click.argument("name")
@click.argument("where")
@store_options
@_schedule_options[0]
@_schedule_options[1]
@pass_settings
def add(
    settings: Settings,
    name: str,
    where: str,
    store: tuple[str, ...],
    options_file: Path | None,
    every: str | None,
    full_every: int | None,
) -> None:
    """Let backups go to WHERE, a folder or an address, and call that NAME."""
    from privatus.core.backup import Schedule

    options = options_of(store, options_file)
    with open_vault(settings) as vault:
        made = vault.backups.add(
            name,
            location_of(where),
            options=options,
            schedule=_changed(Schedule(), every, full_every),
        )
    _tell_destination(settings, made, "added")
    if not settings.as_json:
        tell(f"`privatus backup create --repo {quote(made.name)}` makes a backup there now.")


@click.command("change", cls=Command, examples=("privatus backup change disk --every hourly",))
@click.argument("name")
@click.option("--name", "new_name", metavar="NAME", help="Another name.")
@store_options
@_schedule_options[0]
@_schedule_options[1]
@pass_settings
def change(
    settings: Settings,
    name: str,
    new_name: str | None,
    store: tuple[str, ...],
    options_file: Path | None,
    every: str | None,
    full_every: int | None,
) -> None:
    """Change the name of a destination, when backups go there, or what opens the store."""
    options = options_of(store, options_file)
    with open_vault(settings) as vault:
        known = known_destination(vault, name)
        made = vault.backups.change(
            known.id,
            name=new_name,
            options=options or None,
            schedule=_changed(known.schedule, every, full_every),
        )
    _tell_destination(settings, made, "changed")


@click.command("remove", cls=Command, examples=("privatus backup remove disk",))
@click.argument("name")
@pass_settings
def remove(settings: Settings, name: str) -> None:
    """Let no more backups go to a destination. Those that lie there stay as they are."""
    with open_vault(settings) as vault:
        known = known_destination(vault, name)
        vault.backups.remove(known.id)
    _tell_destination(settings, known, "forgotten; the backups there stay as they are")


@click.command("status", cls=Command, examples=("privatus backup status",))
@pass_settings
def status(settings: Settings) -> None:
    """Say of every destination how old the last backup is, and the last proven restore."""
    with open_vault(settings, read_only=True) as vault:
        found = vault.backups.status()
    if _is_said(settings, found):
        return
    rows = [("NAME", "HOW IT IS", "LAST BACKUP", "READ BACK", "RESTORED", "NEXT")]
    rows += [
        (
            one.destination.name,
            one.health.value,
            _when(one.last_backup_at_ms),
            _when(one.last_verified_at_ms),
            _when(one.last_proven_at_ms),
            when(one.next_at_ms) if one.next_at_ms else "when you say so",
        )
        for one in found
    ]
    print_table(rows)
    for one in found:
        hint = _hint(one)
        if hint:
            tell(f"{one.destination.name}: {hint}.")


@click.command("run", cls=Command, examples=("privatus backup run   # from a timer",))
@click.option("--strict", is_flag=True, help="Fail also where a disk or host is not there.")
@pass_settings
def run(settings: Settings, strict: bool) -> int | None:
    """Make all backups that are due. For a timer: where nothing is due, nothing is said.

    A disk that is not plugged in is one line, and no failure.
    """
    made, failed = [], False
    with open_vault(settings) as vault, long_work(in_bytes=True) as job:
        for destination in vault.backups.due():
            try:
                one = vault.backups.run(destination.id, job=job)
            except UnreachableError as error:
                tell(f"{destination.name}: {error}.")
                failed = failed or strict
            except PrivatusError as error:
                tell(f"{destination.name}: {error}.")
                failed = True
            else:
                made.append(one)
                if not settings.as_json:
                    say(f"{destination.name}: wrote {size(one.new_bytes)}.")
    if settings.as_json:
        print_json({"backups": [record(one, with_tables=False) for one in made]})
    return _FAILED if failed else None


def _is_said(settings: Settings, found: Sequence[object]) -> bool:
    """Print destinations as JSON, or say that there are none; False: they go into a table."""
    if settings.as_json:
        print_json({"destinations": told(found)})
    elif not found:
        tell("Backups go nowhere yet. `privatus backup add NAME WHERE` says where.")
    return settings.as_json or not found


def _hint(one: DestinationStatus) -> str:
    if one.problem:
        return one.problem
    name = one.destination.name
    match one.health.value:
        case "new":
            return f"there is no backup yet; `privatus backup create --repo {quote(name)}` makes it"
        case "overdue":
            return "a backup is overdue; `privatus backup run` makes all that are due"
        case _:
            return ""


def _when(at_ms: int | None) -> str:
    return "never" if at_ms is None else when(at_ms)


def _changed(schedule: Schedule, every: str | None, full_every: int | None) -> Schedule:
    from dataclasses import replace

    from privatus.core.backup import Frequency

    if every is not None:
        schedule = replace(schedule, frequency=Frequency(every))
    if full_every is not None:
        schedule = replace(schedule, full_days=full_every or None)
    return schedule


def _scheduled(schedule: Schedule) -> str:
    said = _SCHEDULED[schedule.frequency.value]
    if schedule.full_days:
        return f"{said}, all of it every {counted(schedule.full_days, 'day')}"
    return said


def _tell_destination(settings: Settings, one: BackupDestination, what: str) -> None:
    if settings.as_json:
        print_json(told(one))
        return
    say(f"{one.name} ({one.location}) is {what}.")


COMMANDS = (destinations, add, change, remove, status, run)
