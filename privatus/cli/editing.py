"""What is changed in conversations by hand: words, passages, messages and titles."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from privatus.cli.opening import open_vault
from privatus.cli.output import counted, print_json, say
from privatus.cli.settings import Command, Group, Settings, pass_settings
from privatus.core.errors import UsageError

if TYPE_CHECKING:
    from privatus.services.revising import VersionChange

_PASSAGE_ONCE = "the passage must stand in the message exactly once; give it as it stands there"
_why = click.option("--why", default="", metavar="WORDS", help="A description for the version.")


@click.group("edit", cls=Group)
def edit() -> None:
    """Change what conversations say; what they said before stays in their versions."""


@edit.command(
    "message",
    cls=Command,
    examples=(
        "privatus edit message 1a2b3c4d.7 'Where is the key?'",
        "privatus edit message 1a2b3c4d.7 --file corrected.md",
        "privatus show 1a2b3c4d.7 | sed s/kye/key/ | privatus edit message 1a2b3c4d.7 --file -",
    ),
)
@click.argument("target", metavar="ID")
@click.argument("text", required=False)
@click.option("--file", "file", metavar="FILE", help="A file with the text; - is the input.")
@_why
@pass_settings
def message(settings: Settings, target: str, text: str | None, file: str | None, why: str) -> None:
    """Let a message say TEXT.

    ID is that of the message, as `search` shows it. Its files and what stands beside its text stay.
    """
    if (text is None) == (file is None):
        raise UsageError("give the text, or a file with it: --file")
    said = _read(file) if file is not None else text or ""
    conversation_id, number = _place(target)
    with open_vault(settings) as vault:
        change = vault.editing.edit(conversation_id, number, said, description=why)
    _print(settings, change, "The message says this now.")


@edit.command(
    "cut",
    cls=Command,
    examples=(
        "privatus edit cut 1a2b3c4d.7 'my PIN is 4711'",
        "privatus edit cut 1a2b3c4d.7 --span 40 54",
    ),
)
@click.argument("target", metavar="ID")
@click.argument("passage", required=False)
@click.option(
    "--span", type=click.IntRange(0), nargs=2, metavar="START END",
    help="Instead of the passage, where it stands: characters of the text, from 0.",
)  # fmt: skip
@_why
@pass_settings
def cut(
    settings: Settings, target: str, passage: str | None, span: tuple[int, int] | None, why: str
) -> None:
    """Cut PASSAGE out of a message. It stays in the version before, until that is purged.

    ID is that of the message, as `search` shows it.
    """
    if (passage is None) == (span is None):
        raise UsageError("give the passage, or where it stands: --span")
    conversation_id, number = _place(target)
    with open_vault(settings) as vault:
        if span is None:
            said = [m for m in vault.conversations.get(target).messages if m.number == number]
            text = said[0].text if said else ""
            if not passage or text.count(passage) != 1:
                raise UsageError(_PASSAGE_ONCE)
            span = text.index(passage), text.index(passage) + len(passage)
        change = vault.editing.cut(conversation_id, number, *span, description=why)
    _print(settings, change, "The passage is cut out.")


@edit.command(
    "remove",
    cls=Command,
    examples=(
        "privatus edit remove 1a2b3c4d.7 1a2b3c4d.8",
        "privatus edit remove 1a2b3c4d.7 --with-answers",
    ),
)
@click.argument("targets", metavar="ID…", nargs=-1, required=True)
@click.option("--with-answers", is_flag=True, help="With all that follows: the whole branch.")
@_why
@pass_settings
def remove(settings: Settings, targets: tuple[str, ...], with_answers: bool, why: str) -> None:
    """Take messages out of a conversation. They stay in the version before, until it is purged.

    ID is that of a message, as `search` shows it; all are of one conversation. What answered a
    message that goes answers the one before it.
    """
    places = [_place(target) for target in targets]
    if len({conversation_id for conversation_id, _ in places}) > 1:
        raise UsageError("name messages of one conversation only, each by the same id")
    numbers = [number for _, number in places]
    with open_vault(settings) as vault:
        change = vault.editing.remove(
            places[0][0], numbers, with_answers=with_answers, description=why
        )
    _print(settings, change, f"{counted(len(change.messages), 'message')} removed.")


@edit.command(
    "title",
    cls=Command,
    examples=("privatus edit title 1a2b3c4d 'Sourdough'", "privatus edit title 1a2b3c4d ''"),
)
@click.argument("conversation_id", metavar="ID")
@click.argument("title")
@_why
@pass_settings
def title_(settings: Settings, conversation_id: str, title: str, why: str) -> None:
    """Call a conversation TITLE, which no import takes back; '' is what its source calls it."""
    with open_vault(settings) as vault:
        change = vault.editing.rename(conversation_id, title, description=why)
    _print(settings, change, "The conversation has this title now.")


def change_record(change: VersionChange) -> dict[str, object]:
    """Return what a person changed, as JSON shows it."""
    return {
        "conversation_id": str(change.conversation_id),
        "version": change.version,
        "kind": change.kind,
        "messages": list(change.messages),
    }


def _print(settings: Settings, change: VersionChange, said: str) -> None:
    if settings.as_json:
        print_json(change_record(change))
    else:
        say(f"{said} This is version {change.version}.")


def _place(target: str) -> tuple[str, int]:
    conversation_id, _, number = target.partition(".")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise UsageError("the id of a message ends in a dot and its number, as in 1a2b3c4d.7")
    return conversation_id, int(number)


def _read(file: str) -> str:
    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return raw.decode("utf-8").removesuffix("\n")
    except OSError as error:
        raise UsageError(f"the file could not be read ({error.strerror}); name another") from None
    except UnicodeDecodeError:
        raise UsageError("the file is not text in UTF-8; save it so") from None
