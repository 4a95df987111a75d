"""Running the packaged program as on a machine that has no Python."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "several random words"


@dataclass(frozen=True, kw_only=True)
class Packaged:
    """The program in its folder, and the person's home; nothing else is known to it."""

    folder: Path
    home: Path

    @property
    def program(self) -> Path:
        return self.folder / "privatus"

    @property
    def vault(self) -> Path:
        return self.home / ".local" / "share" / "privatus" / "vault"

    @property
    def environment(self) -> dict[str, str]:
        self.home.mkdir(exist_ok=True)
        password = self.home / "password"
        if not password.exists():
            password.touch(mode=0o600)
            password.write_text(PASSWORD, encoding="utf-8")
        return {
            "HOME": str(self.home),
            "LC_ALL": "C.UTF-8",
            "PATH": "",
            "PRIVATUS_PASSWORD_FILE": str(password),
            "QT_QPA_PLATFORM": "offscreen",
        }

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        """Start it; what it prints can be read."""
        return subprocess.Popen(
            [self.program, *arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str | Path, code: int = 0) -> str:
        """Run it to its end, expect that it ends with *code*, and return what it printed."""
        process = self.start(*arguments)
        output, errors = process.communicate(timeout=300)
        assert process.returncode == code, output + errors
        return output
