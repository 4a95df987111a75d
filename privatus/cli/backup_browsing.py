"""Looking into a backup, and bringing back from it what was lost."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from privatus.cli.backup_making import when
from privatus.cli.backup_repo import full_id, known_destination, repo_option
from privatus.cli.opening import open_vault
from privatus.cli.output import counted, cut, print_json, print_table, say, tell, told
from privatus.cli.progress import long_work
from privatus.cli.settings import Command, NamedPath, Settings, pass_settings
from privatus.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from privatus.bootstrap import Vault
    from privatus.core.browsing import BackupChat, BackupMessage
    from privatus.services.backups.bringing import Restored

_STATES = {
    "here": "there",
    "trash": "in the trash",
    "archived": "archived",
    "gone": "GONE",
    "changed": "CHANGED",
    "removed": "REMOVED",
}
# Letters of a message in a list.
_SHOWN = 80
_backup_option = click.option(
    "--backup", "backup_id", metavar="ID", help="Which one; the newest without it."
)


@click.command(
    "chats",
    cls=Command,
    examples=(
        "privatus backup chats --repo disk --title sourdough",
        "privatus backup chats 692efc3d --backup 3f9a12",
    ),
)
@click.argument("chat", metavar="[CHAT]", required=False)
@repo_option
@_backup_option
@click.option("--title", "words", metavar="WORDS", default="", help="Only with these words.")
@pass_settings
def chats(
    settings: Settings, chat: str | None, repo: str | None, backup_id: str | None, words: str
) -> None:
    """List the chats of a backup, or the messages of one, and which of them are in the vault now.

    The backup is opened in a scratch place, and nothing is changed.
    """
    with open_vault(settings) as vault, long_work(in_bytes=True) as job:
        destination = known_destination(vault, repo)
        wanted = _wanted(vault, destination.id, backup_id)
        with vault.backups.browse(destination.id, wanted, job) as opened:
            made_at_ms, opened_id = opened.made_at_ms, opened.id
            found: Sequence[BackupChat | BackupMessage] = (
                opened.chats(words) if chat is None else opened.messages(chat)
            )
    if settings.as_json:
        said = {"backup_id": opened_id, "made_at_ms": made_at_ms}
        print_json(told(said | {"chats" if chat is None else "messages": found}))
        return
    tell(f"Backup {opened_id[:8]}, of {when(made_at_ms)}.")
    if found:
        print_table(_rows(found), right=(0,) if chat is not None else (2,))
    else:
        tell("It has no chat with these words." if words else "It has no chats.")


@click.command(
    "bring-back",
    cls=Command,
    examples=(
        "privatus backup bring-back 692efc3d --repo disk",
        "privatus backup bring-back 692efc3d --message 4 --backup 3f9a12",
        "privatus backup bring-back 692efc3d --message 4 --attachment 1 --to ~/picture.png",
    ),
)
@click.argument("chat", metavar="CHAT")
@repo_option
@_backup_option
@click.option("--message", type=click.IntRange(1), metavar="N", help="Only this message.")
@click.option(
    "--attachment", type=click.IntRange(1), metavar="N", help="Only this file of the message."
)
@click.option(
    "--to", type=NamedPath(path_type=Path), metavar="FILE",
    help="Write the file there, and leave the vault as it is.",
)  # fmt: skip
@pass_settings
def bring_back(
    settings: Settings,
    chat: str,
    repo: str | None,
    backup_id: str | None,
    message: int | None,
    attachment: int | None,
    to: Path | None,
) -> None:
    """Bring a chat, a message or a file out of a backup back into the vault.

    A chat that is gone comes back whole; of one that is there, what it lacks. What is there is
    never overwritten: a message that says something else now gets a new version.
    """
    if attachment is not None and message is None:
        raise UsageError("--attachment needs --message: say of which message the file is")
    if to is not None and attachment is None:
        raise UsageError("--to needs --attachment: say which file is meant")
    with open_vault(settings) as vault, long_work(in_bytes=True) as job:
        destination = known_destination(vault, repo)
        wanted = _wanted(vault, destination.id, backup_id)
        with vault.backups.browse(destination.id, wanted, job) as opened:
            differing: list[int] = []
            if message is None:
                done = opened.restore_chat(chat, job)
                differing = _differing(opened.messages(chat))
            elif attachment is None:
                done = opened.restore_message(chat, message, job)
            else:
                done = opened.restore_attachment(chat, message, attachment - 1, to, job)
    if settings.as_json:
        names = ("conversations", "messages", "files", "files_lost", "contacts_left_out")
        said = {name: getattr(done, name) for name in names}
        print_json(said | {"from_trash": len(done.from_trash), "differing": differing})
        return
    say(_said(done, to, differing))


def _wanted(vault: Vault, destination_id: int, backup_id: str | None) -> str | None:
    return None if backup_id is None else full_id(vault, destination_id, backup_id)


def _rows(found: Sequence[BackupChat | BackupMessage]) -> list[tuple[str, ...]]:
    from privatus.core.browsing import BackupChat, BackupMessage
    from privatus.services.rendering import one_line

    chats = [one for one in found if isinstance(one, BackupChat)]
    if chats:
        rows: list[tuple[str, ...]] = [("ID", "CHANGED", "MESSAGES", "IN THE VAULT", "TITLE")]
        return rows + [
            (
                str(one.id)[:8],
                when(one.changed_at_ms),
                f"{one.messages:,}",
                _STATES[one.state.value],
                one_line(one.title),
            )
            for one in chats
        ]
    rows = [("N", "WHO", "IN THE VAULT", "FILES", "TEXT")]
    return rows + [
        (
            str(one.number),
            one.role.value,
            _STATES[one.state.value],
            str(len(one.files) or ""),
            cut(one_line(one.text[:_SHOWN]), _SHOWN - 1),
        )
        for one in found
        if isinstance(one, BackupMessage)
    ]


def _differing(messages: Sequence[BackupMessage]) -> list[int]:
    return [one.number for one in messages if one.state.value == "changed"]


def _said(done: Restored, to: Path | None, differing: Sequence[int]) -> str:
    if to is not None:
        return f"The file lies in {to}."
    if differing:
        numbers = ", ".join(map(str, differing))
        other = (
            f"The vault says something else now in {counted(len(differing), 'message')}: {numbers}."
            " --message N brings one back as it was."
        )
        return other if done.is_nothing else f"{_said(done, to, ())} {other}"
    if done.is_nothing:
        return "Nothing came back: the vault has all of it as the backup does."
    parts = [
        counted(number, noun)
        for number, noun in (
            (done.conversations, "chat"),
            (done.messages, "message"),
            (done.files, "file"),
        )
        if number
    ]
    if done.from_trash:
        parts.append(f"{counted(len(done.from_trash), 'chat')} out of the trash")
    said = f"Brought back: {', '.join(parts)}."
    if done.files_lost:
        said += f" {counted(done.files_lost, 'file')} did not: the backup does not have them."
    if done.contacts_left_out:
        people = counted(done.contacts_left_out, "contact")
        said += f" {people} who took part stay deleted."
    return said


COMMANDS = (chats, bring_back)
