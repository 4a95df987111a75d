"""What the process that reads an export loads."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_ROOT = str(Path(__file__).resolve().parents[3])
_PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv[1]);"
    " import privatus.services.reading_process; print(*sys.modules)"
)


def test_the_reading_process_loads_neither_keys_nor_the_vault_so_that_it_starts_soon() -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-c", _PROGRAM, _ROOT], capture_output=True, text=True, check=True
    )

    loaded = set(done.stdout.split())
    assert "privatus.services.preparing" in loaded
    assert loaded.isdisjoint({"cryptography", "sqlcipher3", "privatus.vault.keys"})
