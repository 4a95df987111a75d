"""What is forbidden to a person is not forbidden to root, as who a test may run."""

from __future__ import annotations

import os

_RIGHTS = "-dac_override,-dac_read_search"


def as_person() -> list[str]:
    """Return what comes before a command so that permissions hold for it, too."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return []
    # Of util-linux, which every Debian has.
    return ["setpriv", f"--bounding-set={_RIGHTS}", f"--inh-caps={_RIGHTS}", "--"]
