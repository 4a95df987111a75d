"""Who the person is in their vault: what their card says, and handing it out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from privatus.cli.contact_fields import field_options, fields, picture_of, write_file
from privatus.cli.opening import open_vault
from privatus.cli.output import bold, print_json, say, tell
from privatus.cli.settings import Command, Group, Settings, pass_settings
from privatus.core.errors import UsageError


@click.group("identity", cls=Group)
def identity() -> None:
    """Say who you are, and hand out your signed card."""


@identity.command("show", cls=Command)
@pass_settings
def show(settings: Settings) -> None:
    """Show what your card says, and the fingerprint of your key."""
    from privatus.services.rendering import iso, one_line, readable

    with open_vault(settings, read_only=True) as vault:
        own, number = vault.identity.get(), vault.identity.fingerprint()
    if settings.as_json:
        print_json(
            {
                "name": own.name,
                "note": own.note,
                "fields": [
                    {"kind": f.kind.value, "value": f.value, "label": f.label} for f in own.fields
                ],
                "signing": own.keys.signing.hex(),
                "exchange": own.keys.exchange.hex(),
                "fingerprint": {"digits": number.digits, "words": list(number.words)},
                "created_at": iso(own.created_at_ms),
            }
        )
        return
    say(bold(one_line(own.name or "You have no name on your card yet")))
    for field in own.fields:
        label = f" ({field.label})" if field.label else ""
        say(one_line(f"{field.kind.value}: {field.value}{label}"))
    if own.note:
        say(readable(own.note))
    say(f"fingerprint: {number.digits}")
    say(f"             {' '.join(number.words)}")


@identity.command(
    "set", cls=Command, examples=("privatus identity set --name 'Ada' --email ada@example.org",)
)
@click.option("--name", metavar="NAME", help="What others are to call you.")
@field_options
@pass_settings
def set_(settings: Settings, /, name: str | None, **said: Any) -> None:
    """Say what your card is to say; what is not named stays."""
    with open_vault(settings) as vault:
        own = vault.identity.get()
        picture = own.picture if said["picture"] is None else picture_of(said["picture"])
        vault.identity.set(
            name=own.name if name is None else name,
            note=own.note if said["note"] is None else said["note"],
            fields=tuple(fields(own.fields, said)),
            picture=picture,
        )
    if settings.as_json:
        print_json({"is_set": True})
    else:
        say("Your card says that now.")


@identity.command("card", cls=Command, examples=("privatus identity card me.privatus-card",))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@click.option("--no-picture", is_flag=True, help="Leave your picture out.")
@pass_settings
def card(settings: Settings, file: Path, no_picture: bool) -> None:
    """Write your signed card to FILE, to hand to others."""
    with open_vault(settings, read_only=True) as vault:
        raw = vault.identity.card(with_picture=not no_picture)
    write_file(settings, file, raw)


@identity.command(
    "qr", cls=Command, examples=("privatus identity qr", "privatus identity qr me.svg")
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@pass_settings
def qr(settings: Settings, file: Path | None) -> None:
    """Show your card as a QR code, or write it to a .png or .svg FILE."""
    from privatus.services import qr as codes

    if file is not None and file.suffix.lower() not in (".png", ".svg"):
        raise UsageError("a QR code is written as .png or .svg; name the file so")
    with open_vault(settings, read_only=True) as vault:
        text = vault.identity.qr_text()
    if file is not None:
        write_file(settings, file, codes.picture(text, is_svg=file.suffix.lower() == ".svg"))
    elif settings.as_json:
        print_json({"text": text})
    else:
        say(codes.terminal(text))


@identity.command("renew", cls=Command)
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_settings
def renew(settings: Settings, yes: bool) -> int:
    """Make new keys in place of yours, whose private halves are destroyed.

    For when somebody may have had them. All who have made sure of your key must do so anew.
    """
    if not yes and not click.confirm(
        "Everybody who verified you must do so again. Make new keys?", err=True
    ):
        tell("Nothing was changed.")
        return 1
    with open_vault(settings) as vault:
        vault.identity.renew()
        number = vault.identity.fingerprint()
    if settings.as_json:
        print_json({"fingerprint": {"digits": number.digits, "words": list(number.words)}})
    else:
        say(f"You have new keys. Their fingerprint: {number.digits}")
    return 0
