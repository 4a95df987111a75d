"""What is wrong with a command line, in our own words."""

from __future__ import annotations

import click


def sentence(error: click.UsageError) -> str:
    """Return what was mistyped and how it is written, with where to read more."""
    text = _of_parameter(error)
    if text is None:
        said = error.format_message().rstrip(".")
        text = said[:1].lower() + said[1:]
    if isinstance(error, click.NoSuchOption):
        near = f", did you mean {error.possibilities[0]}?" if error.possibilities else ""
        text = f"there is no option {error.option_name}{near}"
    help_of = error.ctx.command_path if error.ctx else "privatus"
    return f"{text} (`{help_of} --help` says more)"


def _of_parameter(error: click.UsageError) -> str | None:
    if not isinstance(error, click.BadParameter) or error.param is None:
        return None
    parameter = error.param
    name = parameter.opts[0]
    if isinstance(parameter, click.Argument):
        name = (parameter.metavar or parameter.human_readable_name).strip("[]")
    takes = _takes(parameter.type)
    if isinstance(error, click.MissingParameter):
        return f"{name} is missing" + (f"; it is {takes}" if takes else "")
    # Said by a type of ours, it is a sentence already.
    return f"{name} takes {takes}" if takes else f"{name}: {error.message.rstrip('.')}"


def _takes(kind: object) -> str | None:
    match kind:
        case click.Choice(choices=choices):
            return f"one of {', '.join(map(str, choices))}"
        case click.IntRange(min=low, max=high):
            return f"a number from {low} " + ("on" if high is None else f"to {high:,}")
        case click.Path(file_okay=False):
            return "a folder, and this is a file"
        case click.Path(dir_okay=False):
            return "a file, and this is a folder"
        case _:
            return None
