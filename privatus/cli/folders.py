"""Folders: making them, putting conversations into them, renaming, deleting."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from privatus.cli.opening import open_vault
from privatus.cli.output import counted, print_json, print_table, say, tell
from privatus.cli.settings import Command, Group, Settings, pass_settings
from privatus.core.errors import UserError

if TYPE_CHECKING:
    from privatus.services.folder_changes import FolderChange

_ids = click.argument("ids", metavar="ID…", nargs=-1, required=True)


@click.group("folder", cls=Group)
def folder() -> None:
    """Keep conversations in folders, nested as work/tax: one folder for each at most."""


@folder.command("list", cls=Command)
@pass_settings
def list_(settings: Settings) -> None:
    """List all folders, and how many conversations are in them and in what lies in them."""
    with open_vault(settings, read_only=True) as vault:
        found = vault.folders.list()
    if settings.as_json:
        from privatus.cli.records import folder_record

        print_json({"folders": [folder_record(count) for count in found]})
        return
    if not found:
        tell("There are no folders yet. `privatus folder put NAME ID…` makes one.")
        return
    rows = [("FOLDER", "CONVERSATIONS")]
    rows += [(count.folder.name, f"{count.all_conversations:,}") for count in found]
    print_table(rows, (1,))


@folder.command("create", cls=Command, examples=("privatus folder create work/tax",))
@click.argument("name")
@pass_settings
def create(settings: Settings, name: str) -> None:
    """Make the folder NAME, and those that it lies in."""
    with open_vault(settings) as vault:
        change = vault.folders.create(name)
    _print_change(settings, change, f"{counted(len(change.after.folders), 'folder')} made.")


@folder.command("put", cls=Command, examples=("privatus folder put work/tax 1a2b3c4d 5e6f7a8b",))
@click.argument("name")
@_ids
@pass_settings
def put(settings: Settings, name: str, ids: tuple[str, ...]) -> None:
    """Put conversations into the folder NAME, out of the one that they are in.

    ID is an id or the beginning of it, as `list` shows it. The folder is made if there is none.
    """
    with open_vault(settings) as vault:
        change = vault.folders.put(name, ids)
    _print_change(settings, change, f"{counted(change.conversations, 'conversation')} moved.")


@folder.command("remove", cls=Command, examples=("privatus folder remove 1a2b3c4d",))
@_ids
@pass_settings
def remove(settings: Settings, ids: tuple[str, ...]) -> None:
    """Take conversations out of the folder that they are in."""
    with open_vault(settings) as vault:
        change = vault.folders.take_out(ids)
    said = f"{counted(change.conversations, 'conversation')} taken out of a folder."
    _print_change(settings, change, said)


@folder.command(
    "rename",
    cls=Command,
    examples=("privatus folder rename work job", "privatus folder rename tax work/tax"),
)
@click.argument("name")
@click.argument("new_name", metavar="NEW")
@pass_settings
def rename(settings: Settings, name: str, new_name: str) -> None:
    """Call the folder NAME otherwise; those in it go along. With another path it moves."""
    with open_vault(settings) as vault:
        change = vault.folders.rename(name, new_name)
    _print_change(settings, change, f"{counted(len(change.before.folders), 'folder')} renamed.")


@folder.command("move", cls=Command, examples=("privatus folder move work --to 1",))
@click.argument("name")
@click.option(
    "--to", "place", type=click.IntRange(1), required=True, metavar="N",
    help="Its place among those that lie where it does, from 1.",
)  # fmt: skip
@pass_settings
def move(settings: Settings, name: str, place: int) -> None:
    """Let the folder NAME stand in another place among its neighbours."""
    with open_vault(settings) as vault:
        change = vault.folders.place(name, place - 1)
    _print_change(settings, change, "The folder is moved.")


@folder.command("delete", cls=Command)
@click.argument("name")
@click.option("--nested", is_flag=True, help="Delete those that lie in it, too.")
@pass_settings
def delete(settings: Settings, name: str, nested: bool) -> None:
    """Delete the folder NAME. The conversations in it stay, and are in no folder then."""
    from privatus.core.tag import is_within

    with open_vault(settings) as vault:
        found = [c.folder.name for c in vault.folders.list() if is_within(c.folder.name, name)]
        inner = found[1:]
        if inner and not nested:
            raise UserError(
                f"{counted(len(inner), 'folder')} in it would go, too, such as {inner[0]};"
                " say --nested if that is meant"
            )
        change = vault.folders.delete(name)
    stayed = counted(change.conversations, "conversation")
    said = f"{counted(len(change.before.folders), 'folder')} deleted; {stayed} in no folder now."
    _print_change(settings, change, said)


def _print_change(settings: Settings, change: FolderChange, said: str) -> None:
    if settings.as_json:
        names = [folder.name for folder in change.after.folders]
        print_json({"folders": names, "conversations": change.conversations})
    else:
        say(said)
