"""What the packaged program starts: the command, the window, or a part that it calls itself for.

Two arguments are not for people: `--read-export` makes it the process that reads a large export for
an import, and `--self-test EXPORT` walks through the window and says what works.
"""

from __future__ import annotations

import os
import sys

_READ = "--read-export"
_SELF_TEST = "--self-test"


def main() -> None:
    """Do what the arguments say."""
    _restore_environment()
    match sys.argv[1:]:
        case [argument] if argument == _READ:
            from privatus.services.reading_process import main as read

            read()
        case [argument, export] if argument == _SELF_TEST:
            from self_test import walk

            _read_large_exports_by_itself()
            sys.exit(walk(export))
        case _:
            from privatus.cli.main import main as run_command

            _read_large_exports_by_itself()
            run_command()


def _read_large_exports_by_itself() -> None:
    from privatus.services.reading import read_by

    read_by((sys.executable, _READ))


def _restore_environment() -> None:
    """Let programs that we open, such as the browser, find the system's libraries and not ours."""
    former = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
    if former is not None:
        os.environ["LD_LIBRARY_PATH"] = former
    else:
        os.environ.pop("LD_LIBRARY_PATH", None)


if __name__ == "__main__":
    main()
