"""Taking former wordings, and whole chats, out of the vault for good."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from privatus.cli.opening import open_vault
from privatus.cli.output import counted, print_json, say, tell
from privatus.cli.progress import long_work
from privatus.cli.settings import Command, Group, Settings, pass_settings
from privatus.core.errors import JobCancelled, UsageError

if TYPE_CHECKING:
    from privatus.core.purging import Purged, PurgePreview

_FAILED = 1
_WORD = "purge"
_OTHER_COPIES = (
    "Copies of the vault and exports that you made hold it still: nobody here knows them."
)


@click.group("purge", cls=Group)
def purge() -> None:
    """Take something out of the vault for good. Nothing brings it back."""


_YES = click.option("--yes", is_flag=True, help="Do not ask.")
_WITH_COPY = click.option(
    "--with-copy",
    is_flag=True,
    help="Remove what `migrate --back` has set aside, too: it holds it still.",
)


@purge.command(
    "history",
    cls=Command,
    examples=("privatus purge history 1a2b3c4d", "privatus purge history 1a2b3c4d.7 --yes"),
)
@click.argument("target", metavar="ID[.MESSAGE]")
@_YES
@_WITH_COPY
@pass_settings
def history(settings: Settings, target: str, yes: bool, with_copy: bool) -> int:
    """Take out what a chat, or one message of it, said before it was changed.

    What it says now stays, and its versions stay and say that their words were purged.
    """
    chat_id, dot, number = target.partition(".")
    if dot and not (number.isascii() and number.isdigit()):
        raise UsageError("the id of a message ends in a dot and its number, as in 1a2b3c4d.7")
    numbers = [int(number)] if dot else None
    with open_vault(settings) as vault:
        preview = vault.purging.preview(chat_id, numbers)
        if preview.is_empty and not (with_copy and preview.set_aside):
            _print(
                settings, None, "There is nothing to purge: it was not changed, or purged already."
            )
            return 0
        _require_wish(preview, yes, with_copy)
        try:
            with long_work() as job:
                done = vault.purging.purge_history(chat_id, numbers, with_copy=with_copy, job=job)
        except JobCancelled:
            return _stopped()
    said = f"{counted(done.wordings, 'former wording')} purged, nothing of it is left in the vault."
    _print(settings, done, said)
    return 0


@purge.command("chat", cls=Command, examples=("privatus purge chat 1a2b3c4d 5e6f7a8b",))
@click.argument("targets", metavar="ID…", nargs=-1, required=True)
@_YES
@_WITH_COPY
@pass_settings
def chat(settings: Settings, targets: tuple[str, ...], yes: bool, with_copy: bool) -> int:
    """Delete chats for good, with all that they ever said, also from the trash.

    The next import leaves them out; `import --with-deleted` brings them again.
    """
    with open_vault(settings) as vault:
        row_ids = vault.purging.row_ids(targets)
        _require_wish(vault.purging.preview_destroy(row_ids), yes, with_copy)
        try:
            with long_work() as job:
                done = vault.purging.destroy(row_ids, with_copy=with_copy, job=job)
        except JobCancelled:
            return _stopped()
    _print(settings, done, f"{counted(done.conversations, 'conversation')} deleted for good.")
    return 0


def _require_wish(preview: PurgePreview, yes: bool, with_copy: bool) -> None:
    """Show what would go, and let the person type that they mean it.

    Raises:
        UsageError: they do not, or there is no terminal to ask on.
    """
    if yes:
        return
    for line in preview_lines(preview, with_copy=with_copy):
        tell(line)
    if not sys.stdin.isatty():
        raise UsageError("there is no terminal to ask on; say --yes if it is meant")
    answer: str = click.prompt(f"Type {_WORD} to go on", default="", show_default=False, err=True)
    if answer.strip().lower() != _WORD:
        raise UsageError("nothing was purged: that was not the word")


def preview_lines(preview: PurgePreview, *, with_copy: bool) -> list[str]:
    """Return what would go for good, and which copies hold it still."""
    from privatus.services.rendering import minute, one_line

    parts = [
        (preview.conversations, "conversation"),
        (preview.messages if preview.conversations else 0, "message"),
        (len(preview.wordings), "former wording"),
        (preview.versions, "version with a former title or description"),
        (preview.files, "attachment file"),
    ]
    lines = [f"  {counted(count, noun)}" for count, noun in parts if count]
    if preview.annotations:
        lines.append(f"  what {counted(preview.annotations, 'annotation')} quoted of it")
    shown = [
        f"    message {w.number}, as it was until {minute(w.replaced_at_ms)}"
        for w in preview.wordings[:20]
    ]
    more = len(preview.wordings) - len(shown)
    lines += [*shown, *([f"    and {more:,} more"] if more > 0 else [])]
    if preview.copy is not None:
        made = minute(preview.copy.made_at_ms)
        lines.append(f"The copy {preview.copy.path.name} of {made} goes, too.")
    for aside in preview.set_aside:
        fate = "goes, too" if with_copy else "holds it still; --with-copy removes that"
        lines.append(f"The former database {aside.path.name} {fate}.")
    lines += [
        f"{counted(held.backups, 'backup')} at {one_line(held.destination)} of"
        f" {minute(held.first_at_ms)} to {minute(held.last_at_ms)} may hold it still;"
        " `privatus backup forget` drops those that you name."
        for held in preview.backups
    ]
    lines += [
        f"The archived chat «{one_line(title)}» may hold words of it still;"
        " bring it back to purge it, too."
        for title in preview.archives
    ]
    return ["This goes for good:", *lines, _OTHER_COPIES]


def _stopped() -> int:
    tell("Stopped. Nothing was purged.")
    return _FAILED


def _print(settings: Settings, done: Purged | None, said: str) -> None:
    if settings.as_json:
        from privatus.core.purging import Purged

        print_json(asdict(done or Purged()))
    else:
        say(said)
