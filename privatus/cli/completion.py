"""Completing commands and options with the Tab key."""

from __future__ import annotations

import click

from privatus.cli.output import say
from privatus.cli.settings import Command


@click.command(
    cls=Command,
    examples=(
        "echo 'source <(privatus completion bash)' >> ~/.bashrc",
        "echo 'source <(privatus completion zsh)' >> ~/.zshrc   # after compinit",
        "privatus completion fish > ~/.config/fish/completions/privatus.fish",
    ),
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script that completes commands with the Tab key.

    Load it where your shell starts, as the examples do.
    """
    from click.shell_completion import get_completion_class

    from privatus.cli.main import command

    script = get_completion_class(shell)
    assert script is not None  # noqa: S101 - the three shells are click's own
    say(script(command, {}, "privatus", "_PRIVATUS_COMPLETE").source())
