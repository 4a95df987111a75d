"""Running the `privatus` command in tests: in this process, and as a person at a terminal."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from privatus.cli.main import command
from support.rights import as_person

PASSWORD = "several random words"
ROOT = Path(__file__).resolve().parents[2]
_PATIENCE_S = 60.0
# Makes standard input the terminal that Ctrl-C and /dev/tty belong to, and becomes the command.
# The tests may run where Ctrl-C is ignored, as behind `&`; at a terminal it is not.
_TAKE_TERMINAL = (
    "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL);"
    " os.login_tty(0); os.execv(sys.argv[1], sys.argv[1:])"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandLine:
    """Runs commands on one vault, with the password in a file."""

    vault: Path
    password_file: Path

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PRIVATUS_VAULT": str(self.vault),
            "PRIVATUS_PASSWORD_FILE": str(self.password_file),
        }

    def run(
        self,
        *arguments: str | Path,
        code: int = 0,
        typed: str | None = None,
        **environment: str | None,
    ) -> Result:
        """Run a command in this process and expect it to end with *code*."""
        runner = CliRunner(env={**self.environment, **environment})
        words = [str(argument) for argument in arguments]
        result = runner.invoke(command, words, input=typed)
        assert result.exit_code == code, result.output
        return result

    def json(self, *arguments: str | Path, code: int = 0) -> Any:
        """Run a command with --json and return the document that it prints."""
        return json.loads(self.run(*arguments, "--json", code=code).stdout)


def start(
    *arguments: str | Path, environment: Mapping[str, str], **options: Any
) -> subprocess.Popen[bytes]:
    """Start the command as a process of its own, without a terminal and without root's rights."""
    return subprocess.Popen(
        [*as_person(), sys.executable, "-m", "privatus", *arguments],
        env=_environment(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        **options,
    )


def run_process(*arguments: str | Path, environment: Mapping[str, str]) -> tuple[int, str, str]:
    """Run the command as a process of its own; return its exit code and what it printed."""
    process = start(*arguments, environment=environment)
    output, errors = process.communicate(timeout=_PATIENCE_S)
    return process.returncode, output.decode(), errors.decode()


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    mine = {k: v for k, v in os.environ.items() if not k.startswith("PRIVATUS_")}
    return {**mine, "PYTHONPATH": str(ROOT), "TERM": "xterm", **more}


class Terminal:
    """The command on a terminal of its own, with a person who types."""

    def __init__(self, *arguments: str | Path, environment: Mapping[str, str]) -> None:
        self.screen = ""
        self._terminal, line = pty.openpty()
        words = [sys.executable, "-m", "privatus", *map(str, arguments)]
        self._process = subprocess.Popen(
            [sys.executable, "-c", _TAKE_TERMINAL, *words],
            env=_environment(environment),
            stdin=line,
            stdout=line,
            stderr=line,
        )
        os.close(line)

    def expect(self, text: str) -> None:
        """Wait until *text* is on the screen, behind what was expected before."""
        deadline_s = time.monotonic() + _PATIENCE_S
        while text not in self.screen:
            if not self._read(deadline_s):
                raise AssertionError(f"{text!r} was never shown; the screen is {self.screen!r}")
        self.screen = self.screen.split(text, 1)[1]

    def type(self, line: str) -> None:
        """Type a line."""
        os.write(self._terminal, f"{line}\n".encode())

    def press_ctrl_c(self) -> None:
        """Press Ctrl-C."""
        os.write(self._terminal, b"\x03")

    def terminate(self) -> None:
        """End the command from elsewhere, as a shutdown does."""
        self._process.terminate()

    def end(self) -> int:
        """Wait for the end of the command and return its exit code."""
        deadline_s = time.monotonic() + _PATIENCE_S
        while self._read(deadline_s):
            pass
        os.close(self._terminal)
        return self._process.wait()

    def _read(self, deadline_s: float) -> bool:
        remaining_s = deadline_s - time.monotonic()
        if remaining_s <= 0 or not select.select([self._terminal], [], [], remaining_s)[0]:
            self._process.kill()
            self._process.wait()
            raise AssertionError(f"the command hangs; the screen is {self.screen!r}")
        try:
            found = os.read(self._terminal, 65536)
        except OSError:
            # Linux says so when the other end is closed.
            return False
        self.screen += found.decode(errors="replace")
        return bool(found)


def lines(text: str) -> Sequence[str]:
    """Return the lines of *text* that are not empty."""
    return [line for line in text.splitlines() if line.strip()]
