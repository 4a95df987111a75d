"""What every command is told: which vault, which password, and how to answer."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from privatus.core.errors import UsageError


class NamedPath(click.Path):
    """A file or folder. An empty name is none, and not the folder that one is in."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            raise UsageError("the name of a file or folder is empty; write it, or `.` for this one")
        return super().convert(value, param, ctx)


class _VaultFolder(NamedPath):
    """A vault's folder. The header in it stands for it: a file manager opens files."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        path = Path(value)
        if path.name.startswith("vault.pvh.") and path.is_file():
            value = path.parent
        return super().convert(value, param, ctx)


@dataclass(slots=True)
class Settings:
    """The options that stand before or after any command; the later one counts."""

    vault: Path | None = None
    password_file: Path | None = None
    as_json: bool = False
    debug: bool = False

    @property
    def folder(self) -> Path:
        """Return where the vault is, or will be."""
        if self.vault is not None:
            return self.vault
        if named := os.environ.get("PRIVATUS_VAULT"):
            return Path(named).expanduser()
        from platformdirs import user_data_path

        return user_data_path("privatus", appauthor=False) / "vault"

    @property
    def is_folder_named(self) -> bool:
        """Say whether the person named the vault, and does not just have the usual one."""
        return self.vault is not None or bool(os.environ.get("PRIVATUS_VAULT"))

    @property
    def password_source(self) -> Path | None:
        """Return the file that holds the password, None to ask for it."""
        if self.password_file is not None:
            return self.password_file
        named = os.environ.get("PRIVATUS_PASSWORD_FILE")
        return Path(named).expanduser() if named else None


pass_settings = click.make_pass_decorator(Settings)


def common_options() -> list[click.Parameter]:
    """Return the options that every command has."""
    folder = _VaultFolder(path_type=Path, file_okay=False)
    file = NamedPath(path_type=Path, dir_okay=False, allow_dash=True)
    return [
        _option(
            "--vault", "vault", type=folder, metavar="DIR",
            help="The vault's folder. Else PRIVATUS_VAULT, else your data folder.",
        ),
        _option(
            "--password-file", "password_file", type=file, metavar="FILE",
            help="Read the password from its first line; - is standard input."
            " Else PRIVATUS_PASSWORD_FILE, else ask.",
        ),
        _option("--json", "as_json", is_flag=True, help="Print one JSON document."),
        _option("--debug", "debug", is_flag=True, help="Show where in the program an error arose."),
    ]  # fmt: skip


def _option(*names: str, **attributes: Any) -> click.Option:
    return click.Option(names, expose_value=False, callback=_remember, **attributes)


def _remember(ctx: click.Context, parameter: click.Parameter, value: Any) -> None:
    # Not given after the command says nothing against what stood before it.
    if value and parameter.name:
        setattr(ctx.ensure_object(Settings), parameter.name, value)


class _Documented(click.Command):
    """A command with the common options, whose help ends with them and with examples."""

    def __init__(self, *args: Any, examples: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._examples = tuple(examples)
        self._common = common_options()
        self.params += self._common

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        own = [
            parameter
            for parameter in self.get_params(ctx)
            if parameter not in self._common and isinstance(parameter, click.Option)
        ]
        _write(formatter, "Options", ctx, own)
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)
        _write(formatter, "Options of every command", ctx, self._common)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_epilog(ctx, formatter)
        if self._examples:
            with formatter.section("Examples"):
                formatter.write("".join(f"  {line}\n" for line in self._examples))


class Command(_Documented):
    """One command. What it has no use for is named in our own words."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.allow_extra_args = True
        rest = super().parse_args(ctx, args)
        if rest and not ctx.resilient_parsing:
            ctx.fail(f"there is no use for {shlex.join(rest)} here; leave it out")
        return rest


class Group(_Documented, click.Group):
    """Commands that belong together, listed in the order in which they were written."""

    command_class = Command
    group_class = type

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        # In full: click would cut each sentence to what is left of one line.
        whole = 10 * formatter.width
        commands = [(name, self.commands[name]) for name in self.list_commands(ctx)]
        if commands:
            with formatter.section("Commands"):
                formatter.write_dl([(name, c.get_short_help_str(whole)) for name, c in commands])

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args and not self.invoke_without_command:
            ctx.fail(f"which one: {' or '.join(self.commands)}?")
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(name, self.commands, n=1)
            hint = f", did you mean {near[0]!r}?" if near else ""
            ctx.fail(f"there is no command {name!r}{hint}")
        return super().resolve_command(ctx, args)


def _write(
    formatter: click.HelpFormatter,
    heading: str,
    ctx: click.Context,
    parameters: Iterable[click.Parameter],
) -> None:
    records = [parameter.get_help_record(ctx) for parameter in parameters]
    rows = [record for record in records if record is not None]
    if rows:
        with formatter.section(heading):
            formatter.write_dl(rows)
