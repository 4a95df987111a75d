"""What failed, and how long work took: log errors, log metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from privatus.cli.opening import open_vault
from privatus.cli.output import print_json, say, size, table, tell
from privatus.cli.settings import Command, Group, Settings, pass_settings

if TYPE_CHECKING:
    from privatus.core.journal import Measured, NotedError

_SINCE = click.option(
    "--since", metavar="DAY", help="Only what was noted then or later: 2024, 2024-03, 7d."
)


@click.group("log", cls=Group)
def log() -> None:
    """Read what failed in the vault, and how long its work took.

    Both are noted in the vault, sealed, and kept until `privatus retention` says otherwise. What
    was done with the vault is in `privatus audit`.
    """


@log.command("errors", cls=Command, examples=("privatus log errors --since 7d",))
@_SINCE
@pass_settings
def errors(settings: Settings, since: str | None) -> None:
    """List what failed of imports, backups, checks of them, archives, purges; the newest first.

    Each is the sentence that was told. The same one again within an hour counts on.
    """
    since_ms = _since_ms(since)
    with open_vault(settings, read_only=True) as vault:
        found = vault.journal.errors(since_ms)
    if settings.as_json:
        print_json({"errors": [_error_record(each) for each in found]})
        return
    from privatus.cli.listing import audit_lines
    from privatus.services.rendering import minute, one_line

    if not found:
        tell("Nothing failed.")
        return
    rows = [
        (f"{e.count:,}x", minute(e.last_at_ms), e.where, one_line(f"{e.said} ({e.code})"))
        for e in found
    ]
    for line in audit_lines(rows):
        say(line)


@log.command("metrics", cls=Command, examples=("privatus log metrics --since 2025 --json",))
@_SINCE
@pass_settings
def metrics(settings: Settings, since: str | None) -> None:
    """List how long each work took that came to its end, and how much it did; the newest first."""
    since_ms = _since_ms(since)
    with open_vault(settings, read_only=True) as vault:
        found = vault.journal.metrics(since_ms)
    if settings.as_json:
        print_json({"metrics": [_metric_record(each) for each in found]})
        return
    from privatus.services.rendering import minute

    if not found:
        tell("Nothing was measured yet.")
        return
    rows = [("AT", "WORK", "SECONDS", "ITEMS", "BYTES")]
    rows += [
        (
            minute(each.at_ms),
            each.what,
            f"{each.duration_ms / 1000:,.1f}",
            f"{each.items:,}",
            size(each.data_bytes) if each.data_bytes else "",
        )
        for each in found
    ]
    for line in table(rows, right=(2, 3, 4)):
        say(line)


def _since_ms(since: str | None) -> int:
    if not since:
        return 0
    from privatus.services.archiving import spans

    return spans.since_ms(since)


def _error_record(each: NotedError) -> dict[str, str | int | None]:
    from privatus.services.rendering import iso

    return {
        "at": iso(each.at_ms),
        "last_at": iso(each.last_at_ms),
        "where": each.where,
        "error": each.said,
        "code": each.code,
        "count": each.count,
    }


def _metric_record(each: Measured) -> dict[str, str | int | None]:
    from privatus.services.rendering import iso

    return {
        "at": iso(each.at_ms),
        "what": each.what,
        "duration_ms": each.duration_ms,
        "items": each.items,
        "bytes": each.data_bytes,
    }
