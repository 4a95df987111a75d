"""What is done with the versions of a conversation: listing, reading, comparing, restoring."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from privatus.cli.opening import open_vault
from privatus.cli.output import bold, cut, line_width, print_json, say, table, tell
from privatus.cli.settings import Command, Group, Settings, pass_settings
from privatus.core.diff import Change

if TYPE_CHECKING:
    from privatus.core.conversation import ConversationVersion
    from privatus.core.diff import ConversationDiff, MessageDiff, Stretch

# What the fields of a chat and a message are called here.
_NAMES = {
    "active": "the branch that is shown",
    "attachments": "files",
    "created_at_ms": "time",
    "is_archived": "archived at its source",
    "is_hidden": "whether it is shown",
    "is_starred": "star at its source",
    "metadata": "details from its source",
    "parent": "what it answers",
    "parts": "how it is made up",
}
_SIGNS = {Change.SAME: " ", Change.ADDED: "+", Change.REMOVED: "-", Change.CHANGED: "~"}
# What is in both texts is shown so far beside what is not.
_AROUND = 40


@click.group("version", cls=Group)
def version() -> None:
    """Look at what conversations once said, and bring it back."""


@version.command("list", cls=Command, examples=("privatus version list 1a2b3c4d",))
@click.argument("conversation_id", metavar="ID")
@pass_settings
def list_(settings: Settings, conversation_id: str) -> None:
    """List the versions of a conversation: each import and edit that changed something."""
    with open_vault(settings, read_only=True) as vault:
        found = vault.versions.list(conversation_id)
    if settings.as_json:
        from privatus.cli.records import version_record

        print_json({"versions": [version_record(each) for each in found]})
        return
    for line in table([_TITLES, *(_row(each) for each in found)], right=(0,)):
        say(cut(line, line_width()))


@version.command("show", cls=Command, examples=("privatus version show 1a2b3c4d 2 | less",))
@click.argument("conversation_id", metavar="ID")
@click.argument("number", type=click.IntRange(1))
@click.option("--all-branches", is_flag=True, help="Also edited questions and other answers.")
@pass_settings
def show(settings: Settings, conversation_id: str, number: int, all_branches: bool) -> None:
    """Print a conversation as it was in version NUMBER."""
    with open_vault(settings, read_only=True) as vault:
        found = vault.versions.at(conversation_id, number)
        if settings.as_json:
            from privatus.cli.records import conversation_record

            print_json(conversation_record(found, all_branches=all_branches))
            return
        from privatus.services import rendering

        click.echo(rendering.as_text(found, all_branches=all_branches, marked=None), nl=False)


@version.command(
    "diff",
    cls=Command,
    examples=("privatus version diff 1a2b3c4d 1 3", "privatus version diff 1a2b3c4d 2"),
)
@click.argument("conversation_id", metavar="ID")
@click.argument("before", type=click.IntRange(1))
@click.argument("after", type=click.IntRange(1), required=False)
@pass_settings
def diff(settings: Settings, conversation_id: str, before: int, after: int | None) -> None:
    """Show what makes version AFTER of version BEFORE: message by message, and by word.

    Without AFTER it is the newest. [-Words-] went, {+words+} came.
    """
    with open_vault(settings, read_only=True) as vault:
        if after is None:
            after = vault.versions.list(conversation_id)[-1].number
        found = vault.versions.diff(conversation_id, before, after)
    if settings.as_json:
        print_json(_diff_record(found))
        return
    lines = list(_diff_lines(found))
    for line in lines:
        say(line)
    if not lines:
        tell("Both versions say the same.")


@version.command("restore", cls=Command, examples=("privatus version restore 1a2b3c4d 2",))
@click.argument("conversation_id", metavar="ID")
@click.argument("number", type=click.IntRange(1))
@click.option("--why", default="", metavar="WORDS", help="A description for the version.")
@pass_settings
def restore(settings: Settings, conversation_id: str, number: int, why: str) -> None:
    """Let a conversation say what it said in version NUMBER. That is a new version again."""
    with open_vault(settings) as vault:
        change = vault.versions.restore(conversation_id, number, description=why)
    if settings.as_json:
        from privatus.cli.editing import change_record

        print_json(change_record(change))
    else:
        say(f"The conversation is as it was then. This is version {change.version}.")


_TITLES = ("VERSION", "WHEN", "BY", "WHAT", "MESSAGES", "DESCRIPTION")
_COUNTED = ("added", "changed", "removed", "restored", "missing", "returned", "conflicts")


def _row(found: ConversationVersion) -> tuple[str, ...]:
    from privatus.services.rendering import minute, one_line

    counts = [(what, len(found.numbers(what))) for what in _COUNTED]
    # Of the first one nothing is written but how many they were.
    said = [f"{count} {what}" for what, count in counts if count] or (
        [f"{found.added} added"] if found.added else []
    )
    return (
        str(found.number),
        minute(found.created_at_ms),
        found.actor,
        found.kind,
        ", ".join(said),
        one_line(found.description),
    )


def _diff_lines(found: ConversationDiff) -> Iterator[str]:
    from privatus.services.rendering import inline

    if found.title:
        yield bold("title")
        yield f"  {inline(_marked(found.title))}"
    if found.also:
        yield f"changed: {_also(found.also)}"
    for message in found.messages:
        if message.change is Change.SAME:
            continue
        yield bold(f"{_SIGNS[message.change]} message {message.number}, {message.change}")
        for line in _words(message).splitlines():
            yield f"  {inline(line)}"
        if message.also:
            yield f"  changed: {_also(message.also)}"


def _also(names: Sequence[str]) -> str:
    """Return what else changed, in words where the fields of a chat are called otherwise."""
    return ", ".join(dict.fromkeys(_NAMES.get(name, name.replace("_", " ")) for name in names))


def _words(message: MessageDiff) -> str:
    if message.words:
        return _marked(message.words)
    said = message.after if message.change is Change.ADDED else message.before
    return said.text if said is not None and message.change is not Change.CHANGED else ""


def _marked(words: tuple[Stretch, ...]) -> str:
    found = []
    for stretch in words:
        text = stretch.text
        if stretch.change is Change.ADDED:
            found.append(f"{{+{text}+}}")
        elif stretch.change is Change.REMOVED:
            found.append(f"[-{text}-]")
        elif len(text) > 2 * _AROUND:
            found.append(f"{text[:_AROUND]} … {text[-_AROUND:]}")
        else:
            found.append(text)
    return "".join(found)


def _diff_record(found: ConversationDiff) -> dict[str, object]:
    return {
        "title": _stretches(found.title),
        "also": list(found.also),
        "messages": [
            {
                "number": message.number,
                "change": message.change.value,
                "before": message.before and message.before.text,
                "after": message.after and message.after.text,
                "words": _stretches(message.words),
                "also": list(message.also),
            }
            for message in found.messages
            if message.change is not Change.SAME
        ],
    }


def _stretches(words: tuple[Stretch, ...]) -> list[dict[str, str]]:
    return [{"change": stretch.change.value, "text": stretch.text} for stretch in words]
