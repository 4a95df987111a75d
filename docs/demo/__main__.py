"""Import three made-up chats into a vault that is thrown away, and search it.

`python docs/demo` runs the real commands and shows them. `python docs/demo EXPORT WORDS` does
the same with an export of yours: the vault lies encrypted in a temporary folder, under a random
password that nobody sees, and is removed at the end. Without WORDS, a word of the first title is
searched.
"""

from __future__ import annotations

import json
import os
import re
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


def _word(environment: dict[str, str]) -> str | None:
    """Return the longest word of the title that `list` shows first."""
    command = [Path(sys.executable).with_name("privatus"), "list", "--limit", "1", "--json"]
    printed = subprocess.run(command, env=environment, check=True, capture_output=True).stdout
    titles = [chat["title"] for chat in json.loads(printed)["conversations"]]
    return max(re.findall(r"\w{3,}", " ".join(titles)), key=len, default=None)


def main(arguments: list[str]) -> int:
    """Import and search; return the exit code of the first command that fails."""
    export = arguments[0] if arguments else str(_DEMO / "conversations.json")
    if not Path(export).exists():
        print(f"there is no file or folder {export}; name an export, or nothing", file=sys.stderr)
        return 2
    words = " ".join(arguments[1:]) or ("" if arguments else "sourdough -rye")
    print(
        "This vault is thrown away at the end: ignore the recovery code, and keep your export.",
        flush=True,
    )
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
            if found := words or _word(environment):
                _run("search", "--", found, environment=environment)
            _run("list", environment=environment)
        except subprocess.CalledProcessError as error:
            return error.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
