"""Retention: how long what kind of data is kept, what goes next, and what went."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from privatus.cli.backup_repo import place_of
from privatus.cli.opening import open_vault
from privatus.cli.output import counted, print_json, print_table, say, table, tell, told
from privatus.cli.progress import long_work
from privatus.cli.settings import Command, Group, Settings, pass_settings
from privatus.core.archives import FORMATS
from privatus.core.errors import JobCancelled
from privatus.core.retention import USUAL_GRACE_DAYS, Action, Kind, Policy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from privatus.core.retention import KindReport, Planned, Report, Waiting

_FAILED = 1
_KINDS = [kind.value for kind in Kind]
_LOGS = {Kind.AUDIT: "the log", Kind.ERRORS: "the errors", Kind.METRICS: "the measurements"}
# In this order; the names of what a dry run says of each.
_DEEDS = {
    "archived": "would be archived",
    "destroyed": "would be destroyed",
    "marked": "would be marked",
    "released": "would be let go",
}
# More of them --json has.
_NAMED = 10
_ACTIONS = [action.value for action in Action]


@click.group("retention", cls=Group)
def retention() -> None:
    """Say after how many days what is archived or destroyed; without that, all is kept."""


@retention.command("list", cls=Command)
@pass_settings
def list_(settings: Settings) -> None:
    """List what was decided, and what is marked to go."""
    from privatus.services.rendering import minute, one_line

    with open_vault(settings, read_only=True) as vault:
        policies, waiting = vault.retention.policies(), vault.retention.waiting()
    if settings.as_json:
        print_json(
            {
                "policies": [_policy_record(policy) for policy in policies],
                "waiting": [_waiting_record(each) for each in waiting],
            }
        )
        return
    for policy in policies:
        say(_sentence(policy))
    if not waiting:
        tell("Nothing is marked to go.")
        return
    rows = [("ID", "KIND", "GOES", "TITLE")]
    rows += [
        (
            each.id.hex[:8] if each.id else "",
            each.kind.value,
            "kept" if each.is_kept else minute(each.goes_at_ms)[:10],
            one_line(each.title) or _LOGS.get(each.kind, "Untitled"),
        )
        for each in waiting
    ]
    print_table(rows)


@retention.command(
    "set",
    cls=Command,
    examples=(
        "privatus retention set chats archive --days 730",
        "privatus retention set audit destroy --days 1095 --grace 14",
        "privatus retention set errors destroy --days 90 --grace 0",
        "privatus retention set chats keep",
    ),
)
@click.argument("kind", type=click.Choice(_KINDS))
@click.argument("action", type=click.Choice(_ACTIONS))
@click.option("--days", type=int, default=365, show_default=True, metavar="DAYS",
              help="How old: for chats since they were last changed.")  # fmt: skip
@click.option("--grace", type=int, default=USUAL_GRACE_DAYS, show_default=True, metavar="DAYS",
              help="How long what is marked waits before it goes.")  # fmt: skip
@click.option("--with-marked", is_flag=True, help="Also chats that are pinned or starred.")
@click.option("--to", "where", default="", metavar="DEST", help="Where archives go.")
@click.option("--format", "form", type=click.Choice(FORMATS), default=FORMATS[0],
              show_default=True, help="The format in archives.")  # fmt: skip
@pass_settings
def set_(
    settings: Settings,
    kind: str,
    action: str,
    days: int,
    grace: int,
    with_marked: bool,
    where: str,
    form: str,
) -> None:
    """Say what happens to a kind of data: keep, archive (chats only) or destroy it.

    Nothing goes at once: a run marks what is old enough, and it goes with a later run, when its
    grace is over; errors and metrics may have a grace of 0 days and go with the first run.
    What was marked by the former policy is let go.
    """
    with open_vault(settings) as vault:
        policy = Policy(
            kind=Kind(kind),
            action=Action(action),
            days=days,
            grace_days=grace,
            with_marked=with_marked,
            where=place_of(vault, where),
            format=form,
        )
        vault.retention.set(policy)
    if settings.as_json:
        print_json(_policy_record(policy))
    else:
        say(_sentence(policy))
        tell("`privatus retention run --dry-run` says what it would do.")


@retention.command(
    "keep", cls=Command, examples=("privatus retention keep chats 1a2b3c4d 5e6f7a8b",)
)
@click.argument("kind", type=click.Choice(_KINDS))
@click.argument("ids", metavar="ID…", nargs=-1, required=True)
@click.option("--undo", is_flag=True, help="Let it be marked anew.")
@pass_settings
def keep(settings: Settings, kind: str, ids: tuple[str, ...], undo: bool) -> None:
    """Let what is marked stay for good. For what is no chat, ID is `log`."""
    with open_vault(settings) as vault:
        count = vault.retention.keep(Kind(kind), ids, is_kept=not undo)
    if settings.as_json:
        print_json({"changed": count})
    else:
        say(f"{count:,} of what is marked {'goes after its grace' if undo else 'stays'}.")


@retention.command(
    "run", cls=Command, examples=("privatus retention run --dry-run", "privatus retention run")
)
@click.option("--dry-run", is_flag=True, help="Say what would go, by name, and do nothing.")
@pass_settings
def run(settings: Settings, dry_run: bool) -> int:
    """Mark what is old enough, and let go of what was marked and had its grace.

    The window does this once a day; here it is for a schedule of your own.
    """
    try:
        with open_vault(settings, read_only=dry_run) as vault, long_work() as job:
            planned = vault.retention.plan() if dry_run else None
            report = vault.retention.run(dry_run=dry_run, job=job)
    except JobCancelled:
        tell("Stopped. What was not done yet is done by the next run.")
        return _FAILED
    if settings.as_json:
        record = _report_record(report)
        if planned is not None:
            record["planned"] = told(planned)
        print_json(record)
    elif not report.kinds:
        say("Everything is kept: there is no policy.")
    else:
        for each in report.kinds:
            say(_told(each, is_dry=dry_run))
            _name([one for one in planned or () if one.kind is each.kind])
    return 0 if report.is_ok else _FAILED


@retention.command("report", cls=Command)
@click.option("--limit", type=click.IntRange(1), default=30, show_default=True, metavar="N",
              help="So many runs.")  # fmt: skip
@pass_settings
def report(settings: Settings, limit: int) -> None:
    """List what the last runs did."""
    from privatus.services.rendering import minute

    with open_vault(settings, read_only=True) as vault:
        found = vault.retention.reports(limit)
    if settings.as_json:
        print_json({"runs": [_report_record(each) for each in found]})
        return
    if not found:
        tell("There was no run yet.")
    for each in found:
        for kind in each.kinds:
            say(f"{minute(each.ran_at_ms)}  {_told(kind, is_dry=False)}")


def _name(planned: Sequence[Planned]) -> None:
    """Print what would happen to what: the first of each, the oldest ones."""
    for deed, said in _DEEDS.items():
        found = [one for one in planned if one.deed.value == deed]
        if not found:
            continue
        say(f"  {said}:")
        for line in table(_named(one) for one in found[:_NAMED]):
            say(f"    {line}")
        if len(found) > _NAMED:
            say(f"    and {len(found) - _NAMED:,} more")


def _named(one: Planned) -> tuple[str, str, str]:
    from privatus.services.rendering import minute, one_line

    title = _LOGS.get(one.kind) or one_line(one.title) or ("Untitled" if one.id else "gone already")
    count = "" if one.messages is None else f" ({counted(one.messages, 'message')})"
    since = "" if one.since_ms is None else minute(one.since_ms)[:10]
    return one.id.hex[:8] if one.id else "", since, title + count


def _sentence(policy: Policy) -> str:
    name = policy.kind.value.capitalize()
    if policy.action is Action.KEEP:
        return f"{name}: kept for ever."
    done = {Action.ARCHIVE: "archived", Action.DESTROY: "destroyed"}[policy.action]
    which = ", also if pinned or starred" if policy.with_marked else ""
    where = f", to {policy.where}" if policy.where else ""
    days, grace = counted(policy.days, "day"), counted(policy.grace_days, "day")
    waits = f", and {grace} of grace" if policy.grace_days else ", at once"
    return f"{name}: {done} after {days}{which}{where}{waits}."


def _told(each: KindReport, *, is_dry: bool) -> str:
    would = "would be " if is_dry else ""
    parts = [
        (_number(each, each.archived), f"{would}archived"),
        (f"{each.destroyed:,}" if each.destroyed else "", f"{would}destroyed"),
        (_number(each, each.marked), f"{would}marked"),
        (_number(each, each.released), f"{would}let go"),
        (_number(each, each.waiting), "waiting"),
        (_number(each, each.kept), "kept by you"),
    ]
    said = ", ".join(f"{number} {done}" for number, done in parts if number) or "nothing to do"
    return f"{each.kind.value}: {said}" + (f"; {each.problem}" if each.problem else "")


def _number(each: KindReport, count: int) -> str:
    """Return a count in words; messages are marked by the chat, and destroyed one by one."""
    if not count:
        return ""
    return f"those of {counted(count, 'chat')}" if each.kind is Kind.MESSAGES else f"{count:,}"


def _policy_record(policy: Policy) -> dict[str, Any]:
    return {
        "kind": policy.kind.value,
        "action": policy.action.value,
        "days": policy.days,
        "grace_days": policy.grace_days,
        "with_marked": policy.with_marked,
        "where": policy.where or None,
        "format": policy.format,
    }


def _waiting_record(each: Waiting) -> dict[str, Any]:
    return {
        "kind": each.kind.value,
        "id": str(each.id) if each.id else None,
        "title": each.title,
        "goes_at": _iso()(each.goes_at_ms),
        "is_kept": each.is_kept,
    }


def _report_record(report: Report) -> dict[str, Any]:
    return {
        "ran_at": _iso()(report.ran_at_ms),
        "is_dry": report.is_dry,
        "ok": report.is_ok,
        "kinds": [
            {
                "kind": each.kind.value,
                "action": each.action.value,
                "marked": each.marked,
                "released": each.released,
                "waiting": each.waiting,
                "kept": each.kept,
                "archived": each.archived,
                "destroyed": each.destroyed,
                "problem": each.problem or None,
            }
            for each in report.kinds
        ],
    }


def _iso() -> Callable[[int], str | int | None]:
    # Loaded late: who only asks for help need not wait for it.
    from privatus.services.rendering import iso

    return iso
