"""Import three made-up chats into a vault that is thrown away, and search it.

`python docs/demo` runs the real commands and shows them. `python docs/demo EXPORT WORDS` does
the same with an export of yours: the vault lies encrypted in a temporary folder, under a random
password that nobody sees, and is removed at the end.
"""

from __future__ import annotations

import os
import secrets
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

_DEMO = Path(__file__).resolve().parent


def _run(*arguments: str, environment: dict[str, str]) -> None:
    print("\n$", shlex.join(("privatus", *arguments)), flush=True)
    # The one installed beside this Python, not the one of the folder where we stand.
    command = Path(sys.executable).with_name("privatus")
    subprocess.run([command, *arguments], env=environment, check=True)


def main(arguments: list[str]) -> int:
    """Import and search; return the exit code of the first command that fails."""
    export = arguments[0] if arguments else str(_DEMO / "conversations.json")
    words = " ".join(arguments[1:]) or "sourdough -rye"
    with tempfile.TemporaryDirectory(prefix="privatus-demo-") as folder:
        password = Path(folder, "password")
        password.touch(mode=0o600)
        password.write_text(secrets.token_urlsafe(), encoding="utf-8")
        environment = os.environ | {
            "PRIVATUS_VAULT": str(Path(folder, "vault")),
            "PRIVATUS_PASSWORD_FILE": str(password),
        }
        try:
            _run("import", export, environment=environment)
            _run("search", "--", words, environment=environment)
            _run("list", environment=environment)
        except subprocess.CalledProcessError as error:
            return error.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
