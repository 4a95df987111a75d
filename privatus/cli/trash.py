"""The trash: putting conversations there, taking them out, and letting them go for good."""

from __future__ import annotations

import sys

import click

from privatus.cli.opening import open_vault
from privatus.cli.output import counted, print_json, print_table, say, tell
from privatus.cli.progress import long_work
from privatus.cli.settings import Command, Group, Settings, pass_settings
from privatus.core.errors import JobCancelled, UsageError

_FAILED = 1
_ids = click.argument("ids", metavar="ID…", nargs=-1, required=True)


@click.group("trash", cls=Group)
def trash() -> None:
    """Put conversations out of the way, and bring them back or let them go for good."""


@trash.command("put", cls=Command, examples=("privatus trash put 1a2b3c4d 5e6f7a8b",))
@_ids
@pass_settings
def put(settings: Settings, ids: tuple[str, ...]) -> None:
    """Put conversations into the trash: no list, search or export has them then.

    ID is an id or the beginning of it, as `list` shows it.
    """
    with open_vault(settings) as vault:
        count = vault.trash.put(ids).count
        days = vault.trash.days()
    if settings.as_json:
        print_json({"conversations": count})
        return
    after = f", and goes for good after {counted(days, 'day')}" if days else ""
    say(f"{counted(count, 'conversation')} put into the trash{after}.")


@trash.command("restore", cls=Command, examples=("privatus trash restore 1a2b3c4d",))
@_ids
@pass_settings
def restore(settings: Settings, ids: tuple[str, ...]) -> None:
    """Take conversations out of the trash, to where they were."""
    with open_vault(settings) as vault:
        count = vault.trash.restore(ids).count
    if settings.as_json:
        print_json({"conversations": count})
    else:
        say(f"{counted(count, 'conversation')} taken out of the trash.")


@trash.command("list", cls=Command)
@pass_settings
def list_(settings: Settings) -> None:
    """List what is in the trash, and when it goes for good."""
    with open_vault(settings, read_only=True) as vault:
        found, days = vault.trash.list(), vault.trash.days()
    from privatus.cli.listing import short_id
    from privatus.cli.records import trashed_record
    from privatus.services.rendering import minute, one_line

    if settings.as_json:
        print_json({"days": days, "conversations": [trashed_record(each) for each in found]})
        return
    if not found:
        tell("The trash is empty.")
        return
    rows = [("ID", "DELETED", "GOES", "MESSAGES", "TITLE")]
    rows += [
        (
            short_id(each.summary.id),
            minute(each.summary.deleted_at_ms)[:10],
            minute(each.goes_at_ms)[:10] or "never",
            f"{each.summary.messages:,}",
            one_line(each.summary.title) or "Untitled",
        )
        for each in found
    ]
    print_table(rows, (3,))
    if not days:
        tell("Nothing goes by itself. `privatus trash days N` says after how many days it does.")


@trash.command("days", cls=Command, examples=("privatus trash days", "privatus trash days 30"))
@click.argument("days", type=click.IntRange(0), required=False)
@pass_settings
def days_(settings: Settings, days: int | None) -> None:
    """Say after how many days a conversation leaves the trash for good; 0 is never.

    It goes when the vault is open in the window, or by `trash empty`. Without a number: print it.
    """
    with open_vault(settings, read_only=days is None) as vault:
        if days is None:
            days = vault.trash.days()
        else:
            vault.trash.set_days(days)
    if settings.as_json:
        print_json({"days": days})
    elif days:
        say(f"What is in the trash goes for good after {counted(days, 'day')}.")
    else:
        say("Nothing leaves the trash by itself.")


@trash.command(
    "empty",
    cls=Command,
    examples=("privatus trash empty", "privatus trash empty --older-than 30 --yes"),
)
@click.option(
    "--older-than", type=click.IntRange(0), default=0, metavar="DAYS",
    help="Only what has been there for so many days.",
)  # fmt: skip
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_settings
def empty(settings: Settings, older_than: int, yes: bool) -> int:
    """Let what is in the trash go for good. Nothing brings it back."""
    gone = 0
    try:
        with open_vault(settings) as vault:
            count = len(vault.trash.due(older_than))
            if count and not yes and not _is_meant(count):
                tell("Nothing was changed.")
                return _FAILED
            with long_work() as job:
                gone = vault.trash.empty(older_than_days=older_than, job=job)
    except JobCancelled:
        tell("Stopped. Nothing was changed.")
        return _FAILED
    if settings.as_json:
        print_json({"conversations": gone})
    else:
        say(f"{counted(gone, 'conversation')} deleted for good.")
    return 0


def _is_meant(count: int) -> bool:
    """Ask whether so many conversations are to go.

    Raises:
        UsageError: there is nobody to be asked.
    """
    if not sys.stdin.isatty():
        raise UsageError("what leaves the trash is gone for good; say --yes if that is meant")
    question = f"Delete {counted(count, 'conversation')} for good? Nothing brings them back. [y/N] "
    answer: str = click.prompt(
        question, default="n", show_default=False, prompt_suffix="", err=True
    )
    return answer.strip().lower() in {"y", "yes"}
