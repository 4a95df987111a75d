"""`privatus backup`: its commands, by what they are about."""

from __future__ import annotations

import click

from privatus.cli import (
    backup_browsing,
    backup_keeping,
    backup_making,
    backup_members,
    backup_places,
    backup_restoring,
)
from privatus.cli.settings import Group


@click.group("backup", cls=Group)
def backup() -> None:
    """Make backups, prove that they can be restored, and restore them.

    A backup is encrypted. It opens with the vault's password or its recovery code, for a contact
    whom you gave the keys, and for nobody else.
    """


for _command in (
    *backup_making.COMMANDS,
    *backup_restoring.COMMANDS,
    *backup_browsing.COMMANDS,
    *backup_keeping.COMMANDS,
    *backup_places.COMMANDS,
):
    backup.add_command(_command)
backup.add_command(backup_members.member)
