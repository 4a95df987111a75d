"""The recovery plan: what would come back, how long it takes, and what to do."""

from __future__ import annotations

from html import escape
from shlex import quote
from typing import TYPE_CHECKING, Any, cast

import click

from privatus.cli.backup_making import record, when
from privatus.cli.opening import open_vault
from privatus.cli.output import bold, counted, print_json, say, size, told
from privatus.cli.settings import Command, Settings, pass_settings

if TYPE_CHECKING:
    from privatus.core.recovery import RecoveryPlace, RecoveryPlan

_MINUTE_MS, _HOUR_MS, _DAY_MS = 60_000, 3_600_000, 86_400_000
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Recovery plan</title>
<style>body {{ font: 12pt/1.5 sans-serif; max-width: 42em; margin: 2em auto; }}
li, p {{ overflow-wrap: anywhere; }}</style></head>
<body><h1>Recovery plan</h1>
{0}
</body></html>
"""

Part = tuple[str, list[str], bool]  # heading, lines, whether they are numbered


@click.command(
    "recovery-plan",
    cls=Command,
    examples=("privatus recovery-plan", "privatus recovery-plan --html > plan.html"),
)
@click.option("--html", "as_html", is_flag=True, help="A page to print, for the emergency kit.")
@pass_settings
def recovery_plan(settings: Settings, as_html: bool) -> None:
    """Say what would come back if this computer were lost, how long it takes, and what to do.

    The figures are measured: of the backups that there are, and of the last restore drill.
    """
    with open_vault(settings, read_only=True) as vault:
        plan = vault.backups.recovery_plan()
    if settings.as_json:
        print_json(_record(plan))
        return
    parts = [_protected(plan), *(_place(plan, one) for one in plan.places), _lost(), _steps(plan)]
    if as_html:
        say(_PAGE.format("\n".join(map(_as_html, parts))))
        return
    for heading, lines, is_numbered in parts:
        say(bold(heading))
        for number, line in enumerate(lines, 1):
            say(f"  {number}. {line}" if is_numbered else f"  {line}")
        say()


def _protected(plan: RecoveryPlan) -> Part:
    lines = [f"The vault in {plan.vault}, as of {when(plan.made_at_ms)}."]
    if plan.point_ms is None:
        lines.append("Nothing of it is protected: there is no backup yet.")
        return "What is protected", lines, False
    lines.append(
        f"Recovery point: what was added in the last {_lasting(plan.point_ms)}, since the newest"
        " backup, would be lost."
    )
    lines.append(
        "Recovery time: not measured yet; `privatus backup drill --repo NAME` measures it."
        if plan.time_ms is None
        else f"Recovery time: {_lasting(plan.time_ms)}, as the last restore drill took."
    )
    return "What is protected", lines, False


def _place(plan: RecoveryPlan, one: RecoveryPlace) -> Part:
    to = one.status.destination
    lines = [f"It lies at {to.location}."]
    if to.option_names:
        lines.append(f"To reach it you need: {', '.join(to.option_names)}. Keep them on paper.")
    if one.newest is None:
        return to.name, [*lines, "There is no backup yet."], False
    rows = sum(held.rows for held in one.newest.tables)
    lines.append(
        f"The newest of {counted(one.status.backups, 'backup')} was made"
        f" {when(one.newest.made_at_ms)}: {counted(rows, 'record')} and"
        f" {counted(one.newest.files, 'file')}, {size(one.newest.total_bytes)}."
    )
    if one.longest_gap_ms is not None:
        lines.append(
            f"The longest time without a backup in the last weeks: {_lasting(one.longest_gap_ms)}."
        )
    if one.drill is None:
        lines.append("No restore of it was ever tried.")
    elif one.drill.problems:
        lines.append(f"The last restore drill, {when(one.drill.at_ms)}, FOUND FAULTS.")
    else:
        lines.append(
            f"Proven by a restore {when(one.drill.at_ms)}: {size(one.drill.restored_bytes)} in"
            f" {_lasting(one.drill.duration_ms)}."
        )
    return to.name, lines, False


def _lost() -> Part:
    return (
        "What is not in a backup",
        [
            "The search index: it is made anew when the restored vault is opened first.",
            "The window's settings on this computer: language, size, theme.",
            "The password and the recovery code: without one of them nobody opens a backup.",
        ],
        False,
    )


def _steps(plan: RecoveryPlan) -> Part:
    places = [one.status.destination.location for one in plan.places]
    where = " or ".join(places) if places else "the place of the backups"
    # The one whose newest backup was restored last, if any was.
    best = max(
        (one for one in plan.places if one.newest is not None),
        key=lambda one: one.status.last_proven_at_ms or 0,
        default=None,
    )
    first = quote(best.status.destination.location) if best else "DEST"
    return (
        "On a new computer",
        [
            "Install Privatus.",
            f"Plug in the disk, or have ready what opens the store: {where}. What opens a store"
            " goes into a file of NAME=VALUE lines, for --options-file.",
            f"Run: privatus --vault ~/Privatus backup restore --repo {first}",
            "Type the password. If it is forgotten, add --recovery and type the recovery code.",
            "Run: privatus --vault ~/Privatus check",
            "Make a backup from the new computer, and a restore drill.",
        ],
        True,
    )


def _as_html(part: Part) -> str:
    heading, lines, is_numbered = part
    tag = "ol" if is_numbered else "ul"
    items = "\n".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<h2>{escape(heading)}</h2>\n<{tag}>\n{items}\n</{tag}>"


def _lasting(duration_ms: int) -> str:
    if duration_ms < _MINUTE_MS:
        return f"{duration_ms / 1000:.1f} seconds"
    if duration_ms < 2 * _HOUR_MS:
        return counted(duration_ms // _MINUTE_MS, "minute")
    if duration_ms < 2 * _DAY_MS:
        return counted(duration_ms // _HOUR_MS, "hour")
    return counted(duration_ms // _DAY_MS, "day")


def _record(plan: RecoveryPlan) -> dict[str, Any]:
    said = {
        "vault": plan.vault,
        "made_at_ms": plan.made_at_ms,
        "recovery_point_ms": plan.point_ms,
        "recovery_time_ms": plan.time_ms,
        "places": [
            {
                "name": one.status.destination.name,
                "location": one.status.destination.location,
                "health": one.status.health.value,
                "newest": record(one.newest, with_tables=False) if one.newest else None,
                "drill": one.drill,
                "longest_gap_ms": one.longest_gap_ms,
            }
            for one in plan.places
        ],
    }
    return cast("dict[str, Any]", told(said))
