"""Backups that another person may restore, with the keys of their own identity."""

from __future__ import annotations

from pathlib import Path

import click

from privatus.cli import password
from privatus.cli.backup_repo import (
    known_destination,
    options_of,
    place_option,
    repo_option,
    store_options,
)
from privatus.cli.opening import open_vault
from privatus.cli.output import print_json, say, size, tell, told
from privatus.cli.progress import long_work
from privatus.cli.settings import Command, Group, NamedPath, Settings, pass_settings


@click.group("member", cls=Group)
def member() -> None:
    """Let a contact restore your backups, or restore those of somebody who lets you.

    Who has been given the keys can do all that your password can, with each backup of these keys.
    """


@member.command("give", cls=Command, examples=("privatus backup member give ada --repo disk",))
@click.argument("contact", metavar="CONTACT")
@repo_option
@pass_settings
def give(settings: Settings, contact: str, repo: str | None) -> None:
    """Give a verified contact the keys to all backups at a destination."""
    with open_vault(settings) as vault:
        destination = known_destination(vault, repo)
        person = vault.contacts.find(contact)
        given = vault.backups.members.give(destination.id, person.id)
    if settings.as_json:
        print_json(told(given))
        return
    say(f"{person.name} can restore the backups at {destination.location} now.")


@member.command("list", cls=Command)
@repo_option
@pass_settings
def list_(settings: Settings, repo: str | None) -> None:
    """List who has been given keys to a destination."""
    from privatus.services.rendering import minute, one_line

    with open_vault(settings, read_only=True) as vault:
        given = vault.backups.members.given(known_destination(vault, repo).id)
        names = {one.contact.id: one.contact.name for one in vault.contacts.list()}
    if settings.as_json:
        print_json({"members": told(given)})
        return
    if not given:
        tell("Nobody has been given keys to these backups.")
    for one in given:
        name = one_line(names.get(one.contact_id, "a contact who is gone"))
        say(f"{name}, number {one.contact_id}, since {minute(one.at_ms)}")


@member.command("remove", cls=Command)
@click.argument("contact", metavar="CONTACT")
@repo_option
@pass_settings
def remove(settings: Settings, contact: str, repo: str | None) -> None:
    """Take a contact's keys away from a destination; CONTACT is a name or a number of `list`.

    They may have a copy of them: `privatus rotate` keeps them out of what is backed up later.
    """
    with open_vault(settings) as vault:
        destination = known_destination(vault, repo)
        is_number = contact.isascii() and contact.isdecimal()
        # Also of a contact who is gone from the book.
        contact_id = int(contact) if is_number else vault.contacts.find(contact).id
        count = vault.backups.members.take_away(destination.id, contact_id)
    if settings.as_json:
        print_json({"removed": count})
    elif count:
        say("Taken away. Run `privatus rotate` if they are to read no later backup, either.")
    else:
        say("They have no keys there.")


@member.command(
    "restore",
    cls=Command,
    examples=("privatus backup member restore ~/adas-vault --repo /media/disk/backups",),
)
@click.argument("folder", metavar="DIR", type=NamedPath(path_type=Path, file_okay=False))
@place_option
@store_options
@click.option("--backup", "backup_id", metavar="ID", help="Which one; the newest without it.")
@click.option("--keep-aside", is_flag=True, help="Move a vault that is there aside, and go on.")
@click.option(
    "--new-password-file", type=NamedPath(path_type=Path, dir_okay=False, allow_dash=True),
    metavar="FILE", help="Read the password that it gets from its first line. Else ask.",
)  # fmt: skip
@pass_settings
def restore(
    settings: Settings,
    folder: Path,
    repo: str,
    store: tuple[str, ...],
    options_file: Path | None,
    backup_id: str | None,
    keep_aside: bool,
    new_password_file: Path | None,
) -> None:
    """Make another person's vault in DIR, with the keys that they gave to you.

    Your own vault is opened for your identity. DEST is a folder or an address.
    """
    with open_vault(settings, read_only=True) as vault:
        secret = password.new(new_password_file, option="--new-password-file")
        with long_work() as job:
            report = vault.backups.members.restore(
                repo,
                folder,
                secret,
                options=options_of(store, options_file),
                backup_id=backup_id,
                keep_aside=keep_aside,
                job=job,
            )
    if settings.as_json:
        print_json(told(report) | {"folder": str(folder.absolute())})
        return
    say(
        f"The vault is restored to {folder} ({size(report.restored_bytes)}), with the new password."
    )
    if report.kept_aside:
        say(f"The vault that was there lies in {report.kept_aside} now.")
