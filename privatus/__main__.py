"""`python -m privatus` is the `privatus` command."""

from __future__ import annotations

from privatus.cli.main import main

main()
