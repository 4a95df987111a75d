"""What Privatus proposes of itself: related conversations, titles, tags."""

from __future__ import annotations

import click

from privatus.cli.opening import open_vault
from privatus.cli.output import counted, cut, line_width, print_json, print_table, say, tell
from privatus.cli.progress import long_work
from privatus.cli.settings import Command, Group, Settings, pass_settings
from privatus.cli.tags import tag
from privatus.core.errors import UsageError

_UNTITLED = "Untitled"
_MOST = 100


@click.command("related", cls=Command, examples=("privatus related 1a2b3c4d --limit 3",))
@click.argument("conversation_id", metavar="ID")
@click.option(
    "--limit", type=click.IntRange(1, _MOST), default=6, show_default=True, help="So many at most."
)
@pass_settings
def related(settings: Settings, conversation_id: str, limit: int) -> None:
    """List the conversations that are most like one, and the words they have in common.

    ID is an id or the beginning of it, as `list` shows it.
    """
    with open_vault(settings, read_only=True) as vault:
        found = vault.related.of(conversation_id, limit)
    from privatus.cli.listing import short_id
    from privatus.services.rendering import iso, minute, one_line

    if settings.as_json:
        records = [
            {
                "id": str(chat.conversation_id),
                "title": chat.title,
                "source": chat.source,
                "created_at": iso(chat.created_at_ms),
                "likeness": round(chat.likeness, 3),
                "words": list(chat.words),
            }
            for chat in found
        ]
        print_json({"related": records})
        return
    if not found:
        tell("No other conversation is like this one.")
        return
    rows = [("ID", "CREATED", "TITLE", "WORDS")]
    for chat in found:
        day = minute(chat.created_at_ms)[:10]
        title = cut(one_line(chat.title) or _UNTITLED, 50)
        rows.append((short_id(chat.conversation_id), day, title, " ".join(chat.words)))
    print_table(rows)


@click.group("title", cls=Group)
def title() -> None:
    """Find titles for conversations that have none."""


@title.command("propose", cls=Command, examples=("privatus title propose",))
@pass_settings
def propose(settings: Settings) -> None:
    """List conversations without a title, each with what was asked first in it."""
    with open_vault(settings, read_only=True) as vault, long_work() as job:
        found = vault.titles.proposed(job=job)
    from privatus.cli.listing import short_id
    from privatus.services.rendering import one_line

    if settings.as_json:
        records = [{"id": str(p.conversation_id), "title": p.title} for p in found]
        print_json({"titles": records})
        return
    if not found:
        tell("Every conversation has a title, or says nothing to make one of.")
    for proposal in found:
        line = f"{short_id(proposal.conversation_id)}  {one_line(proposal.title)}"
        say(cut(line, line_width()))


@title.command(
    "accept",
    cls=Command,
    examples=("privatus title accept 1a2b3c4d", "privatus title accept --all"),
)
@click.argument("conversation_ids", metavar="[ID…]", nargs=-1)
@click.option("--all", "all_", is_flag=True, help="All that `title propose` lists.")
@pass_settings
def accept(settings: Settings, conversation_ids: tuple[str, ...], all_: bool) -> None:
    """Call conversations what is proposed for them, which no import takes back.

    One that has a title already keeps it.
    """
    if all_ == bool(conversation_ids):
        raise UsageError("name the conversations, or --all of them")
    with open_vault(settings) as vault, long_work() as job:
        targets = conversation_ids or [p.conversation_id for p in vault.titles.proposed(job=job)]
        renamed = vault.titles.accept(*targets, job=job).renamed if targets else ()
    if settings.as_json:
        named = [{"id": str(c.conversation_id), "title": c.title and c.title[1]} for c in renamed]
        print_json({"titles": named})
    else:
        say(f"{counted(len(renamed), 'conversation')} named.")


@tag.command("suggest", cls=Command, examples=("privatus tag suggest 1a2b3c4d",))
@click.argument("conversation_id", metavar="ID")
@pass_settings
def suggest(settings: Settings, conversation_id: str) -> None:
    """List tags that a conversation could have, those that you have made already first.

    They come from its words, and from conversations that are like it.
    """
    with open_vault(settings, read_only=True) as vault:
        found = vault.tags.suggested(conversation_id)
    if settings.as_json:
        print_json({"tags": [{"name": s.name, "source": s.source.value} for s in found]})
        return
    from privatus.services.rendering import one_line

    if not found:
        tell("Nothing suggests a tag for this conversation.")
    for suggestion in found:
        say(one_line(suggestion.name))
