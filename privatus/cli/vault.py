"""What is done with the vault itself: init, passwd, recovery, rotate, check, audit."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from privatus.cli import password
from privatus.cli.opening import (
    make_vault,
    open_vault,
    open_with_password,
    open_with_recovery_code,
    require_vault,
    rotate_keys,
    show_recovery_code,
)
from privatus.cli.output import counted, print_json, say, table, tell
from privatus.cli.progress import long_work
from privatus.cli.settings import Command, Group, NamedPath, Settings, pass_settings
from privatus.core.conversation import Json
from privatus.core.errors import JobCancelled, TamperedError, UserError

_FAILED = 1

# What a header may ask for, and the least that a person's vault gets.
_MIB = click.IntRange(64, 4096)
_file = NamedPath(path_type=Path, dir_okay=False, allow_dash=True)


@click.command(
    "init", cls=Command, examples=("privatus init", "privatus init --vault /media/stick/vault")
)
@click.option(
    "--kdf-memory",
    type=_MIB,
    metavar="MIB",
    help="Memory that each guess of the password takes. Else as much as a second allows.",
)
@pass_settings
def init(settings: Settings, kdf_memory: int | None) -> None:
    """Make a vault, and show its recovery code.

    The code is shown this once, and opens the vault when the password is forgotten.
    """
    new = make_vault(settings, kdf_memory)
    with new.vault as vault:
        vault_id = str(vault.id)
    if settings.as_json:
        print_json({"vault_id": vault_id, "recovery_code": new.recovery_code})
    else:
        show_recovery_code(new.recovery_code)


@click.command(
    "passwd",
    cls=Command,
    examples=("privatus passwd", "privatus passwd --recovery   # the password is forgotten"),
)
@click.option("--recovery", is_flag=True, help="Open the vault with the recovery code.")
@click.option(
    "--recovery-code-file", type=_file, metavar="FILE",
    help="Read the recovery code from its first line.",
)  # fmt: skip
@click.option(
    "--new-password-file", type=_file, metavar="FILE",
    help="Read the new password from its first line. Else ask.",
)  # fmt: skip
@click.option(
    "--kdf-memory",
    type=_MIB,
    metavar="MIB",
    help="Memory that each guess of the password takes. Else as much as before.",
)
@pass_settings
def passwd(
    settings: Settings,
    recovery: bool,
    recovery_code_file: Path | None,
    new_password_file: Path | None,
    kdf_memory: int | None,
) -> None:
    """Change the password.

    The former one no longer opens the vault; it still opens copies that were made before.
    """
    require_vault(settings)
    former = None
    if recovery or recovery_code_file is not None:
        code = password.ask_recovery_code(recovery_code_file)
        opened = open_with_recovery_code(settings, code)
    else:
        former = password.existing(settings.password_source)
        opened = open_with_password(settings, former)
    with opened as vault:
        secret = password.new(new_password_file, option="--new-password-file")
        # With another memory, the same one is made harder to guess.
        if secret == former and kdf_memory is None:
            raise UserError("this is the password that the vault has; nothing was changed")
        from privatus.services.kdf import kdf_parameters

        kdf = None if kdf_memory is None else kdf_parameters(kdf_memory)
        vault.passwords.change(secret, kdf=kdf)
        vault_id = str(vault.id)
    if settings.as_json:
        print_json({"vault_id": vault_id})
    tell("The password is changed.")


@click.command("recovery", cls=Command)
@pass_settings
def recovery(settings: Settings) -> None:
    """Make a new recovery code, and show it.

    The former one no longer opens the vault; it still opens copies that were made before.
    """
    with open_vault(settings) as vault:
        code = vault.passwords.new_recovery_code()
    if settings.as_json:
        print_json({"recovery_code": code})
    else:
        show_recovery_code(code)


@click.command("rotate", cls=Command)
@pass_settings
def rotate(settings: Settings) -> int:
    """Give the vault new keys and a new recovery code.

    For when somebody may have had a copy of it and its password: change the password first.
    """
    require_vault(settings)
    secret = password.existing(settings.password_source)
    try:
        with long_work() as job:
            code = rotate_keys(settings, secret, job)
    except JobCancelled:
        tell("Stopped. The vault has the keys that it had.")
        return _FAILED
    if settings.as_json:
        print_json({"recovery_code": code})
    else:
        tell("The vault has new keys. The former recovery code opens it no longer.")
        show_recovery_code(code)
    return 0


@click.command("check", cls=Command)
@click.option("--rebuild-index", is_flag=True, help="Make the search index anew first.")
@pass_settings
def check(settings: Settings, rebuild_index: bool) -> int:
    """Prove that the vault is whole: every page, every sealed value, every file, the index.

    Reads everything and changes nothing. Ends with code 6 if something is damaged.
    """
    try:
        with open_vault(settings, read_only_if_busy=not rebuild_index) as vault:
            if rebuild_index:
                with long_work() as job:
                    entries = vault.integrity.rebuild_index(job=job)
                tell(f"The search index is made anew: {entries:,} entries.")
            with long_work("checking:") as job:
                report = vault.integrity.check(job=job)
    except JobCancelled:
        tell("Stopped. The vault is as it was.")
        return _FAILED
    if settings.as_json:
        from dataclasses import asdict

        print_json({"ok": report.ok, "checks": [asdict(check) for check in report.checks]})
        return 0 if report.ok else TamperedError.exit_code
    from privatus.services.rendering import one_line

    rows = [(c.name, "ok" if c.ok else "DAMAGED", one_line(c.detail)) for c in report.checks]
    for line in table(rows):
        say(line)
    say("The vault is whole." if report.ok else "The vault is damaged. See what is named above.")
    return 0 if report.ok else TamperedError.exit_code


@click.group("audit", cls=Group)
def audit() -> None:
    """Read the log of what was done with the vault."""


@audit.command("list")
@pass_settings
def audit_list(settings: Settings) -> None:
    """List what was done with the vault, the oldest first."""
    from privatus.cli.listing import audit_lines
    from privatus.services.rendering import iso, minute, one_line

    with open_vault(settings, read_only=True) as vault:
        entries = vault.audit.list()
    if settings.as_json:
        records = [
            {"number": e.number, "at": iso(e.at_ms), "action": e.action, "details": e.details}
            for e in entries
        ]
        print_json({"entries": records})
        return
    rows = [
        (str(e.number), minute(e.at_ms), e.action, one_line(_details(e.details))) for e in entries
    ]
    for line in audit_lines(rows):
        say(line)


def _details(details: Mapping[str, Json]) -> str:
    return ", ".join(f"{name}: {_detail(value)}" for name, value in details.items())


def _detail(value: Json) -> str:
    match value:
        case [int() as new, int() as updated]:
            return f"{new:,} new, {updated:,} updated"
        case _:
            return str(value)


@audit.command("verify")
@pass_settings
def audit_verify(settings: Settings) -> None:
    """Check that no entry of the log was edited, added or taken out."""
    with open_vault(settings, read_only=True) as vault:
        count = len(vault.audit.list())
    if settings.as_json:
        print_json({"ok": True, "entries": count})
    else:
        say(f"{counted(count, 'entry').replace('entrys', 'entries')}, and the chain holds.")


COMMANDS = (init, passwd, recovery, rotate, check, audit)
