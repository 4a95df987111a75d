"""The `privatus` command: its options, its help, and what it says when something fails."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Any

import click

from privatus.cli import archive, completion, vault
from privatus.cli.archives import archives
from privatus.cli.backup import backup
from privatus.cli.contacts import contact
from privatus.cli.duplicates import duplicates
from privatus.cli.editing import edit
from privatus.cli.export import export
from privatus.cli.folders import folder
from privatus.cli.identity import identity
from privatus.cli.journal import log
from privatus.cli.marks import mark
from privatus.cli.merging import merge, split
from privatus.cli.migrate import migrate
from privatus.cli.notes import note
from privatus.cli.output import say, tell
from privatus.cli.purge import purge
from privatus.cli.recovery_plan import recovery_plan
from privatus.cli.related import related, title
from privatus.cli.retention import retention
from privatus.cli.settings import Command, Group, Settings
from privatus.cli.stats import stats
from privatus.cli.summaries import summary
from privatus.cli.tags import tag
from privatus.cli.trash import trash
from privatus.cli.versions import version
from privatus.core.errors import JobCancelled, PrivatusError, QueryError

_FAILED = 1
_INTERRUPTED = 130  # what shells report of a program that Ctrl-C ended


class _Root(Group):
    """The program. Turns every error into one sentence and an exit code."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        settings = Settings()
        _open_closed_streams()
        for stream in (sys.stdout, sys.stderr):
            # A terminal of another encoding shows a question mark; it does not end the program.
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="replace")
        kwargs |= {"prog_name": "privatus", "standalone_mode": False, "obj": settings}
        try:
            code = super().main(*args, **kwargs)
        except click.Abort:
            code = _stopped()
        except KeyboardInterrupt:
            code = _stopped()
        except Exception as error:  # noqa: BLE001 - a person gets a sentence, whatever it was
            code = _report(error)
            if settings.debug:
                _show_traceback()
        sys.exit(code if isinstance(code, int) else 0)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            # The reader has seen enough: `privatus list | head`.
            _forget_output()
            return 0
        except OSError:
            # Python would try once more when it ends, and say so in lines of its own.
            _forget_output()
            raise
        return result


def _print_version(ctx: click.Context, _parameter: click.Parameter, is_asked: bool) -> None:
    if not is_asked:
        return
    from importlib.metadata import PackageNotFoundError, version

    try:
        number = version("privatus")
    except PackageNotFoundError:
        number = "from a checkout, not installed"
    say(f"privatus {number}")
    ctx.exit()


@click.group(
    cls=_Root,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    examples=(
        "privatus import ~/Downloads/export.zip",
        "privatus search '\"key rotation\" source:claude since:2025-01 -draft'",
        "privatus export ~/chats --format markdown",
    ),
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version,
    help="Print the version.",
)  # fmt: skip
@click.pass_context
def command(ctx: click.Context) -> int | None:
    """Keep your AI chats in one encrypted archive, and find everything again.

    Without a command the window opens. `privatus COMMAND --help` says more about a command.
    """
    if ctx.invoked_subcommand is not None:
        return None
    from privatus.cli.window import open_window

    return open_window(ctx.ensure_object(Settings))


@click.command("help", cls=Command)
@click.argument("words", metavar="[COMMAND]", nargs=-1)
@click.pass_context
def help_(ctx: click.Context, words: tuple[str, ...]) -> None:
    """Say what a command does, as --help does."""
    command.main([*words, "--help"])


for _command in (
    *archive.COMMANDS, stats, mark, tag, folder, trash, archives, retention, backup, note, edit,
    version, contact, identity, merge, split, duplicates, summary, related, title, export, purge,
    migrate, recovery_plan, log, *vault.COMMANDS, completion.completion, help_,
):  # fmt: skip
    command.add_command(_command)


def main() -> None:
    """Run the command that the arguments name, and exit with its code."""
    command.main()


def _report(error: Exception) -> int:
    """Tell what went wrong in one line; return the exit code."""
    from privatus.services.rendering import one_line

    text, code = _sentence(error)
    tell(f"privatus: {one_line(text)}")
    return code


def _sentence(error: Exception) -> tuple[str, int]:
    match error:
        case QueryError():
            nearest = f"; the nearest search is: {error.nearest}" if error.nearest else ""
            return f"{error}{nearest}", error.exit_code
        case PrivatusError():
            return str(error), error.exit_code
        case JobCancelled():
            return "stopped", _FAILED
        case click.UsageError():
            from privatus.cli.usage import sentence

            return sentence(error), error.exit_code
        case click.ClickException():
            return error.format_message(), error.exit_code
        case OSError(strerror=str(reason)):
            return (
                f"the system refused ({reason}); check the disk, the folder, and where the output"
                " goes",
                _FAILED,
            )
        case _:
            name = type(error).__name__
            return (
                f"something went wrong that should not ({name}); run it with --debug and report it",
                _FAILED,
            )


def _show_traceback() -> None:
    import traceback

    from privatus.services.rendering import readable

    # Errors quote what was typed and read: names of files, too.
    tell(readable(traceback.format_exc()))


def _stopped() -> int:
    with contextlib.suppress(BrokenPipeError):
        tell("privatus: stopped")
    return _INTERRUPTED


def _open_closed_streams() -> None:
    """Let output that nobody wants go nowhere: `privatus import a.zip >&-`."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115


def _forget_output() -> None:
    """Let what is still to be printed go nowhere: Python flushes once more when it ends."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
