"""Merging chats into one, and taking that back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from privatus.cli.listing import short_id
from privatus.cli.opening import open_vault
from privatus.cli.output import counted, print_json, say, tell
from privatus.cli.progress import long_work
from privatus.cli.settings import Command, Settings, pass_settings
from privatus.core.errors import JobCancelled, UsageError
from privatus.core.merge import MergeOrder

if TYPE_CHECKING:
    from privatus.core.merge import MergePreview

_FAILED = 1


@click.command(
    "merge",
    cls=Command,
    examples=(
        "privatus merge 1a2b3c4d 5e6f7a8b",
        "privatus merge 1a2b3c4d 5e6f7a8b 9c0d1e2f --order sequence --title 'The garden'",
        "privatus merge --undo 3f4a5b6c",
    ),
)
@click.argument("ids", metavar="[ID…]", nargs=-1)
@click.option(
    "--order",
    type=click.Choice([order.value for order in MergeOrder]),
    default=MergeOrder.TIME.value,
    show_default=True,
    help="Interleave the messages by time, or let one chat follow the other as given.",
)
@click.option("--title", metavar="TEXT", help="What the merged chat is called.")
@click.option("--dry-run", is_flag=True, help="Say what would be made, and make nothing.")
@click.option("--undo", "undone", metavar="ID", help="Take the merge back that made this chat.")
@pass_settings
def merge(
    settings: Settings,
    ids: tuple[str, ...],
    order: str,
    title: str | None,
    dry_run: bool,
    undone: str | None,
) -> int:
    """Merge two chats or more, also of different providers, into one.

    ID is an id or the beginning of it, as `list` shows it. The merged chat has copies of all their
    messages; what is in several of them it has once. The chats themselves stay as they are: `list`
    shows the merged one in their place, and `search is:merged` finds them.
    """
    if undone is not None:
        if ids or title or dry_run:
            raise UsageError("--undo takes one id, and nothing beside it")
        return _undo(settings, undone)
    if dry_run:
        with open_vault(settings, read_only=True) as vault:
            _print_preview(settings, vault.merging.preview(ids, MergeOrder(order)))
        return 0
    try:
        with open_vault(settings) as vault, long_work() as job:
            change = vault.merging.merge(ids, MergeOrder(order), title=title, job=job)
    except JobCancelled:
        tell("Stopped. Nothing was merged.")
        return _FAILED
    if settings.as_json:
        print_json(
            {
                "id": str(change.conversation_id),
                "messages": change.messages,
                "duplicates": change.duplicates,
            }
        )
        return 0
    made = f"{counted(len(ids), 'chat')} merged into {short_id(change.conversation_id)}: "
    say(made + _counts(change.messages, change.duplicates) + ".")
    return 0


def _undo(settings: Settings, undone: str) -> int:
    with open_vault(settings) as vault:
        change = vault.merging.dissolve(undone)
    if settings.as_json:
        print_json({"id": str(change.conversation_id), "sources": len(change.source_row_ids)})
        return 0
    chats = counted(len(change.source_row_ids), "chat")
    say(f"{chats} back in the list; what was merged of them is in the trash.")
    return 0


def _counts(messages: int, duplicates: int) -> str:
    alike = f", {duplicates:,} of them in several" if duplicates else ""
    return counted(messages, "message") + alike


def _print_preview(settings: Settings, preview: MergePreview) -> None:
    from privatus.services.rendering import iso, minute, one_line

    if settings.as_json:
        print_json(
            {
                "title": preview.title,
                "messages": preview.messages,
                "shown": preview.shown,
                "duplicates": preview.duplicates,
                "branches": preview.branches,
                "attachments": preview.attachments,
                "first_at": iso(preview.first_at_ms),
                "last_at": iso(preview.last_at_ms),
            }
        )
        return
    say(one_line(preview.title))
    say(_counts(preview.messages, preview.duplicates))
    beside = counted(preview.branches, "branch").replace("branchs", "branches")
    say(f"{beside} beside the {counted(preview.shown, 'message')} that are shown")
    if preview.first_at_ms is not None:
        say(f"{minute(preview.first_at_ms)} to {minute(preview.last_at_ms)}")


@click.command(
    "split",
    cls=Command,
    examples=(
        "privatus split 1a2b3c4d.7",
        "privatus split 1a2b3c4d.7 --title 'The other question'",
    ),
)
@click.argument("message", metavar="ID.NUMBER")
@click.option("--title", metavar="TEXT", help="What the new chat is called.")
@pass_settings
def split(settings: Settings, message: str, title: str | None) -> None:
    """Make a chat of its own of a message and all that follows from it.

    ID.NUMBER is the id of a message, as `search` shows it. In the chat that it is taken from its
    messages stay in the versions, and `versions` brings them back.
    """
    with open_vault(settings) as vault:
        change = vault.splitting.split(message, title=title)
    if settings.as_json:
        print_json({"id": str(change.conversation_id), "messages": change.messages})
        return
    moved = counted(change.messages, "message")
    say(f"{moved} moved into a new chat, {short_id(change.conversation_id)}.")
