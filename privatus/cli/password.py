"""Where passwords come from: the terminal or a file, never an argument."""

from __future__ import annotations

import os
import stat
import string
import sys
from pathlib import Path

from privatus.cli.output import tell
from privatus.core.errors import UsageError, UserError

_MIN_CHARS = 8
_SHORT_CHARS = 14
_ATTEMPTS = 3
# A password is a line; what has no line end for so long is not a password file.
_MAX_BYTES = 64 * 1024
_STANDARD_INPUT = Path("-")
_FILE_OPTION = "--password-file or PRIVATUS_PASSWORD_FILE"
# What every list of stolen passwords begins with, without the digits around them.
_COMMON_WORDS = """
    abc abcd abcdef admin administrator asdf asdfgh baseball batman changeme charlie chatgpt dragon
    facebook football freedom hallo hello iloveyou letmein login master michael monkey mustang ninja
    passw passw0rd passwort password pass princess privatus qazwsx qwert qwerty qwertyuiop qwertz
    secret shadow starwars sunshine superman test trustno welcome whatever zaq zxcvbnm
"""


def existing(source: Path | None) -> str:
    """Return the password of a vault, from the file *source* or else from the person."""
    return read_line(source, "password") if source else ask("Password: ")


def new(source: Path | None, prompt: str = "New password: ", *, option: str = _FILE_OPTION) -> str:
    """Return a new password, from the file *source* or else from the person, who types it twice.

    *option* is how that file is named, for a person who has no terminal.

    Raises:
        UsageError: it is too short, or there is no way to get one.
        UserError: it was not typed twice the same.
    """
    if source is None:
        return _ask_twice(prompt, option)
    password = read_line(source, "password")
    if (problem := _problem(password)) is not None:
        raise UsageError(problem)
    if (remark := weakness(password)) is not None:
        tell(remark)
    return password


def weakness(password: str) -> str | None:
    """Return a sentence if the password is easy to guess."""
    folded = password.casefold()
    core = folded.strip(string.digits + string.punctuation)
    if not core or core in _COMMON_WORDS.split() or len(set(folded)) < _MIN_CHARS // 2:
        return (
            "This password is among the first that a thief tries; several random words are better."
        )
    if len(password) < _SHORT_CHARS:
        return (
            "This password is short; several random words are easier to keep and harder to guess."
        )
    return None


def ask(prompt: str, option: str = _FILE_OPTION) -> str:
    """Ask for a password on the terminal, unseen.

    Raises:
        UsageError: there is no terminal, or no answer.
    """
    if not _has_terminal():
        raise UsageError(
            "there is no terminal to ask for the password on; put it into a file that only you"
            f" can read, and name that with {option}"
        )
    import getpass

    try:
        return getpass.getpass(prompt)
    except EOFError:
        raise UsageError("no password was given; run the command again") from None


def ask_recovery_code(source: Path | None) -> str:
    """Return the recovery code, from the file *source* or else from the person, who sees it."""
    if source is not None:
        return read_line(source, "recovery code")
    if not sys.stdin.isatty():
        raise UsageError(
            "there is no terminal to ask for the recovery code on; put it into a file"
            " and name that with --recovery-code-file"
        )
    import click

    code: str = click.prompt("Recovery code", err=True)
    return code


def read_line(path: Path, what: str) -> str:
    """Return the first line of the file at *path*, without its end; warn if others can read it.

    Raises:
        UsageError: it cannot be read, or its first line is empty.
    """
    try:
        if path == _STANDARD_INPUT:
            # Line by line: a second password may stand below the first.
            is_file, mode, raw = False, 0, sys.stdin.buffer.readline(_MAX_BYTES)
        else:
            with path.open("rb") as stream:
                mode = os.fstat(stream.fileno()).st_mode
                is_file, raw = stat.S_ISREG(mode), stream.read(_MAX_BYTES)
    except OSError as error:
        reason = (error.strerror or "no reason given").lower()
        raise UsageError(f"the {what} file cannot be read ({reason}); check its name") from None
    if os.name == "posix" and is_file and mode & (stat.S_IRGRP | stat.S_IROTH):
        tell(f"warning: others can read the {what} file; `chmod 600` keeps it to you")
    # What is not UTF-8 must open the vault all the same if it made it.
    line = raw.decode("utf-8-sig", "surrogateescape").split("\n", 1)[0].removesuffix("\r")
    if not line:
        if path == _STANDARD_INPUT:
            raise UsageError(f"there is no {what} on standard input; write it as a line there")
        raise UsageError(f"the first line of the {what} file is empty; write the {what} there")
    return line


def _ask_twice(prompt: str, option: str) -> str:
    for _ in range(_ATTEMPTS):
        password = ask(prompt, option)
        if (problem := _problem(password)) is not None:
            tell(problem)
            continue
        if not _is_wanted(password):
            continue
        if ask(f"{prompt.removesuffix(': ')} again: ", option) == password:
            return password
        tell("the two are not the same")
    raise UserError("no new password was set; run the command again")


def _is_wanted(password: str) -> bool:
    """Ask once more for one that is easy to guess, while there is only one to think of anew."""
    remark = weakness(password)
    if remark is None:
        return True
    tell(remark)
    question = "Use it all the same? [y/N] "
    if sys.stdin.isatty():
        import click

        answer: str = click.prompt(
            question, default="n", show_default=False, prompt_suffix="", err=True
        )
    else:
        answer = ask(question)
    return answer.strip().lower() in {"y", "yes"}


def _problem(password: str) -> str | None:
    if len(password) < _MIN_CHARS:
        return f"a password needs at least {_MIN_CHARS} characters"
    return None


def _has_terminal() -> bool:
    if os.name == "posix":
        try:
            # Where getpass asks, also when standard input is a file.
            with Path("/dev/tty").open("rb+", buffering=0):
                return True
        except OSError:
            pass
    return sys.stdin.isatty()
