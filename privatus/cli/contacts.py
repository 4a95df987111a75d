"""What is done with contacts: listing, adding, changing, merging, and files of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from privatus.cli.contact_fields import (
    changed_fields,
    contact_options,
    print_contact,
    write_file,
)
from privatus.cli.opening import open_vault
from privatus.cli.output import counted, print_json, print_table, say, tell
from privatus.cli.settings import Command, Group, Settings, pass_settings
from privatus.core.contact import Contact, VerifiedBy
from privatus.core.errors import UsageError, UserError

if TYPE_CHECKING:
    from privatus.services.contact_files import ContactPreview

_HOW = {"number": VerifiedBy.NUMBER, "qr": VerifiedBy.QR, "phone": VerifiedBy.PHONE}


@click.group("contact", cls=Group)
def contact() -> None:
    """Keep people: how to reach them, and the keys that they are known by."""


@contact.command("list", cls=Command, examples=("privatus contact list ada",))
@click.argument("words", nargs=-1)
@click.option("--doubles", is_flag=True, help="Pairs that seem to be one person, instead.")
@pass_settings
def list_(settings: Settings, words: tuple[str, ...], doubles: bool) -> None:
    """List contacts by name; those that have WORDS in what is said of them, or all."""
    if doubles:
        return _list_doubles(settings)
    from privatus.services.rendering import one_line

    with open_vault(settings, read_only=True) as vault:
        found = vault.contacts.list(" ".join(words))
    if settings.as_json:
        from privatus.cli.contact_fields import contact_record

        records = [
            {**contact_record(line.contact), "conversations": line.conversations} for line in found
        ]
        print_json({"contacts": records})
        return None
    if not found:
        tell("There are no such contacts. `privatus contact add NAME` makes one.")
        return None
    rows = [("NUMBER", "NAME", "REACHED BY", "KEY", "CHATS")]
    for line in found:
        said = line.contact
        key = "verified" if said.is_verified else "not verified" if said.keys else ""
        reached = said.fields[0].value if said.fields else ""
        name = f"{said.name} (blocked)" if said.is_blocked else said.name
        cells = (str(said.id), name, reached, key, f"{line.conversations:,}")
        rows.append(tuple(map(one_line, cells)))  # type: ignore[arg-type]
    print_table(rows, right=(0, 4))
    return None


def _list_doubles(settings: Settings) -> None:
    from privatus.services.rendering import one_line

    with open_vault(settings, read_only=True) as vault:
        found = vault.contacts.doubles()
    if settings.as_json:
        pairs = [{"first": d.first.id, "second": d.second.id, "by": d.by} for d in found]
        print_json({"doubles": pairs})
        return
    if not found:
        tell("No two contacts seem to be one person.")
        return
    rows = [("NUMBER", "NAME", "NUMBER", "NAME", "BOTH HAVE THE SAME")]
    rows += [
        (str(d.first.id), one_line(d.first.name), str(d.second.id), one_line(d.second.name), d.by)
        for d in found
    ]
    print_table(rows, right=(0, 2))


@contact.command("show", cls=Command, examples=("privatus contact show ada",))
@click.argument("who")
@pass_settings
def show(settings: Settings, who: str) -> None:
    """Show what is said of a contact, their keys, and the chats that they take part in.

    WHO is a number, as `list` shows it, or a name.
    """
    with open_vault(settings, read_only=True) as vault:
        found = vault.contacts.find(who)
        numbers = [(key, vault.contacts.safety_number(key.keys)) for key in found.keys]
        chats = vault.contacts.conversations(found.id)
    print_contact(settings, found, numbers, chats)


@contact.command(
    "add",
    cls=Command,
    examples=("privatus contact add 'Ada Lovelace' --email ada@example.org --tag maths",),
)
@click.argument("name")
@contact_options
@pass_settings
def add(settings: Settings, /, name: str, **said: object) -> None:
    """Add a contact."""
    wanted = changed_fields(Contact(name=name), said)
    with open_vault(settings) as vault:
        change = vault.contacts.add(wanted)
    _print_number(settings, change.after.contacts[0].id, "Contact {number} is added.")


@contact.command(
    "edit",
    cls=Command,
    examples=(
        "privatus contact edit ada --name 'Ada King' --phone work:+441234",
        "privatus contact edit 3 --note ''",
    ),
)
@click.argument("who")
@click.option("--name", metavar="NAME", help="Call them so; the former name becomes another.")
@contact_options
@pass_settings
def edit(settings: Settings, /, who: str, name: str | None, **said: object) -> None:
    """Change what is said of a contact: what is given takes the place of what was there."""
    with open_vault(settings) as vault:
        former = vault.contacts.find(who)
        wanted = changed_fields(former, said)
        if name is not None:
            wanted = replace(wanted, name=name, aliases=(*wanted.aliases, former.name))
        vault.contacts.edit(wanted)
    _print_number(settings, former.id, "Contact {number} is changed.")


@contact.command("remove", cls=Command)
@click.argument("who", nargs=-1, required=True)
@pass_settings
def remove(settings: Settings, who: tuple[str, ...]) -> None:
    """Remove contacts. The chats with them stay."""
    with open_vault(settings) as vault:
        found = [vault.contacts.find(each) for each in who]
        vault.contacts.delete(said.id for said in found)
    if settings.as_json:
        print_json({"removed": [said.id for said in found]})
    else:
        say(f"{counted(len(found), 'contact')} removed.")


@contact.command("block", cls=Command)
@click.argument("who")
@click.option("--undo", is_flag=True, help="No longer.")
@pass_settings
def block(settings: Settings, who: str, undo: bool) -> None:
    """Block a contact: nothing of theirs is to be taken from then on."""
    with open_vault(settings) as vault:
        found = vault.contacts.find(who)
        vault.contacts.block(found.id, not undo)
    said = "is no longer blocked." if undo else "is blocked."
    _print_number(settings, found.id, f"Contact {{number}} {said}")


@contact.command(
    "verify",
    cls=Command,
    examples=(
        "privatus contact show ada",
        "privatus contact verify ada '31799 83905 … 81755' --how phone",
    ),
)
@click.argument("who")
@click.argument("number", required=False)
@click.option("--how", type=click.Choice(list(_HOW)), default="number", help="How you compared it.")
@click.option("--undo", is_flag=True, help="Say that you are not sure of their keys any more.")
@pass_settings
def verify(settings: Settings, who: str, number: str | None, how: str, undo: bool) -> int:
    """Make sure that a key is a contact's: compare the safety number that both of you see.

    NUMBER is what they read out: sixty digits, eighteen words, or what their QR code says. Let
    them read it from their screen; never copy it from yours.
    """
    if undo is (number is not None):
        raise UsageError("give the number that they read out, or --undo")
    with open_vault(settings) as vault:
        found = vault.contacts.find(who)
        matching = [
            key.keys
            for key in found.keys
            if undo or vault.contacts.safety_number(key.keys).matches(number or "")
        ]
        if not found.keys:
            raise UserError("the contact has no key yet; import their card first")
        for keys in matching:
            vault.contacts.verify(found.id, keys, None if undo else _HOW[how])
    if settings.as_json:
        print_json({"number": found.id, "is_verified": bool(matching) and not undo})
    elif undo:
        say("The contact's keys count as not verified.")
    elif matching:
        say("The numbers are the same: the key is verified.")
    else:
        tell("The numbers are not the same. Do not trust this key, and ask for the card again.")
    return 0 if matching or undo else 1


@contact.command("merge", cls=Command, examples=("privatus contact merge 7 3",))
@click.argument("who")
@click.argument("into", metavar="INTO")
@pass_settings
def merge(settings: Settings, who: str, into: str) -> None:
    """Put all that is said of a contact to the contact INTO, and let the one go."""
    with open_vault(settings) as vault:
        one, other = vault.contacts.find(who), vault.contacts.find(into)
        vault.contacts.merge(one.id, other.id)
    _print_number(settings, other.id, "All of it is with contact {number} now.")


@contact.command("note", cls=Command, examples=("privatus contact note ada 'Bring the engine'",))
@click.argument("who")
@click.argument("text")
@pass_settings
def note(settings: Settings, who: str, text: str) -> None:
    """Write a note to a contact. It stays on this machine, as a chat like all others."""
    with open_vault(settings) as vault:
        talk = vault.contacts.note_to(vault.contacts.find(who).id)
        message = vault.notes.write(talk, text)
    if settings.as_json:
        print_json({"conversation_id": str(talk), "message_id": f"{talk}.{message.number}"})
    else:
        say(f"It is noted in {str(talk)[:8]}; nothing was sent.")


@contact.command(
    "import",
    cls=Command,
    examples=("privatus contact import contacts.vcf", "privatus contact import ada.privatus-card"),
)
@click.argument("files", type=click.Path(path_type=Path, dir_okay=False), nargs=-1, required=True)
@click.option("--dry-run", is_flag=True, help="Only say what would be taken.")
@pass_settings
def import_(settings: Settings, files: tuple[Path, ...], dry_run: bool) -> None:
    """Take contacts from vCards and Privatus contact cards; again makes no doubles."""
    with open_vault(settings, read_only=dry_run) as vault:
        preview = vault.contact_files.preview(files)
        if not dry_run:
            vault.contact_files.take(preview.items)
    _print_preview(settings, preview, dry_run=dry_run)


@contact.command("export", cls=Command, examples=("privatus contact export contacts.vcf ada",))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@click.argument("who", nargs=-1)
@pass_settings
def export(settings: Settings, file: Path, who: tuple[str, ...]) -> None:
    """Write contacts, or all of them, as vCards 4.0 that every address book reads."""
    with open_vault(settings, read_only=True) as vault:
        ids = [vault.contacts.find(each).id for each in who] if who else None
        raw = vault.contact_files.vcards(ids)
    write_file(settings, file, raw)


@contact.command("card", cls=Command, examples=("privatus contact card ada.privatus-card",))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@pass_settings
def card(settings: Settings, file: Path) -> None:
    """Say what a Privatus contact card holds, and whether it is whole; nothing is taken."""
    with open_vault(settings, read_only=True) as vault:
        preview = vault.contact_files.preview([file])
        signed = [item for item in preview.items if item.card is not None]
        if not signed and preview.problems:
            raise UserError(preview.problems[0])
        if not signed:
            raise UsageError("this is a file of vCards, which nobody has signed; import it")
        [item] = signed
        number = vault.contacts.safety_number(item.contact.keys[0].keys)
    print_contact(settings, item.contact, [(item.contact.keys[0], number)], [])
    if not settings.as_json:
        tell(
            "The card is whole, and made by who has its key. Who that is, it does not prove:"
            " compare the safety number."
        )


def _print_preview(settings: Settings, preview: ContactPreview, *, dry_run: bool) -> None:
    from privatus.services.contact_files import Action
    from privatus.services.rendering import one_line

    counts = {action: len(preview.of(action)) for action in Action}
    if settings.as_json:
        print_json(
            {
                "added": counts[Action.ADD],
                "updated": counts[Action.UPDATE],
                "known": counts[Action.NOTHING],
                "problems": list(preview.problems),
                "warnings": [item.warning for item in preview.items if item.warning],
            }
        )
        return
    for item in preview.items:
        if item.warning:
            tell(one_line(f"note: {item.contact.name}: {item.warning}"))
    for problem in preview.problems:
        tell(one_line(f"note: {problem}"))
    would = "would be " if dry_run else ""
    say(
        f"{counted(counts[Action.ADD], 'contact')} {would}added, {counts[Action.UPDATE]:,}"
        f" {would}updated, {counts[Action.NOTHING]:,} known already."
    )


def _print_number(settings: Settings, number: int, said: str) -> None:
    if settings.as_json:
        print_json({"number": number})
    else:
        say(said.format(number=number))
