"""What can be taken back and done again: the last changes that a person made, the newest first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from ui.i18n import _
from ui.shell.toasts import Toasts

_MOST = 100


@dataclass(frozen=True, slots=True, eq=False)
class _Step:
    """One change: what was said of it, and what takes it back, or does it again."""

    said: str
    run: Callable[[], object]


class Undoing:
    """Says what was done with Undo beside it, and keeps that for the keys."""

    def __init__(self, toasts: Toasts) -> None:
        self._toasts = toasts
        self._done: list[_Step] = []
        self._undone: list[_Step] = []

    def done(self, said: str, undo: Callable[[], object], *, is_again: bool = False) -> None:
        """Say that something was done; *undo* takes it back, and is called once at most.

        Who does something new does not do again what was taken back before, unless *is_again*.
        """
        change = _Step(said, undo)
        self._done.append(change)
        del self._done[:-_MOST]
        if not is_again:
            self._undone.clear()
        self._toasts.show(said, kind="good", action=(_("Undo"), partial(self._take_back, change)))

    def undone(self, said: str, redo: Callable[[], object]) -> None:
        """Keep what was taken back: *redo* does it again, and is called once at most."""
        self._undone.append(_Step(said, redo))
        del self._undone[:-_MOST]

    def undo(self) -> None:
        """Take back the last change that was not taken back yet."""
        if self._done:
            change = self._done[-1]
            self._toasts.show(_("Undoing: {what}").format(what=change.said))
            self._take_back(change)
        else:
            self._toasts.show(_("There is nothing to undo."))

    def redo(self) -> None:
        """Do again what was taken back last."""
        if self._undone:
            self._undone.pop().run()
        else:
            self._toasts.show(_("There is nothing to do again."))

    def clear(self) -> None:
        """Forget all changes: the vault is locked."""
        self._done.clear()
        self._undone.clear()

    def _take_back(self, change: _Step) -> None:
        # It may have been taken back by the key while its message was still there.
        if change in self._done:
            self._done.remove(change)
            change.run()
