"""What a person sets about conversations: pins, stars, what is to be read, what is put away."""

from __future__ import annotations

import click

from privatus.cli.opening import open_vault
from privatus.cli.output import counted, print_json, say
from privatus.cli.settings import Command, Settings, pass_settings
from privatus.core.errors import UsageError
from privatus.core.marks import Mark


@click.command(
    "mark",
    cls=Command,
    examples=("privatus mark 1a2b3c4d --pinned --starred", "privatus mark 1a2b 5e6f --read"),
)
@click.argument("conversation_ids", metavar="ID…", nargs=-1, required=True)
@click.option("--pinned/--not-pinned", default=None, help="Let it stand first in the window.")
@click.option("--starred/--not-starred", default=None, help="Whatever its provider says of it.")
@click.option("--unread/--read", default=None, help="As if it had just come, or been opened.")
@click.option("--archived/--not-archived", default=None, help="Whatever its provider says of it.")
@pass_settings
def mark(
    settings: Settings,
    conversation_ids: tuple[str, ...],
    pinned: bool | None,
    starred: bool | None,
    unread: bool | None,
    archived: bool | None,
) -> None:
    """Pin, star or archive conversations, or mark them as read.

    ID is an id or the beginning of it, as `list` shows it. `search is:pinned` finds them, and
    so do is:starred, is:unread and is:archived.
    """
    said = {
        Mark.PINNED: pinned,
        Mark.STARRED: starred,
        Mark.UNREAD: unread,
        Mark.ARCHIVED: archived,
    }
    wanted = {mark: is_set for mark, is_set in said.items() if is_set is not None}
    if not wanted:
        raise UsageError(
            "say how to mark it: --pinned, --starred, --read, --archived or their opposites"
        )
    with open_vault(settings) as vault:
        changed = {
            mark: vault.marks.set(mark, conversation_ids, is_set).count
            for mark, is_set in wanted.items()
        }
    if settings.as_json:
        print_json({"changed": {mark.value: count for mark, count in changed.items()}})
        return
    for mark, count in changed.items():
        state = mark.value if wanted[mark] else _OPPOSITES[mark]
        say(f"{counted(count, 'conversation')} now {state}.")


_OPPOSITES = {Mark.PINNED: "not pinned", Mark.STARRED: "not starred", Mark.UNREAD: "read",
              Mark.ARCHIVED: "not archived"}  # fmt: skip
