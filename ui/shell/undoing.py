"""What can be taken back: the last changes that a person made, the newest first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from ui.i18n import _
from ui.shell.toasts import Toasts

_MOST = 100


@dataclass(frozen=True, slots=True, eq=False)
class _Done:
    """One change: what was said of it, and what takes it back."""

    said: str
    undo: Callable[[], object]


class Undoing:
    """Says what was done with Undo beside it, and keeps that for the key."""

    def __init__(self, toasts: Toasts) -> None:
        self._toasts = toasts
        self._done: list[_Done] = []

    def done(self, said: str, undo: Callable[[], object]) -> None:
        """Say that something was done; *undo* takes it back, and is called once at most."""
        change = _Done(said, undo)
        self._done.append(change)
        del self._done[:-_MOST]
        self._toasts.show(said, kind="good", action=(_("Undo"), partial(self._take_back, change)))

    def undo(self) -> None:
        """Take back the last change that was not taken back yet."""
        if self._done:
            change = self._done[-1]
            self._toasts.show(_("Undoing: {what}").format(what=change.said))
            self._take_back(change)
        else:
            self._toasts.show(_("There is nothing to undo."))

    def clear(self) -> None:
        """Forget all changes: the vault is locked."""
        self._done.clear()

    def _take_back(self, change: _Done) -> None:
        # It may have been taken back by the key while its message was still there.
        if change in self._done:
            self._done.remove(change)
            change.undo()
