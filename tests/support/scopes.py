"""Keys for tests of what lies below a vault."""

from __future__ import annotations

import os

from privatus.core.secret import SecretBytes
from privatus.vault.keys import Keys, Scope
from privatus.vault.unlock import Opened


def new_scope() -> Scope:
    """Return a scope of a vault that is nowhere."""
    opened = Opened(
        vault_id=os.urandom(16),
        vault_key=SecretBytes(os.urandom(32)),
        database_key=SecretBytes(os.urandom(32)),
        database_salt=os.urandom(16),
    )
    return Keys(opened).new_scope(1)[0]
