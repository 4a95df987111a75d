"""Reading backups back, and which of them stay."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

import click

from privatus.cli.backup_making import when
from privatus.cli.backup_repo import full_id, known_destination, repo_option
from privatus.cli.opening import open_vault
from privatus.cli.output import counted, print_json, print_table, say, size, tell, told
from privatus.cli.progress import long_work
from privatus.cli.settings import Command, Settings, pass_settings

if TYPE_CHECKING:
    from privatus.core.backup import Backup, KeepDecision, KeepRules, VerifyReport

_DAMAGED = 6
_DEPTHS = ("list", "structure", "part", "data")


@click.command("verify", cls=Command, examples=("privatus backup verify --repo disk --depth data",))
@repo_option
@click.option(
    "--depth", type=click.Choice(_DEPTHS), default="structure", show_default=True,
    help="How much is read: the list; also where everything lies; also one part; or all data.",
)  # fmt: skip
@pass_settings
def verify(settings: Settings, repo: str | None, depth: str) -> int | None:
    """Look whether the backups at a destination are whole, and name what is not.

    `part` reads a thirtieth of the data, the next one each time.
    """
    from privatus.core.backup import VerifyDepth

    with open_vault(settings) as vault, long_work(in_bytes=True) as job:
        destination = known_destination(vault, repo)
        report = vault.backups.verify(destination.id, VerifyDepth(depth), job)
    if settings.as_json:
        print_json(told(report))
    else:
        _print_report(report)
        _advise(report, quote(destination.name))
    return _DAMAGED if report.problems else None


@click.command("repair", cls=Command, examples=("privatus backup repair --repo disk",))
@repo_option
@pass_settings
def repair(settings: Settings, repo: str | None) -> None:
    """Make the index of a destination anew, out of the data that lies there.

    For when `verify` names an object of the index, or chunks that no index names. Backups are
    not changed; what is lost stays lost.
    """
    with open_vault(settings) as vault, long_work(in_bytes=True) as job:
        destination = known_destination(vault, repo)
        n_packs = vault.backups.repair(destination.id, job)
    if settings.as_json:
        print_json({"packs": n_packs})
    elif n_packs:
        say(f"The index is whole again: it lacked {counted(n_packs, 'pack')}.")
    else:
        say("The index lacks nothing.")


@click.command(
    "keep",
    cls=Command,
    examples=(
        "privatus backup keep --repo disk",
        "privatus backup keep --repo disk --last 3 --daily 7 --weekly 4 --monthly 12",
    ),
)
@repo_option
@click.option("--last", type=click.IntRange(0), help="The newest so many.")
@click.option("--hourly", type=click.IntRange(0), help="The newest of each of so many hours.")
@click.option("--daily", type=click.IntRange(0), help="The newest of each of so many days.")
@click.option("--weekly", type=click.IntRange(0), help="The newest of each of so many weeks.")
@click.option("--monthly", type=click.IntRange(0), help="The newest of each of so many months.")
@click.option("--yearly", type=click.IntRange(0), help="The newest of each of so many years.")
@click.option("--within-days", type=click.IntRange(0), help="All of so many days.")
@pass_settings
def keep(settings: Settings, /, repo: str | None, **numbers: int | None) -> None:
    """Show or set which backups stay, and say of each why it stays or goes.

    Rules take the place of all that were there; `--last 0` alone takes them away. What one rule
    keeps stays. Nothing is dropped by this; `prune` does that.
    """
    wanted = {name: number for name, number in numbers.items() if number is not None}
    with open_vault(settings, read_only=not wanted) as vault:
        destination = known_destination(vault, repo)
        if wanted:
            rules = _rules(wanted)
            destination = vault.backups.change(destination.id, keep=rules)
        decisions = vault.backups.plan(destination.id)
        backups = vault.backups.backups(destination.id)
    if settings.as_json:
        print_json(
            {"keep": told(destination.keep), "decisions": [_decision(one) for one in decisions]}
        )
        return
    rules = destination.keep
    say(
        "There are no rules: all backups stay."
        if rules.keeps_all
        else f"By the rules stay: {rules.words}."
    )
    print_decisions(decisions, backups)


@click.command("prune", cls=Command, examples=("privatus backup prune --repo disk --dry-run",))
@repo_option
@click.option("--dry-run", is_flag=True, help="Say what would go and why, and do nothing.")
@pass_settings
def prune(settings: Settings, repo: str | None, dry_run: bool) -> None:
    """Drop the backups that no rule keeps, and free the room that none of the others needs.

    The newest stays, the newest that was verified stays, and what is pinned stays.
    """
    with open_vault(settings, read_only=dry_run) as vault, long_work(in_bytes=True) as job:
        destination = known_destination(vault, repo)
        backups = vault.backups.backups(destination.id)
        report = vault.backups.prune(destination.id, dry_run=dry_run, job=job)
    if settings.as_json:
        decisions = [_decision(one) for one in report.decisions]
        print_json(told(report) | {"decisions": decisions})
        return
    print_decisions(report.decisions, backups)
    would = "would be " if dry_run else ""
    say(f"{counted(report.dropped, 'backup')} {would}dropped, {size(report.freed_bytes)} freed.")


@click.command("forget", cls=Command, examples=("privatus backup forget 3f9a12 --repo disk",))
@click.argument("backup_ids", metavar="ID…", nargs=-1, required=True)
@repo_option
@pass_settings
def forget(settings: Settings, backup_ids: tuple[str, ...], repo: str | None) -> None:
    """Drop backups by their ids, whatever the rules say; `prune` then frees the room."""
    with open_vault(settings) as vault:
        destination = known_destination(vault, repo)
        found = [full_id(vault, destination.id, one) for one in backup_ids]
        vault.backups.drop(destination.id, found)
    if settings.as_json:
        print_json({"dropped": found})
        return
    say(f"{counted(len(found), 'backup')} dropped. `privatus backup prune` frees the room.")


@click.command("pin", cls=Command, examples=("privatus backup pin 3f9a12 --repo disk",))
@click.argument("backup_id", metavar="ID")
@repo_option
@pass_settings
def pin(settings: Settings, backup_id: str, repo: str | None) -> None:
    """Let a backup stay, whatever the rules say."""
    _pin(settings, backup_id, repo, is_pinned=True)


@click.command("unpin", cls=Command, examples=("privatus backup unpin 3f9a12 --repo disk",))
@click.argument("backup_id", metavar="ID")
@repo_option
@pass_settings
def unpin(settings: Settings, backup_id: str, repo: str | None) -> None:
    """Let the rules say again whether a backup stays."""
    _pin(settings, backup_id, repo, is_pinned=False)


def _pin(settings: Settings, backup_id: str, repo: str | None, *, is_pinned: bool) -> None:
    with open_vault(settings) as vault:
        destination = known_destination(vault, repo)
        found = full_id(vault, destination.id, backup_id)
        vault.backups.pin(destination.id, found, is_pinned)
    if settings.as_json:
        print_json({"id": found, "is_pinned": is_pinned})
        return
    say(f"Backup {found[:8]} is {'' if is_pinned else 'no longer '}pinned.")


def print_decisions(decisions: tuple[KeepDecision, ...], backups: list[Backup]) -> None:
    """Print of each backup whether it stays, and why."""
    if not decisions:
        tell("There are no backups yet.")
        return
    made_at_ms = {one.id: one.made_at_ms for one in backups}
    rows = [("ID", "MADE", "", "WHY")]
    rows += [
        (
            one.backup_id[:8],
            when(made_at_ms[one.backup_id]),
            "stays" if one.stays else "goes",
            "; ".join(one.reasons),
        )
        for one in decisions
    ]
    print_table(rows)


def _rules(wanted: dict[str, int]) -> KeepRules:
    from privatus.core.backup import KeepRules

    return KeepRules(**wanted)


def _decision(one: KeepDecision) -> dict[str, object]:
    return {"id": one.backup_id, "stays": one.stays, "reasons": list(one.reasons)}


def _advise(report: VerifyReport, name: str) -> None:
    if any(problem.backups for problem in report.problems):
        tell(
            f"`privatus backup create --full --repo {name}` writes all of it anew; then"
            f" `privatus backup verify --depth data --repo {name}` says what is lost for good,"
            " and `privatus backup forget` drops that."
        )
    elif report.problems:
        tell(
            f"No backup is harmed. `privatus backup repair --repo {name}` makes a damaged index"
            f" anew, `privatus backup prune --repo {name}` clears what no backup needs."
        )


def _print_report(report: VerifyReport) -> None:
    read = f", {size(report.read_bytes)} read back" if report.read_bytes else ""
    looked = f"{counted(report.backups, 'backup')}, {counted(report.packs, 'pack')}{read}"
    if report.part is not None:
        looked += f" (part {report.part[0]} of {report.part[1]})"
    if not report.problems:
        say(f"All is whole: {looked}.")
        return
    say(f"{counted(len(report.problems), 'problem')}: {looked}.")
    for problem in report.problems:
        say(f"  {problem.name}: {problem.what}")
        if problem.backups:
            say(f"    harms {', '.join(one[:8] for one in problem.backups)}")


COMMANDS = (verify, repair, keep, prune, forget, pin, unpin)
