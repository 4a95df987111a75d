"""Chats that are there twice: listing them, and saying which are none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from privatus.cli.listing import short_id
from privatus.cli.opening import open_vault
from privatus.cli.output import bold, counted, cut, line_width, print_json, say, table, tell
from privatus.cli.progress import long_work
from privatus.cli.settings import Command, Group, Settings, pass_settings
from privatus.core.errors import JobCancelled

if TYPE_CHECKING:
    from privatus.core.duplicates import DuplicateGroup

_FAILED = 1


@click.group("duplicates", cls=Group)
def duplicates() -> None:
    """Find chats that are there twice, word by word or nearly so."""


@duplicates.command("list", cls=Command)
@pass_settings
def list_(settings: Settings) -> int:
    """List groups of chats that are alike, the most alike first.

    The first time every chat is read; then only what has changed. `merge` makes one of them.
    """
    try:
        with open_vault(settings) as vault, long_work() as job:
            groups = vault.duplicates.find(job)
    except JobCancelled:
        tell("Stopped. What was read is kept for the next time.")
        return _FAILED
    if settings.as_json:
        print_json({"groups": [_record(group) for group in groups]})
        return 0
    if not groups:
        tell("No chat is there twice.")
        return 0
    for number, group in enumerate(groups):
        if number:
            say()
        _print(group)
    return 0


@duplicates.command(
    "dismiss", cls=Command, examples=("privatus duplicates dismiss 1a2b3c4d 5e6f7a8b",)
)
@click.argument("ids", metavar="ID…", nargs=-1, required=True)
@pass_settings
def dismiss(settings: Settings, ids: tuple[str, ...]) -> None:
    """Remember that these chats are no duplicates of each other."""
    with open_vault(settings) as vault:
        change = vault.duplicates.dismiss(ids)
    if settings.as_json:
        print_json({"pairs": len(change.pairs)})
        return
    say(f"{counted(len(change.pairs), 'pair')} will not be listed again.")


def _print(group: DuplicateGroup) -> None:
    from privatus.services.rendering import minute, one_line

    alike = "the same" if group.is_exact else f"{group.similarity:.0%} alike"
    say(bold(f"{counted(len(group.chats), 'chat')}, {alike}"))
    rows = [
        (
            short_id(chat.id),
            minute(chat.updated_at_ms or chat.created_at_ms)[:10],
            one_line(chat.source),
            f"{chat.messages:,}",
            f"{chat.words:,}",
            ", ".join(_said(chat.is_newest, chat.is_longest, group)),
            one_line(chat.title),
        )
        for chat in group.chats
    ]
    width = line_width()
    heading = ("ID", "CHANGED", "SOURCE", "MESSAGES", "WORDS", "", "TITLE")
    for line in table([heading, *rows], right=(3, 4)):
        say(cut(line, width))


def _said(is_newest: bool, is_longest: bool, group: DuplicateGroup) -> list[str]:
    """Return what tells a chat from the others of its group; nothing that holds for all."""
    newest = is_newest and not all(chat.is_newest for chat in group.chats)
    longest = is_longest and not all(chat.is_longest for chat in group.chats)
    return ["newest"] * newest + ["longest"] * longest


def _record(group: DuplicateGroup) -> dict[str, Any]:
    from privatus.services.rendering import iso

    return {
        "similarity": round(group.similarity, 3),
        "is_exact": group.is_exact,
        "chats": [
            {
                "id": str(chat.id),
                "title": chat.title,
                "source": chat.source,
                "messages": chat.messages,
                "words": chat.words,
                "updated_at": iso(chat.updated_at_ms),
                "is_newest": chat.is_newest,
                "is_longest": chat.is_longest,
            }
            for chat in group.chats
        ],
    }
