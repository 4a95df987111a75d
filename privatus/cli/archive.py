"""What is done with the archive: import, search, list, show."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from privatus.cli.opening import make_vault, open_vault, show_recovery_code, vault_exists
from privatus.cli.output import counted, print_json, say, tell
from privatus.cli.progress import long_work
from privatus.cli.query import QueryCommand, query_of
from privatus.cli.settings import Command, NamedPath, Settings, pass_settings
from privatus.core.errors import UnreadableInputError, UsageError
from privatus.core.marks import Shelf

if TYPE_CHECKING:
    from privatus.core.conversation import Conversation
    from privatus.core.import_report import FileReport, ImportReport, Trouble
    from privatus.services.search import Order

_FAILED = 1
_UNREADABLE = UnreadableInputError.exit_code
_LISTED = 50
_MAX_HITS = 10_000
# More than any vault holds, and as far as SQLite counts.
_ALL = 2**62


@click.command(
    "import",
    cls=Command,
    examples=("privatus import ~/Downloads/export.zip", "privatus import chats/*.zip --verbose"),
)
@click.argument(
    # One that may not be read is named in the report; the others come in.
    "paths", metavar="PATH…", nargs=-1, required=True,
    type=NamedPath(path_type=Path, readable=False),
)  # fmt: skip
@click.option("--verbose", "-v", is_flag=True, help="List everything that did not come in.")
@click.option("--with-deleted", is_flag=True, help="Bring again what you deleted for good.")
@pass_settings
def import_(settings: Settings, paths: tuple[Path, ...], verbose: bool, with_deleted: bool) -> int:
    """Import exports of AI chats: ZIPs, folders or files.

    Finds out whose they are by what is in them. What was imported before is not imported twice,
    and what is no longer in an export stays. Makes the vault if there is none.
    """
    code = None
    if vault_exists(settings):
        vault = open_vault(settings)
    else:
        _require_one_export(paths)
        tell(f"There is no vault in {settings.folder} yet. This import makes one.")
        new = make_vault(settings)
        vault, code = new.vault, new.recovery_code
        if not settings.as_json:
            show_recovery_code(code)
    done: list[FileReport | Trouble] = []
    started_s = time.monotonic()
    try:
        with vault, long_work() as job:
            report = vault.imports.run(
                *paths, job=job, on_done=done.append, with_deleted=with_deleted
            )
    except BaseException:
        if done:
            # The error that ends the import is of a later file.
            from privatus.cli.import_report import report_of

            report = report_of(done, time.monotonic() - started_s)
            _print_report(settings, report, code, verbose=verbose)
        elif code is not None and settings.as_json:
            # The document that should have held it will not be printed.
            show_recovery_code(code)
        raise
    return _print_report(settings, report, code, verbose=verbose)


def _require_one_export(paths: tuple[Path, ...]) -> None:
    """Raise UnreadableInputError if a new vault would stay empty."""
    from privatus.services.imports import provider_of, readable

    reasons: list[str] = []
    ending = f"; {readable()}"
    for path in paths:
        try:
            provider_of(path)
        except UnreadableInputError as error:
            reasons.append(str(error))
        else:
            return
    # Whose exports are read is said once, after the last.
    known = ending if any(reason.endswith(ending) for reason in reasons) else ""
    said = "; ".join(reason.removesuffix(ending) for reason in reasons)
    raise UnreadableInputError(f"no vault was made: {said}{known}")


def _print_report(
    settings: Settings, report: ImportReport, code: str | None, *, verbose: bool
) -> int:
    from privatus.cli.import_report import report_lines, report_record

    if settings.as_json:
        print_json(report_record(report, code))
    else:
        for line in report_lines(report, verbose=verbose):
            say(line)
    if any(file.is_cancelled for file in report.files):
        tell("Stopped. What was read is in the vault; import again, and the rest comes in.")
        return _FAILED
    return _UNREADABLE if report.failed else 0


@click.command(
    "search",
    cls=QueryCommand,
    examples=(
        "privatus search 'sourdough -rye'",
        "privatus search '\"key rotation\" source:claude since:2025-01'",
        "privatus search 'in:title invoice* OR bill*' --order newest",
    ),
)
@click.argument("words", metavar="QUERY", nargs=-1, required=True)
@click.option(
    "--limit", type=click.IntRange(1, _MAX_HITS), default=20, show_default=True, metavar="N",
    help="Show so many matches.",
)  # fmt: skip
@click.option(
    "--order",
    type=click.Choice(["relevance", "newest", "oldest"]),
    default="relevance",
    show_default=True,
    help="What stands first.",
)
@click.option("--all", "rank_all", is_flag=True, help="Rank all matches, not the newest 300.")
@pass_settings
def search(
    settings: Settings, words: tuple[str, ...], limit: int, order: Order, rank_all: bool
) -> None:
    """Find messages.

    Words in any order; "in quotes" a phrase; -word is left out; OR; word* begins so; filters:
    source: role: model: tag: since: until: has: in:title is:starred. Quote the whole query as '…'.
    """
    query = query_of(words) or ""
    with open_vault(settings, read_only=True) as vault:
        result = vault.search.find(
            query,
            limit=limit,
            order=order,
            rank_all=rank_all,
        )
    from privatus.cli import listing, records
    from privatus.services.rendering import one_line

    remarks = [f"note: {one_line(note)}" for note in result.notes]
    remarks += [f"did you mean: {one_line(better)}" for better in result.suggestions]
    if settings.as_json:
        print_json(records.search_record(result))
        for remark in remarks:
            tell(remark)
        return
    for hit in result:
        for line in listing.hit_lines(hit):
            say(line)
        say()
    for remark in remarks:
        say(remark)
    say(listing.result_line(result, is_best_wanted=order == "relevance"))


@click.command(
    "list",
    cls=Command,
    examples=("privatus list --source claude --tag work", "privatus list --limit 20 --offset 20"),
)
@click.option("--source", metavar="NAME", help="Only those of one provider: chatgpt, claude, …")
@click.option(
    "--tag",
    metavar="NAME",
    help="Only those with this tag, one that lies in it, or such a message.",
)
@click.option(
    "--folder", metavar="NAME", help="Only those in this folder, or in one that lies in it."
)
@click.option("--archived", "shelf", flag_value=Shelf.ARCHIVE.value, help="Those put away.")
@click.option("--trash", "shelf", flag_value=Shelf.TRASH.value, help="Those in the trash.")
@click.option(
    "--limit", type=click.IntRange(1), metavar="N",
    help=f"List so many.  [default: {_LISTED}; with --json, all]",
)  # fmt: skip
@click.option(
    "--offset", type=click.IntRange(0), default=0, metavar="N", help="Leave out the first N."
)
@pass_settings
def list_(
    settings: Settings,
    source: str | None,
    tag: str | None,
    folder: str | None,
    shelf: str | None,
    limit: int | None,
    offset: int,
) -> None:
    """List conversations, the last changed first: not those that are archived or in the trash."""
    if limit is None:
        limit = _ALL if settings.as_json else _LISTED
    limit, offset = min(limit, _ALL), min(offset, _ALL)
    # A shell passes on bytes that are no text, which no source has in its name.
    source = source and source.lower().encode(errors="replace").decode()
    with open_vault(settings, read_only=True) as vault:
        # One more than asked for says whether there are more.
        found = vault.conversations.list(
            source=source,
            tag=tag,
            folder=folder,
            shelf=Shelf(shelf or Shelf.CHATS),
            limit=limit + 1,
            offset=offset,
        )
    from privatus.cli import listing, records

    shown = found[:limit]
    if settings.as_json:
        print_json({"conversations": [records.summary_record(summary) for summary in shown]})
        return
    if not shown:
        tell(_nothing_listed(source, tag, folder, offset, shelf))
        return
    for line in listing.summary_lines(shown):
        say(line)
    if len(found) > len(shown):
        tell(
            f"There are more: --offset {offset + len(shown)} goes on, --limit N lists more at once."
        )


def _nothing_listed(
    source: str | None, tag: str | None, folder: str | None, offset: int, shelf: str | None
) -> str:
    if tag or folder:
        said = "has this tag" if tag else "is in this folder"
        return f"No conversation {said}" + (" and is from there." if source else ".")
    if source is not None:
        from privatus.services.sources import KNOWN, meant

        if near := meant(source):
            return f"No conversation is from there. Did you mean --source {near}?"
        return f"No conversation is from there. Privatus imports from: {', '.join(KNOWN)}."
    if offset:
        return "There are not so many conversations."
    if shelf is not None:
        return "The trash is empty." if shelf == Shelf.TRASH else "Nothing is archived."
    return "The vault is empty. `privatus import PATH…` fills it."


@click.command(
    "show",
    cls=Command,
    examples=(
        "privatus show 1a2b3c4d",
        "privatus show 1a2b3c4d.7 | less",
        "privatus show 1a2b3c4d --format json --all-branches",
    ),
)
@click.argument("conversation_id", metavar="ID")
@click.option(
    "--format", "form", type=click.Choice(["markdown", "json", "text"]), default="text",
    show_default=True, help="How it is printed.",
)  # fmt: skip
@click.option("--all-branches", is_flag=True, help="Also edited questions and other answers.")
@pass_settings
def show(settings: Settings, conversation_id: str, form: str, all_branches: bool) -> None:
    """Print one conversation.

    ID is its id or the beginning of it, as `list` shows it. The id of a message, as `search`
    shows it, prints its conversation and marks the message with >>>.
    """
    settings.as_json |= form == "json"
    with open_vault(settings, read_only=True) as vault:
        conversation = vault.conversations.get(conversation_id)
        number = _number(conversation_id)
        from privatus.services import rendering

        if number is not None:
            conversation = rendering.with_message(conversation, number)
        if settings.as_json:
            from privatus.cli.records import conversation_record

            print_json(conversation_record(conversation, all_branches=all_branches))
        elif form == "markdown":
            click.echo(rendering.as_markdown(conversation, all_branches=all_branches), nl=False)
        else:
            text = rendering.as_text(conversation, all_branches=all_branches, marked=number)
            click.echo(text, nl=False)
        if not all_branches:
            _tell_of_branches(conversation)


def _number(message_id: str) -> int | None:
    """Return 7 for "1a2b3c4d.7", None for an id without a number."""
    _, dot, number = message_id.partition(".")
    if not dot:
        return None
    if not (number.isascii() and number.isdigit()):
        raise UsageError("the id of a message ends in a dot and its number, as in 1a2b3c4d.7")
    return int(number)


def _tell_of_branches(conversation: Conversation) -> None:
    hidden = len(conversation.messages) - len(conversation.active_path())
    if hidden:
        tell(
            f"{counted(hidden, 'message')} of other branches not shown; --all-branches shows them."
        )


COMMANDS = (import_, search, list_, show)
