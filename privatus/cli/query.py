"""A query as it is typed: any number of words, some with a minus before them."""

from __future__ import annotations

from typing import Any

import click

from privatus.cli.settings import Command


class QueryCommand(Command):
    """A command whose words may begin with a minus: `privatus search bread -rye`."""

    def __init__(self, name: str | None, **attributes: Any) -> None:
        # Were -h an option, a word to be left out that has an h in it would show the help.
        context = {"ignore_unknown_options": True, "help_option_names": ["--help"]}
        super().__init__(name, context_settings=context, **attributes)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        end = args.index("--") if "--" in args else len(args)
        options = ["--help" if word == "-h" else word for word in args[:end]]
        return super().parse_args(ctx, [*options, *args[end:]])


def query_of(words: tuple[str, ...]) -> str | None:
    """Return the words as one query; None if there is none.

    Raises:
        UsageError: one looks like an option with a typing mistake.
    """
    for word in words:
        # No search needs two minuses, and a mistyped option must not become a part of it.
        if word.startswith("--"):
            raise _no_such_option(word.split("=")[0], click.get_current_context())
    return " ".join(words) or None


def _no_such_option(name: str, ctx: click.Context) -> click.NoSuchOption:
    from difflib import get_close_matches

    known = [option for parameter in ctx.command.params for option in parameter.opts]
    return click.NoSuchOption(name, possibilities=get_close_matches(name, known), ctx=ctx)
