"""Archives: conversations in sealed files of their own, and back."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from privatus.cli.backup_repo import place_of
from privatus.cli.export import require_parquet
from privatus.cli.opening import open_vault
from privatus.cli.output import counted, print_json, print_table, say, size, tell
from privatus.cli.progress import long_work
from privatus.cli.query import QueryCommand, query_of
from privatus.cli.settings import Command, Group, Settings, pass_settings
from privatus.core.archives import FORMATS
from privatus.core.errors import JobCancelled, UnreachableError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from privatus.core.archives import ArchivedChat, ArchivePreview

_FAILED, _DAMAGED = 1, 6


@click.group("archives", cls=Group)
def archives() -> None:
    """Move conversations out of the database into sealed files, and bring them back.

    Not the same as `mark --archived`, which only takes a chat out of the list.
    """


@archives.command(
    "create",
    cls=QueryCommand,
    examples=(
        "privatus archives create --older-than 730 --dry-run",
        "privatus archives create source:chatgpt -tag:keep --format parquet",
        "privatus archives create --older-than 365 --to /media/disk/archives",
    ),
)
@click.argument("words", metavar="[QUERY]", nargs=-1)
@click.option(
    "--older-than", type=int, metavar="DAYS", help="Those last changed so many days ago, or before."
)
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default=FORMATS[0], show_default=True,
    help="What the messages are in the file as, beside all that brings them back.",
)  # fmt: skip
@click.option(
    "--to",
    "where",
    default="",
    metavar="DEST",
    help="A folder outside the vault, or a backup destination by its name.",
)
@click.option("--with-marked", is_flag=True, help="Also what is pinned or starred.")
@click.option("--dry-run", is_flag=True, help="Say what would be archived, and do nothing.")
@pass_settings
def create(
    settings: Settings,
    words: tuple[str, ...],
    older_than: int | None,
    form: str,
    where: str,
    with_marked: bool,
    dry_run: bool,
) -> None:
    """Archive what a search finds, or what is older than so many days, or both.

    Each conversation goes into a file of its own, which is read back and compared before it
    leaves the database. It is listed here, found by title and date, and comes back whole.
    """
    from privatus.core.archives import ArchiveWish
    from privatus.services.archiving.spans import before_ms

    wish = ArchiveWish(
        query=query_of(words),
        changed_before_ms=None if older_than is None else before_ms(older_than),
        with_marked=with_marked,
    )
    if wish.query is None and older_than is None:
        raise UsageError("say which conversations: a query, or --older-than DAYS")
    require_parquet(form)
    with open_vault(settings, read_only=dry_run) as vault:
        preview = vault.archives.preview(wish)
        if dry_run:
            _print_preview(settings, preview)
            return
        with long_work() as job:
            done = vault.archives.create(wish, format=form, where=place_of(vault, where), job=job)
    if settings.as_json:
        print_json({**asdict(done), "ids": [str(each) for each in done.ids]})
        return
    say(f"{counted(done.conversations, 'conversation')} archived, {size(done.size_bytes)}.")
    _tell_kept(preview)
    if done.conversations < preview.conversations:
        tell("Stopped. What was not archived is where it was.")


@archives.command("list", cls=Command)
@pass_settings
def list_(settings: Settings) -> None:
    """List what is archived, the last changed first."""
    with open_vault(settings, read_only=True) as vault:
        _print_list(settings, vault.archives.list())


@archives.command(
    "find",
    cls=Command,
    examples=("privatus archives find tax", "privatus archives find --since 2023 --until 2024-06"),
)
@click.argument("words", metavar="[WORDS]", nargs=-1)
@click.option("--since", metavar="DAY", help="Changed then or later: 2024, 2024-03, 1y.")
@click.option("--until", metavar="DAY", help="Made then or before.")
@pass_settings
def find(settings: Settings, words: tuple[str, ...], since: str | None, until: str | None) -> None:
    """Find what is archived by words of its title, and by when it was."""
    from privatus.services.archiving import spans

    since_ms = spans.since_ms(since) if since else None
    until_ms = spans.until_ms(until) if until else None
    with open_vault(settings, read_only=True) as vault:
        found = vault.archives.find(" ".join(words), since_ms=since_ms, until_ms=until_ms)
    _print_list(settings, found)


@archives.command(
    "bring-back", cls=Command, examples=("privatus archives bring-back 1a2b3c4d 5e6f7a8b",)
)
@click.argument("ids", metavar="ID…", nargs=-1, required=True)
@pass_settings
def bring_back(settings: Settings, ids: tuple[str, ...]) -> None:
    """Bring conversations back, with all that they had. What was merged comes back together."""
    with open_vault(settings) as vault, long_work() as job:
        done = vault.archives.bring_back(ids, job=job)
    if settings.as_json:
        print_json(asdict(done))
        return
    say(f"{counted(done.conversations, 'conversation')} brought back.")
    for count, noun in (
        (done.tags_left_out, "tag"),
        (done.folders_left_out, "folder"),
        (done.contacts_left_out, "contact"),
    ):
        if count:
            tell(f"They were in, or had, {counted(count, noun)} that you deleted meanwhile.")


@archives.command("verify", cls=Command)
@click.argument("ids", metavar="[ID…]", nargs=-1)
@pass_settings
def verify(settings: Settings, ids: tuple[str, ...]) -> int:
    """Read archive files to their ends, also those on destinations: all, or those of ID."""
    try:
        with open_vault(settings, read_only=True) as vault, long_work() as job:
            count, problems = vault.archives.verify(ids or None, job=job)
    except JobCancelled:
        tell("Stopped.")
        return _FAILED
    if settings.as_json:
        print_json(
            {
                "files": count,
                "ok": not problems,
                "problems": [{**asdict(each), "id": str(each.id)} for each in problems],
            }
        )
    else:
        _say_problems(count, problems)
    if not all(each.is_away for each in problems):
        return _DAMAGED
    return UnreachableError.exit_code if problems else 0


def _say_problems(count: int, problems: Sequence[Any]) -> None:
    from privatus.cli.listing import short_id
    from privatus.services.rendering import one_line

    n_read = count - sum(each.is_away for each in problems)
    say(
        f"{counted(n_read, 'archive file')} read, {len(problems) or 'none'} damaged or out of"
        " reach."
    )
    for each in problems:
        say(f"  {short_id(each.id)}  {one_line(each.title) or 'Untitled'}: {each.reason}")


def _print_preview(settings: Settings, preview: ArchivePreview) -> None:
    if settings.as_json:
        print_json(asdict(preview))
        return
    of = counted(preview.messages, "message")
    say(f"{counted(preview.conversations, 'conversation')} with {of} would be archived.")
    if preview.together:
        tell(f"{preview.together:,} of them because they are merged with what you asked for.")
    _tell_kept(preview)


def _tell_kept(preview: ArchivePreview) -> None:
    if preview.kept_marked:
        what = counted(preview.kept_marked, "conversation")
        tell(f"{what} pinned or starred, and so kept; --with-marked archives them, too.")


def _print_list(settings: Settings, found: Sequence[ArchivedChat]) -> None:
    from privatus.cli.listing import short_id
    from privatus.services.rendering import iso, minute, one_line

    if settings.as_json:
        print_json({"archived": [_record(each, iso) for each in found]})
        return
    if not found:
        tell("Nothing is archived here.")
        return
    rows = [("ID", "CHANGED", "ARCHIVED", "MESSAGES", "SIZE", "WHERE", "TITLE")]
    rows += [
        (
            short_id(each.id),
            minute(each.changed_at_ms)[:10],
            minute(each.archived_at_ms)[:10],
            f"{each.messages:,}",
            size(each.size_bytes),
            one_line(each.where) or "vault",
            one_line(each.title) or "Untitled",
        )
        for each in found
    ]
    print_table(rows, (3, 4))


def _record(chat: ArchivedChat, iso: Any) -> dict[str, Any]:
    return {
        "id": str(chat.id),
        "title": chat.title,
        "source": chat.source,
        "kind": chat.kind,
        "created_at": iso(chat.created_at_ms),
        "changed_at": iso(chat.changed_at_ms),
        "archived_at": iso(chat.archived_at_ms),
        "messages": chat.messages,
        "format": chat.format,
        "bytes": chat.size_bytes,
        "where": chat.where or None,
    }
