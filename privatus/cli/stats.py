"""What the archive adds up to: `privatus stats`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from privatus.cli.opening import open_vault
from privatus.cli.output import print_json, say, tell
from privatus.cli.progress import long_work
from privatus.cli.settings import Command, Settings, pass_settings
from privatus.core.errors import UsageError

if TYPE_CHECKING:
    from privatus.bootstrap import Vault
    from privatus.cli.stats_tables import Table

_KINDS = (
    "day", "hour", "month", "source", "model", "role", "language", "code", "chat", "topic",
    "attachment", "cost",
)  # fmt: skip


@click.command(
    "stats",
    cls=Command,
    examples=(
        "privatus stats",
        "privatus stats --by month --query 'source:claude tag:work'",
        "privatus stats --by day --csv > days.csv",
        "privatus stats --by cost",
    ),
)
@click.option("--query", metavar="QUERY", default="", help="Count what this search finds only.")
@click.option(
    "--by", type=click.Choice(_KINDS), help="Count messages by this, in a table of its own."
)
@click.option("--csv", "as_csv", is_flag=True, help="Print the table as CSV.")
@click.option("--recount", is_flag=True, help="Forget all counts first, and count anew.")
@pass_settings
def stats(settings: Settings, query: str, by: str | None, as_csv: bool, recount: bool) -> None:
    """Count conversations and messages by source, role, model and time; show sizes.

    Days and months are those of UTC, the hours of the week those of this machine's clock. Tokens
    and what they would cost are estimates.
    """
    if as_csv and by is None:
        raise UsageError("--csv prints one table, so say which: --by day, --by model, …")
    with open_vault(settings, read_only=not recount) as vault:
        if recount:
            with long_work() as job:
                vault.analytics.begin_anew(job)
        if by is None and not query.strip():
            _show_all(settings, vault)
            return
        from privatus.cli.stats_tables import table_by

        with long_work() as job:
            table = table_by(vault, by or "source", query, job)
    _show(settings, table, query, as_csv=as_csv)


def _show_all(settings: Settings, vault: Vault) -> None:
    statistics = vault.statistics.get()
    from privatus.cli import listing, records

    if settings.as_json:
        print_json(records.statistics_record(statistics))
        return
    for line in listing.statistics_lines(statistics):
        say(line)


def _show(settings: Settings, table: Table, query: str, *, as_csv: bool) -> None:
    if settings.as_json:
        print_json({"query": query, "by": table.by, "rows": table.records()})
    elif as_csv:
        click.echo(table.csv(), nl=False)
    else:
        for line in table.lines():
            say(line)
        if not table.rows:
            tell("There is nothing to count.")
    if table.remark and not settings.as_json:
        tell(table.remark)
