"""What a chat is about: its summary, made or written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from privatus.cli.opening import open_vault
from privatus.cli.output import bold, counted, print_json, say, tell
from privatus.cli.progress import long_work
from privatus.cli.settings import Command, Group, Settings, pass_settings

if TYPE_CHECKING:
    from privatus.bootstrap import Vault
    from privatus.core.summary import Summary


@click.group("summary", cls=Group)
def summary() -> None:
    """Show what conversations are about, in sentences of theirs or words of yours."""


@summary.command(
    "show",
    cls=Command,
    examples=("privatus summary show 1a2b3c4d", "privatus summary show 1a2b --all"),
)
@click.argument("conversation_id", metavar="ID")
@click.option("--all", "all_", is_flag=True, help="All that are kept of it, the first made first.")
@pass_settings
def show(settings: Settings, conversation_id: str, all_: bool) -> None:
    """Show the summary of a conversation: your words, or its own most telling sentences.

    Each sentence is shown with the message that it stands in. ID is an id or the beginning of it,
    as `list` shows it.
    """
    with open_vault(settings, read_only=True) as vault:
        if all_:
            found = list(vault.summaries.history(conversation_id))
        else:
            found = [vault.summaries.of(conversation_id)]
    if settings.as_json:
        records = [_record(each) for each in found]
        print_json({"summaries": records} if all_ else records[0])
        return
    if not found:
        tell("No summary is kept of this conversation yet. `privatus summary make ID` makes one.")
    for each in found:
        _say(each, with_head=all_)


@summary.command(
    "make", cls=Command, examples=("privatus summary make", "privatus summary make 1a2b3c4d")
)
@click.argument("conversation_id", metavar="[ID]", required=False)
@pass_settings
def make(settings: Settings, conversation_id: str | None) -> None:
    """Make the summary of one conversation, or of all that have none of their present version.

    The window does that by itself after each import. What you wrote yourself stays.
    """
    with open_vault(settings) as vault:
        if conversation_id is None:
            with long_work() as job:
                made = vault.summaries.catch_up(job)
            _print_made(settings, made)
            return
        found = vault.summaries.make(conversation_id)
    if settings.as_json:
        print_json(_record(found))
    else:
        _say(found)


@summary.command(
    "write", cls=Command, examples=("privatus summary write 1a2b3c4d 'The pump: it was a coin.'",)
)
@click.argument("conversation_id", metavar="ID")
@click.argument("text")
@pass_settings
def write(settings: Settings, conversation_id: str, text: str) -> None:
    """Let TEXT be the summary of a conversation, until `summary reset` or another text.

    It stays when an import changes the conversation.
    """
    with open_vault(settings) as vault:
        vault.summaries.write(conversation_id, text)
        _print_now(settings, vault, conversation_id, "Your words are the summary now.")


@summary.command("reset", cls=Command, examples=("privatus summary reset 1a2b3c4d",))
@click.argument("conversation_id", metavar="ID")
@pass_settings
def reset(settings: Settings, conversation_id: str) -> None:
    """Let the sentences of a conversation be its summary again, and not your words.

    Your words stay in what `summary show --all` shows.
    """
    with open_vault(settings) as vault:
        vault.summaries.reset(conversation_id)
        _print_now(settings, vault, conversation_id, "Its own sentences are the summary again.")


def _print_made(settings: Settings, made: int) -> None:
    if settings.as_json:
        print_json({"made": made})
    elif made:
        say(f"{counted(made, 'conversation')} summed up.")
    else:
        say("Every conversation has its summary already.")


def _print_now(settings: Settings, vault: Vault, conversation_id: str, said: str) -> None:
    if settings.as_json:
        print_json(_record(vault.summaries.of(conversation_id)))
    else:
        say(said)


def _record(found: Summary) -> dict[str, Any]:
    from privatus.services.rendering import iso

    return {
        "author": found.author.value,
        "version": found.version,
        "language": found.language,
        "made_at": iso(found.made_at_ms),
        "text": found.plain,
        "sentences": [
            {"message": said.number, "start": said.start, "text": said.text}
            for said in found.sentences
        ],
    }


def _say(found: Summary, *, with_head: bool = False) -> None:
    from privatus.services.rendering import inline, minute

    if with_head:
        by = "in your words" if found.is_own else "of its own sentences"
        say(bold(f"Version {found.version}, {by}, {minute(found.made_at_ms)}"))
    if not found.plain:
        tell("Nothing in this conversation can be summed up.")
    for line in found.text.splitlines():
        say(inline(line))
    width = max((len(str(said.number)) for said in found.sentences), default=0)
    for said in found.sentences:
        say(f"{said.number:>{width}}  {inline(said.plain)}")
    if with_head:
        say()
