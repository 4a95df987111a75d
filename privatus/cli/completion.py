"""Completing commands and options with the Tab key."""

from __future__ import annotations

import click

from privatus.cli.output import print_json, say
from privatus.cli.settings import Command, Settings, pass_settings


@click.command(
    cls=Command,
    examples=(
        "echo 'source <(privatus completion bash)' >> ~/.bashrc",
        "echo 'source <(privatus completion zsh)' >> ~/.zshrc   # after compinit",
        "privatus completion fish > ~/.config/fish/completions/privatus.fish",
    ),
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@pass_settings
def completion(settings: Settings, shell: str) -> None:
    """Print the script that completes commands with the Tab key.

    Load it where your shell starts, as the examples do.
    """
    from click.shell_completion import get_completion_class

    from privatus.cli.main import command

    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101 - the three shells are click's own
    script = kind(command, {}, "privatus", "_PRIVATUS_COMPLETE").source()
    if settings.as_json:
        print_json({"shell": shell, "script": script})
    else:
        say(script)
