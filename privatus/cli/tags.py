"""What is done with tags: giving and taking them, and what they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from privatus.cli.opening import open_vault
from privatus.cli.output import counted, print_json, print_table, say, tell
from privatus.cli.progress import long_work
from privatus.cli.query import QueryCommand, query_of
from privatus.cli.settings import Command, Group, Settings, pass_settings
from privatus.core.errors import JobCancelled, UsageError, UserError
from privatus.core.tag import COLOURS

if TYPE_CHECKING:
    from privatus.services.tag_changes import TagChange

_FAILED = 1
_NO_COLOUR = "none"


@click.group("tag", cls=Group)
def tag() -> None:
    """Give conversations and messages tags of your own, nested as work/tax."""


_ids = click.argument("ids", metavar="[ID…]", nargs=-1)
_query = click.option("--query", metavar="QUERY", help="What a search finds, instead of ids.")
_messages = click.option(
    "--messages", is_flag=True, help="With --query: the messages found, not their conversations."
)


@tag.command(
    "add",
    cls=Command,
    examples=(
        "privatus tag add work/tax 1a2b3c4d 5e6f7a8b.7",
        "privatus tag add invoices --query 'source:claude in:title invoice'",
    ),
)
@click.argument("name")
@_ids
@_query
@_messages
@pass_settings
def add(
    settings: Settings, name: str, ids: tuple[str, ...], query: str | None, messages: bool
) -> int:
    """Give the tag NAME to conversations and messages.

    ID is an id or the beginning of it, as `list` shows it, or that of a message, as `search` does.
    The tag is made if there is none.
    """
    return _give_or_take(settings, name, ids, query, is_given=True, messages=messages)


@tag.command(
    "remove",
    cls=Command,
    examples=(
        "privatus tag remove work 1a2b3c4d",
        "privatus tag remove work --query 'tag:work until:2020'",
    ),
)
@click.argument("name")
@_ids
@_query
@_messages
@pass_settings
def remove(
    settings: Settings, name: str, ids: tuple[str, ...], query: str | None, messages: bool
) -> int:
    """Take the tag NAME, and those that lie in it, from conversations and messages."""
    return _give_or_take(settings, name, ids, query, is_given=False, messages=messages)


def _give_or_take(
    settings: Settings,
    name: str,
    ids: tuple[str, ...],
    query: str | None,
    *,
    is_given: bool,
    messages: bool,
) -> int:
    if bool(ids) is (query is not None):
        raise UsageError("name ids, or what a search finds with --query, and not both")
    if messages and query is None:
        raise UsageError("--messages goes with --query; the id of a message ends in its number")
    notes: tuple[str, ...] = ()
    try:
        with open_vault(settings) as vault, long_work() as job:
            tags = vault.tags
            if query is None:
                change = (tags.add if is_given else tags.remove)(name, *ids)
            else:
                method = tags.add_to_found if is_given else tags.remove_from_found
                change = method(name, query, messages=messages, job=job)
                notes = vault.search.notes(query)
    except JobCancelled:
        tell("Stopped. Nothing was changed.")
        return _FAILED
    _tell_notes(notes)
    said = "got the tag" if is_given else "lost the tag"
    _print_change(settings, change, f"{_told(change)} {said}.")
    return 0


@tag.command("list", cls=Command)
@pass_settings
def list_(settings: Settings) -> None:
    """List all tags, and how many conversations have them or what lies in them."""
    with open_vault(settings, read_only=True) as vault:
        found = vault.tags.list()
    if settings.as_json:
        from privatus.cli.records import tag_record

        print_json({"tags": [tag_record(count) for count in found]})
        return
    if not found:
        tell("There are no tags yet. `privatus tag add NAME ID…` makes one.")
        return
    rows = [("TAG", "COLOUR", "CONVERSATIONS", "MESSAGES")]
    rows += [
        (c.tag.name, c.tag.colour or "", f"{c.all_conversations:,}", f"{c.messages:,}")
        for c in found
    ]
    print_table(rows, right=(2, 3))


@tag.command(
    "rename",
    cls=Command,
    examples=("privatus tag rename work job", "privatus tag rename tax work/tax"),
)
@click.argument("name")
@click.argument("new_name", metavar="NEW")
@pass_settings
def rename(settings: Settings, name: str, new_name: str) -> None:
    """Call the tag NAME otherwise; those that lie in it go along."""
    with open_vault(settings) as vault:
        change = vault.tags.rename(name, new_name)
    _print_change(settings, change, f"{counted(len(change.before.tags), 'tag')} renamed.")


@tag.command("merge", cls=Command, examples=("privatus tag merge bills invoices",))
@click.argument("name")
@click.argument("into", metavar="INTO")
@pass_settings
def merge(settings: Settings, name: str, into: str) -> None:
    """Give all that has the tag NAME the tag INTO instead, also what lies in it."""
    with open_vault(settings) as vault:
        change = vault.tags.merge(name, into)
    _print_change(settings, change, f"{_told(change)} moved.")


@tag.command("delete", cls=Command)
@click.argument("name")
@click.option("--nested", is_flag=True, help="Delete those that lie in it, too.")
@pass_settings
def delete(settings: Settings, name: str, nested: bool) -> None:
    """Delete the tag NAME. The conversations that have it stay."""
    from privatus.core.tag import is_within, key

    with open_vault(settings) as vault:
        inner = [
            count.tag.name
            for count in vault.tags.list()
            if is_within(count.tag.name, name) and key(count.tag.name) != key(name)
        ]
        if inner and not nested:
            raise UserError(
                f"{counted(len(inner), 'tag')} in it would go, too, such as {inner[0]};"
                " say --nested if that is meant"
            )
        change = vault.tags.delete(name)
    _print_change(
        settings,
        change,
        f"{counted(len(change.before.tags), 'tag')} deleted, from {_told(change).lower()}.",
    )


@tag.command("colour", cls=Command, examples=("privatus tag colour work/tax green",))
@click.argument("name")
@click.argument("colour", type=click.Choice([*COLOURS, _NO_COLOUR]))
@pass_settings
def colour_(settings: Settings, name: str, colour: str) -> None:
    """Give the tag NAME a colour, or none."""
    with open_vault(settings) as vault:
        change = vault.tags.colour(name, None if colour == _NO_COLOUR else colour)
    _print_change(settings, change, "The colour is changed.")


@tag.group("rule", cls=Group)
def rule() -> None:
    """Let searches give tags, now and after each import."""


@rule.command(
    "add",
    cls=QueryCommand,
    examples=("privatus tag rule add invoices source:claude in:title invoice",),
)
@click.argument("name")
@click.argument("words", metavar="QUERY", nargs=-1, required=True)
@pass_settings
def rule_add(settings: Settings, name: str, words: tuple[str, ...]) -> int:
    """Give the tag NAME to all conversations in which QUERY finds something, from now on.

    What you take the tag from does not get it again by the rule.
    """
    query = query_of(words) or ""
    try:
        with open_vault(settings) as vault, long_work() as job:
            change = vault.tags.rules.add(name, query, job=job)
            notes = vault.search.notes(query)
    except JobCancelled:
        tell("Stopped. Nothing was changed.")
        return _FAILED
    _tell_notes(notes)
    [made] = change.after.rules
    if settings.as_json:
        print_json({"number": made.id, "conversations": change.conversations})
    else:
        say(f"Rule {made.id} is made. {_told(change)} got the tag.")
    return 0


@rule.command("list", cls=Command)
@pass_settings
def rule_list(settings: Settings) -> None:
    """List the rules, and how many conversations have a tag by each."""
    with open_vault(settings, read_only=True) as vault:
        found = vault.tags.rules.list()
    if settings.as_json:
        from privatus.cli.records import rule_record

        print_json({"rules": [rule_record(count) for count in found]})
        return
    if not found:
        tell("There are no rules yet. `privatus tag rule add NAME QUERY` makes one.")
        return
    from privatus.services.rendering import one_line

    rows = [("NUMBER", "TAG", "CONVERSATIONS", "QUERY")]
    rows += [
        (str(c.rule.id), c.tag.name, f"{c.conversations:,}", one_line(c.rule.query)) for c in found
    ]
    print_table(rows, right=(0, 2))


@rule.command(
    "edit",
    cls=QueryCommand,
    examples=("privatus tag rule edit 3 source:claude invoice --tag bills",),
)
@click.argument("number", type=click.IntRange(1))
@click.argument("words", metavar="QUERY", nargs=-1)
@click.option("--tag", "name", help="Let it give this tag instead.")
@pass_settings
def rule_edit(settings: Settings, number: int, words: tuple[str, ...], name: str | None) -> None:
    """Let the rule with this number give its tag to what another QUERY finds.

    What has the tag by the rule and is not found any more loses it.
    """
    query = query_of(words)
    if query is None and name is None:
        raise UsageError("say what to change: a query, or a tag with --tag")
    with open_vault(settings) as vault:
        change = vault.tags.rules.edit(number, name=name, query=query)
    if settings.as_json:
        print_json({"number": number, "conversations": change.conversations})
    else:
        say(f"Rule {number} is changed. {_told(change)} got or lost a tag.")


@rule.command(
    "remove",
    cls=Command,
    examples=("privatus tag rule remove 3", "privatus tag rule remove 3 --tags"),
)
@click.argument("number", type=click.IntRange(1))
@click.option("--tags", is_flag=True, help="Take its tag from what has it by the rule, too.")
@pass_settings
def rule_remove(settings: Settings, number: int, tags: bool) -> None:
    """Let go of the rule with this number, as `rule list` shows it.

    What has its tag by the rule keeps it.
    """
    with open_vault(settings) as vault:
        change = vault.tags.rules.remove(number, with_tags=tags)
    if settings.as_json:
        print_json({"number": number, "conversations": change.conversations})
    else:
        say("The rule is gone." + (f" {_told(change)} lost the tag." if tags else ""))


def _print_change(settings: Settings, change: TagChange, said: str) -> None:
    if settings.as_json:
        print_json(
            {
                "tags": [tag.name for tag in change.after.tags],
                "conversations": change.conversations,
                "messages": change.messages,
            }
        )
    else:
        say(said)


def _told(change: TagChange) -> str:
    parts = [
        counted(number, noun)
        for number, noun in ((change.conversations, "conversation"), (change.messages, "message"))
        if number
    ]
    return " and ".join(parts) or "Nothing"


def _tell_notes(notes: tuple[str, ...]) -> None:
    from privatus.services.rendering import one_line

    for note in notes:
        tell(f"note: {one_line(note)}")
