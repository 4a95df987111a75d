"""Taking conversations out again: export."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from privatus.cli.opening import open_vault
from privatus.cli.output import counted, print_json, say, size, tell
from privatus.cli.progress import long_work
from privatus.cli.query import QueryCommand, query_of
from privatus.cli.settings import NamedPath, Settings, pass_settings
from privatus.core.errors import JobCancelled, UserError

if TYPE_CHECKING:
    from privatus.services.exports import ExportOptions, ExportResult

_FAILED = 1
# The services know these too; they are here so that help and the Tab key need not load them.
FORMATS = ("markdown", "html", "json", "jsonl", "csv", "parquet")


@click.command(
    "export",
    cls=QueryCommand,
    examples=(
        "privatus export ~/chats --format markdown",
        "privatus export ~/claude --format html source:claude",
    ),
)
@click.argument("destination", metavar="DEST", type=NamedPath(path_type=Path))
@click.argument("words", metavar="[QUERY]", nargs=-1)
@click.option(
    "--format", "form", type=click.Choice(FORMATS), required=True,
    help="To read: markdown, html. To import again: json. For programs: json, jsonl, csv, parquet.",
)  # fmt: skip
@click.option(
    "--without-metadata",
    is_flag=True,
    help="Titles and what was said alone: no times, models, ids, tags and notes.",
)
@click.option(
    "--redact",
    is_flag=True,
    help="Replace e-mail addresses, phone numbers, IBANs, cards, IP addresses and secrets.",
)
@click.option(
    "--country", metavar="CC",
    help="Redact phone numbers of this country (DE) without a prefix. Else of your system's.",
)  # fmt: skip
@pass_settings
def export(
    settings: Settings,
    destination: Path,
    words: tuple[str, ...],
    form: str,
    without_metadata: bool,
    redact: bool,
    country: str | None,
) -> int:
    """Write conversations to the folder DEST, in an open format.

    All of them, or those in which QUERY finds something. What is written is not encrypted.
    A redaction replaces what has a known form, such as [e-mail 1]; names and places stay.
    """
    query = query_of(words)
    _require_outside(destination, settings.folder)
    _require_ready(destination, form)
    try:
        with (
            open_vault(settings, read_only=True) as vault,
            long_work("writing:") as job,
        ):
            options = _options(without_metadata, redact, country)
            result = vault.exports.run(destination, form, query, options=options, job=job)
    except JobCancelled:
        missing = " The page with the list of them is missing or old." if form == "html" else ""
        tell(f"Stopped. The files that are there are whole.{missing} Export again to that folder.")
        return _FAILED
    return _print_result(settings, result, destination, query, is_redacted=redact)


def _print_result(
    settings: Settings,
    result: ExportResult,
    destination: Path,
    query: str | None,
    *,
    is_redacted: bool,
) -> int:
    from privatus.services.rendering import one_line

    for problem in result.problems:
        tell(f"warning: {problem}")
    for note in result.notes:
        tell(f"note: {one_line(note)}")
    if settings.as_json:
        numbers = {"files": result.files, "conversations": result.conversations}
        redacted = {"replaced": dict(result.replaced)} if is_redacted else {}
        print_json({**numbers, "bytes": result.bytes, **redacted})
        return 0
    if query is not None and not result.conversations:
        say("No conversation matches, so nothing was written.")
        return 0
    say(
        f"{counted(result.conversations, 'conversation')} in {counted(result.files, 'file')},"
        f" {size(result.bytes)}, in {destination}"
    )
    tell("They are not encrypted there: whoever can read the folder can read them.")
    return 0


def _options(without_metadata: bool, redact: bool, country: str | None) -> ExportOptions:
    from privatus.services.exports import ExportOptions, country_of_system

    region = (country or country_of_system()) if redact else None
    return ExportOptions(with_metadata=not without_metadata, redact=redact, region=region)


def _require_ready(destination: Path, form: str) -> None:
    """Raise what would end the export, before a password is asked for."""
    from privatus.services.exports import check_destination

    require_parquet(form)
    check_destination(destination, form)


def require_parquet(form: str) -> None:
    """Raise UserError, and say what to do, if *form* is Parquet and that cannot be written."""
    from importlib.util import find_spec

    if form == "parquet" and find_spec("pyarrow") is None:
        if getattr(sys, "frozen", False):
            raise UserError("the packaged program does not write Parquet; choose csv or jsonl")
        install = shlex.join((sys.executable, "-m", "pip", "install", "pyarrow"))
        raise UserError(f"Parquet needs pyarrow, which is not installed; `{install}` does that")


def _require_outside(destination: Path, folder: Path) -> None:
    if destination.resolve().is_relative_to(folder.resolve()):
        raise UserError(
            "the export is not encrypted and must not lie in the vault; name another folder"
        )
