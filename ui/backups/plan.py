"""The recovery plan as a sheet: measured, not promised."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from privatus.core.backup import DestinationStatus
from privatus.core.recovery import RecoveryPlace, RecoveryPlan
from ui.backups import words
from ui.backups.kinds import kind_of
from ui.backups.sheet import Section, Sheet
from ui.i18n import _, moment, ngettext, size

_LINE = "_" * 34


def plan_sheet(plan: RecoveryPlan, now: datetime) -> Sheet:
    """Return *plan* as it is read and printed at *now*."""
    vault, places = Path(plan.vault).name, plan.places
    return Sheet(
        title=_("Recovery plan"),
        sections=(
            _protected(vault, plan, now),
            *(_place(each, now) for each in places),
            _steps(places),
            _kit(vault),
        ),
    )


def _protected(vault: str, plan: RecoveryPlan, now: datetime) -> Section:
    places = plan.places
    backups = sum(each.status.backups for each in places)
    lines = [
        _("Vault: {name}").format(name=vault),
        _("This plan was made {time}.").format(time=words.at(plan.made_at_ms, now)),
        ngettext("{n} place for backups", "{n} places for backups", len(places)),
        ngettext("{n} backup", "{n} backups", backups),
    ]
    newest = max(
        (each.newest for each in places if each.newest is not None),
        key=lambda each: each.made_at_ms,
        default=None,
    )
    if newest is None:
        lines.append(_("Nothing is protected yet: there is no backup."))
    else:
        records = sum(table.rows for table in newest.tables)
        held = ngettext("{n} record", "{n} records", records)
        files = ngettext("{n} file", "{n} files", newest.files)
        lines.append(
            _("The newest backup holds {records} and {files}, {size} in all.").format(
                records=held, files=files, size=size(newest.total_bytes)
            )
        )
    return Section(heading=_("What is protected"), lines=lines)


def _place(each: RecoveryPlace, now: datetime) -> Section:
    status, to = each.status, each.status.destination
    lines = [
        f"{_(kind_of(to.location).title)}: {to.location}",
        f"{words.schedule(to.schedule)}. {words.keep_rules(to.keep)}.",
        _("Last backup: {time}").format(time=words.at(status.last_backup_at_ms, now)),
        _("Last verified: {time}").format(time=words.at(status.last_verified_at_ms, now)),
        _recovery_point(status, now),
        _recovery_time(each, now),
    ]
    if each.longest_gap_ms is not None:
        told = _("The longest time between two backups of the last weeks: {time}.")
        lines.append(told.format(time=words.span(each.longest_gap_ms)))
    if to.option_names:
        lines.append(
            _("To reach it you need: {names}. Keep them where you keep your password.").format(
                names=", ".join(to.option_names)
            )
        )
    return Section(heading=to.name, lines=lines)


def _recovery_point(status: DestinationStatus, now: datetime) -> str:
    made = moment(status.last_backup_at_ms)
    if made is None:
        return _("Recovery point: everything would be lost, for there is no backup.")
    told = _("Recovery point, measured now: what was added since the last backup, {ago}.")
    return told.format(ago=words.ago(status.last_backup_at_ms or 0, now))


def _recovery_time(each: RecoveryPlace, now: datetime) -> str:
    drill = each.drill
    if drill is None:
        return _("Recovery time: never measured. Run a restore drill.")
    speed = drill.restored_bytes / max(0.001, drill.duration_ms / 1000)
    told = _(
        "Recovery time, measured by the restore drill of {time}: {duration} for {size}"
        " ({speed} a second)."
    ).format(
        time=words.at(drill.at_ms, now),
        duration=words.lasted(drill.duration_ms),
        size=size(drill.restored_bytes),
        speed=size(round(speed)),
    )
    if drill.problems:
        count = len(drill.problems)
        found = ngettext("{n} problem was found", "{n} problems were found", count)
        return f"{told} {found}."
    return told


def _steps(places: Sequence[RecoveryPlace]) -> Section:
    where = places[0].status.destination.location if places else _("the place of the backups")
    return Section(
        heading=_("On a new machine"),
        steps=(
            _("Install Privatus and start it."),
            _("Plug in the disk with the backups, or have the keys of the server at hand."),
            _("On the first page, choose “Restore from a backup…”."),
            _("Name the place: {where}").format(where=where),
            _("Type the password of the vault, or its recovery code."),
            _("Choose the newest backup, and an empty folder for the vault."),
            _("Open the vault, and add the place for backups again."),
            _("In a terminal, the same is: {command}").format(
                command=f"privatus backup restore --repo {where} --vault ~/Privatus"
            ),
        ),
    )


def _kit(vault: str) -> Section:
    return Section(
        heading=_("Emergency kit"),
        lines=(
            _("Keep this sheet on paper, away from the computer, together with the sheet of the"
              " recovery code that was shown when “{name}” was made.").format(name=vault),
            _("Without the password and without the recovery code, nobody can open the backups:"
              " neither you nor anybody else."),
            _("The recovery code is kept at: {line}").format(line=_LINE),
            _("Who may be asked: {line}").format(line=_LINE),
        ),
    )  # fmt: skip
