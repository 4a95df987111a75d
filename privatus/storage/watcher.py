"""What a database tells somebody who follows its transactions."""

from __future__ import annotations

from typing import Protocol


class Watcher(Protocol):
    """Somebody who keeps account of what transactions change."""

    def begun(self) -> None:
        """Hear that a transaction has begun."""

    def failed(self) -> None:
        """Hear that a statement failed, and what it had done by then was taken back."""

    def before_commit(self) -> None:
        """Write what belongs to the transaction, which is about to be committed."""

    def ended(self) -> None:
        """Hear that it is over, committed or taken back."""
