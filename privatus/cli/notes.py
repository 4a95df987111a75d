"""What is done with annotations: noting, highlighting, listing and removing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from privatus.cli.opening import open_vault
from privatus.cli.output import bold, counted, cut, line_width, print_json, say, tell
from privatus.cli.query import QueryCommand, query_of
from privatus.cli.settings import Command, Group, Settings, pass_settings
from privatus.core.annotation import Fit
from privatus.core.errors import UsageError
from privatus.core.tag import COLOURS

if TYPE_CHECKING:
    from privatus.core.annotation import FoundAnnotation
    from privatus.services.annotation_changes import AnnotationChange

_NO_COLOUR = "none"
_UNTITLED = "Untitled"
# A passage may be pages long, and a list shows which one it is.
_QUOTE_COLUMNS = 100
_FORMATS = ("markdown", "csv", "json")
_BY_SUFFIX = {".md": "markdown", ".csv": "csv", ".json": "json"}
_FITS = {Fit.MOVED: "moved", Fit.CHANGED: "changed since", Fit.LOST: "no longer found"}


@click.group("note", cls=Group)
def note() -> None:
    """Note something on conversations and messages, and highlight passages of them."""


@note.command(
    "add",
    cls=Command,
    examples=(
        "privatus note add 1a2b3c4d 'Ask again in May'",
        "privatus note add 1a2b3c4d.2 'Why twice?' --quote 'Turn it twice'",
    ),
)
@click.argument("target", metavar="ID")
@click.argument("text")
@click.option("--quote", metavar="PASSAGE", help="On these words of the message, as they stand.")
@click.option("--colour", type=click.Choice(COLOURS), help="Highlight the passage in it, too.")
@pass_settings
def add(settings: Settings, target: str, text: str, quote: str | None, colour: str | None) -> None:
    """Note TEXT on a conversation or a message.

    ID is an id or the beginning of it, as `list` shows it, or that of a message, as `search` does.
    """
    with open_vault(settings) as vault:
        change = vault.annotations.add(target, text, quote=quote, colour=colour)
    _print_made(settings, change, "Note {number} is made.")


@note.command(
    "highlight",
    cls=Command,
    examples=("privatus note highlight 1a2b3c4d.2 'in the drawer' --colour green",),
)
@click.argument("target", metavar="ID")
@click.argument("passage")
@click.option(
    "--colour", type=click.Choice(COLOURS), help="Which colour it gets.  [default: yellow]"
)
@pass_settings
def highlight(settings: Settings, target: str, passage: str, colour: str | None) -> None:
    """Highlight PASSAGE in a message.

    It is given as it stands in the message, in Markdown, and must stand there once. ID is that of
    the message, as `search` shows it.
    """
    with open_vault(settings) as vault:
        change = vault.annotations.add(target, quote=passage, colour=colour)
    _print_made(settings, change, "Highlight {number} is made.")


@note.command(
    "edit",
    cls=Command,
    examples=("privatus note edit 3 'Asked again'", "privatus note edit 3 --colour none"),
)
@click.argument("number", type=click.IntRange(1))
@click.argument("text", required=False)
@click.option("--colour", type=click.Choice([*COLOURS, _NO_COLOUR]), help="Its colour, or none.")
@pass_settings
def edit(settings: Settings, number: int, text: str | None, colour: str | None) -> None:
    """Give the note or highlight with this number another text or colour.

    NUMBER is as `note list` shows it. An empty text leaves a highlight without a note.
    """
    if text is None and colour is None:
        raise UsageError("say what to change: a text, or a colour with --colour")
    wanted = "" if colour == _NO_COLOUR else colour
    with open_vault(settings) as vault:
        change = vault.annotations.edit(number, text=text, colour=wanted)
    _print_made(settings, change, "Note {number} is changed.")


@note.command(
    "list",
    cls=QueryCommand,
    examples=(
        "privatus note list",
        "privatus note list source:claude since:2025 --colour pink",
        "privatus note list --containing drawer",
    ),
)
@click.argument("words", metavar="[QUERY]", nargs=-1)
@click.option(
    "--containing", default="", metavar="WORDS", help="Only those with these words, or on them."
)
@click.option("--colour", type=click.Choice(COLOURS), help="Only those of one colour.")
@click.option("--lost", is_flag=True, help="Only those whose passage is no longer found.")
@pass_settings
def list_(
    settings: Settings, words: tuple[str, ...], containing: str, colour: str | None, lost: bool
) -> None:
    """List notes and highlights: all, or those of conversations in which QUERY finds something."""
    query = query_of(words)
    with open_vault(settings, read_only=True) as vault:
        found = vault.annotations.list(
            query,
            containing=containing,
            colours=[colour] if colour else (),
            fits=[Fit.LOST] if lost else (),
        )
        remarks = vault.search.notes(query) if query is not None else ()
    from privatus.services.rendering import one_line

    for remark in remarks:
        tell(f"note: {one_line(remark)}")
    if settings.as_json:
        from privatus.cli.records import annotation_record

        print_json({"notes": [annotation_record(annotation) for annotation in found]})
        return
    if not found:
        is_narrowed = query is not None or containing or colour or lost
        tell(
            "No note or highlight is like that."
            if is_narrowed
            else "There are no notes yet. `privatus note add ID TEXT` makes one."
        )
    for annotation in found:
        for line in _lines(annotation):
            say(line)
        say()


@note.command(
    "export",
    cls=QueryCommand,
    examples=("privatus note export notes.md", "privatus note export notes.csv source:claude"),
)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("words", metavar="[QUERY]", nargs=-1)
@click.option(
    "--format", "format_name", type=click.Choice(_FORMATS), help="If the name does not end so."
)
@pass_settings
def export(settings: Settings, file: Path, words: tuple[str, ...], format_name: str | None) -> None:
    """Write notes and highlights to FILE, which is not encrypted: as .md, .csv or .json."""
    from privatus.services.annotation_export import save

    wanted = format_name or _BY_SUFFIX.get(file.suffix.lower())
    if wanted is None:
        raise UsageError("name a file that ends in .md, .csv or .json, or choose a --format")
    with open_vault(settings, read_only=True) as vault:
        count = save(vault.annotations.list(query_of(words)), wanted, file)
    if settings.as_json:
        print_json({"written": count, "format": wanted})
    else:
        say(f"{counted(count, 'note')} written. The file is not encrypted.")


@note.command("remove", cls=Command, examples=("privatus note remove 3 5",))
@click.argument("numbers", metavar="NUMBER…", type=click.IntRange(1), nargs=-1, required=True)
@pass_settings
def remove(settings: Settings, numbers: tuple[int, ...]) -> None:
    """Remove notes and highlights by their numbers, as `note list` shows them: all or none."""
    with open_vault(settings) as vault:
        change = vault.annotations.remove(*numbers)
    gone = [annotation.id for annotation in change.annotations]
    if settings.as_json:
        print_json({"removed": gone})
    else:
        say(f"{counted(len(gone), 'note')} removed.")


def _print_made(settings: Settings, change: AnnotationChange, said: str) -> None:
    [annotation] = change.annotations
    if settings.as_json:
        print_json({"number": annotation.id})
    else:
        say(said.format(number=annotation.id))


def _lines(found: FoundAnnotation) -> Iterator[str]:
    from privatus.cli.listing import short_id
    from privatus.services.rendering import inline, minute, one_line

    said = found.annotation
    title = one_line(found.title) or _UNTITLED
    yield bold(cut(f"{said.id}  {title}", line_width()))
    facts = (
        short_id(found.conversation_id, said.number),
        minute(said.created_at_ms),
        said.colour or "",
        _FITS.get(found.place.fit, ""),
    )
    yield "   " + " · ".join(fact for fact in facts if fact)
    if said.passage is not None:
        width = min(line_width() or _QUOTE_COLUMNS, _QUOTE_COLUMNS)
        yield cut(f"   > {one_line(said.passage.quote)}", width)
    for line in said.text.splitlines():
        yield f"   {inline(line)}"
