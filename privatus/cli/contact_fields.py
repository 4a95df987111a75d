"""What commands about people have in common: their options, and how a person is shown."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from privatus.cli.output import bold, print_json, say, tell
from privatus.cli.settings import Settings
from privatus.core.contact import Contact, ContactField, ContactKey, FieldKind
from privatus.core.errors import UserError

if TYPE_CHECKING:
    from privatus.core.conversation import ConversationSummary
    from privatus.services.contacts import SafetyNumber

_Decorated = TypeVar("_Decorated", bound=Callable[..., object])
_KINDS = {kind.value: kind for kind in FieldKind}


def field_options(command: _Decorated) -> _Decorated:
    """Give a command the options that say how a person is reached and looks."""
    for option in reversed(
        (
            click.option(
                "--email", multiple=True, metavar="[LABEL:]ADDRESS", help="E-mail address."
            ),
            click.option("--phone", multiple=True, metavar="[LABEL:]NUMBER", help="Phone number."),
            click.option("--url", multiple=True, metavar="ADDRESS", help="Page on the web."),
            click.option("--note", metavar="TEXT", help="What there is to say."),
            click.option(
                "--picture", metavar="FILE", help="A PNG or JPEG of at most 512 KiB; '' for none."
            ),
        )
    ):
        command = option(command)
    return command


def contact_options(command: _Decorated) -> _Decorated:
    """Give a command the options that say something of a contact."""
    for option in (
        click.option("--tag", "tags", multiple=True, metavar="TAG", help="A word for them."),
        click.option("--alias", "aliases", multiple=True, metavar="NAME", help="Another name."),
    ):
        command = option(command)
    return field_options(command)


def changed_fields(former: Contact, said: dict[str, Any]) -> Contact:
    """Return *former* with what the options say in place of what it said."""
    given: dict[str, Any] = {
        name: tuple(filter(None, said[name])) for name in ("aliases", "tags") if said.get(name)
    }
    if said.get("note") is not None:
        given["note"] = said["note"]
    if said.get("picture") is not None:
        given["picture"] = picture_of(said["picture"])
    given["fields"] = tuple(fields(former.fields, said))
    return replace(former, **given)


def fields(former: Iterable[ContactField], said: dict[str, Any]) -> Iterable[ContactField]:
    """Yield the fields that the options say; of a kind that they do not name, the former ones."""
    yield from (field for field in former if not said.get(field.kind.value))
    for name, kind in _KINDS.items():
        for text in filter(None, said.get(name) or ()):
            label, colon, value = text.partition(":")
            if colon and kind is not FieldKind.URL and label.isalpha():
                yield ContactField(kind=kind, value=value, label=label)
            else:
                yield ContactField(kind=kind, value=text)


def picture_of(name: str) -> bytes | None:
    """Return what is in the file of a picture; None if no file is named.

    Raises:
        UserError: it cannot be read.
    """
    from privatus.core.contact import MAX_PICTURE_BYTES

    if not name:
        return None
    try:
        with Path(name).expanduser().open("rb") as file:
            return file.read(MAX_PICTURE_BYTES + 1)
    except OSError as error:
        raise UserError(f"the picture cannot be read ({error.strerror}); name another") from None


def write_file(settings: Settings, file: Path, raw: bytes) -> None:
    """Write *raw* to *file*, or to standard output if it is named -."""
    if str(file) == "-":
        sys.stdout.buffer.write(raw)
        return
    file.write_bytes(raw)
    if settings.as_json:
        print_json({"file": str(file), "bytes": len(raw)})
    else:
        from privatus.services.rendering import one_line

        say(one_line(f"Written to {file}."))


def contact_record(said: Contact) -> dict[str, Any]:
    """Return a contact as `--json` prints it."""
    from privatus.services.rendering import iso

    return {
        "number": said.id,
        "id": str(said.public_id) if said.public_id else None,
        "name": said.name,
        "aliases": list(said.aliases),
        "fields": [{"kind": f.kind.value, "value": f.value, "label": f.label} for f in said.fields],
        "note": said.note,
        "tags": list(said.tags),
        "is_blocked": said.is_blocked,
        "is_verified": said.is_verified,
        "keys": [
            {
                "signing": key.keys.signing.hex(),
                "exchange": key.keys.exchange.hex(),
                "added_at": iso(key.added_at_ms),
                "verified_at": iso(key.verified.at_ms) if key.verified else None,
                "verified_by": key.verified.how.value if key.verified else None,
            }
            for key in said.keys
        ],
        "created_at": iso(said.created_at_ms or None),
    }


def print_contact(
    settings: Settings,
    said: Contact,
    numbers: Sequence[tuple[ContactKey, SafetyNumber]],
    chats: Sequence[ConversationSummary],
) -> None:
    """Print all of a contact, with the safety number of each key."""
    if settings.as_json:
        from privatus.cli.records import summary_record

        shown = [{"digits": number.digits, "words": list(number.words)} for _, number in numbers]
        record = {
            **contact_record(said),
            "safety_numbers": shown,
            "conversations": [summary_record(chat) for chat in chats],
        }
        print_json(record)
        return
    from privatus.services.rendering import one_line, readable

    say(bold(one_line(said.name) + (" (blocked)" if said.is_blocked else "")))
    for heading, texts in (("also", said.aliases), ("tags", said.tags)):
        if texts:
            say(one_line(f"{heading}: {', '.join(texts)}"))
    for field in said.fields:
        label = f" ({field.label})" if field.label else ""
        say(one_line(f"{field.kind.value}: {field.value}{label}"))
    if said.note:
        say(readable(said.note))
    for key, number in numbers:
        _print_key(key, number)
    for chat in chats:
        say(one_line(f"chat: {str(chat.id)[:8]}  {chat.title or 'Untitled'}"))
    if not numbers:
        tell("There is no key yet. `privatus contact import FILE` takes one from a card.")


def _print_key(key: ContactKey, number: SafetyNumber) -> None:
    from privatus.services.rendering import iso

    if key.verified:
        say(f"key: verified {iso(key.verified.at_ms)}, by {key.verified.how.value}")
    else:
        say("key: not verified; compare the safety number with them")
    rows = [number.groups[at : at + 4] for at in range(0, len(number.groups), 4)]
    for row in rows:
        say(f"  {' '.join(row)}")
    say(f"  {' '.join(number.words)}")
