"""What the window offers to its pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ui.clipboard import Clipboard, forget_selection
from ui.commands import Commands
from ui.jobs import Jobs, error_text
from ui.session import Keeper, Session
from ui.settings.store import Settings
from ui.shell.pages import MessageTarget
from ui.shell.toasts import Toast, Toasts
from ui.shell.undoing import Undoing

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

_MOST_STEPS_BACK = 50


class Shell(QObject):
    """The window as a page sees it: where to go, what to say, what to remember."""

    page_asked = Signal(str, object)
    # Another vault is to be opened, in this folder.
    vault_asked = Signal(object)  # Path
    # A step back was made possible, or the last one was made.
    history_changed = Signal()

    def __init__(self, window: QWidget, settings: Settings, keeper: Keeper) -> None:
        super().__init__(window)
        self.window = window
        self.settings = settings
        self.keeper = keeper
        self.commands = Commands(window, settings)
        self.clipboard = Clipboard(self)
        self.jobs = Jobs(self)
        self._toasts = Toasts(window)
        self._undoing = Undoing(self._toasts)
        self._history: list[tuple[str, object]] = []

    @property
    def session(self) -> Session | None:
        """Return the vault that is open, if one is."""
        return self.keeper.session

    def go(self, page: str, target: object = None) -> None:
        """Show the page *page*, and *target* on it."""
        self.page_asked.emit(page, target)

    def open_message(self, target: MessageTarget) -> None:
        """Show a message in its conversation, on its branch."""
        self.go("chats", target)

    def remember(self, page: str, where: object) -> None:
        """Keep where a person was, for `back`."""
        self._history.append((page, where))
        del self._history[:-_MOST_STEPS_BACK]
        self.history_changed.emit()

    def back(self) -> tuple[str, object] | None:
        """Take the last place out of the history."""
        place = self._history.pop() if self._history else None
        self.history_changed.emit()
        return place

    def toast(
        self,
        text: str,
        *,
        kind: str = "info",
        action: tuple[str, Callable[[], object]] | None = None,
    ) -> Toast:
        """Say *text* for a few seconds; *kind* is info, good, warn or problem."""
        return self._toasts.show(text, kind=kind, action=action)

    def done(self, said: str, undo: Callable[[], object], *, is_again: bool = False) -> None:
        """Say what was done, with Undo beside it; `undo` calls *undo*, too, once in all.

        *is_again*: it was done before and taken back, and this is no new change.
        """
        self._undoing.done(said, undo, is_again=is_again)

    def undone(self, said: str, redo: Callable[[], object]) -> None:
        """Keep what was taken back; `redo` calls *redo*, once at most."""
        self._undoing.undone(said, redo)

    def undo(self) -> None:
        """Take back what was done last."""
        self._undoing.undo()

    def forget_done(self) -> None:
        """Let go of what could be taken back: something of it was purged."""
        self._undoing.clear()

    def redo(self) -> None:
        """Do again what was taken back last."""
        self._undoing.redo()

    def tell_error(self, error: BaseException) -> None:
        """Say what went wrong in one sentence."""
        self._toasts.show(error_text(error), kind="problem")

    @property
    def told(self) -> list[str]:
        """Return the messages that are shown now."""
        return self._toasts.texts

    def copy(self, text: str, said: str = "") -> None:
        """Copy *text*, and say *said*; it leaves the clipboard when the vault is locked."""
        self.clipboard.copy(text)
        if said:
            self.toast(said, kind="good")

    def forget(self) -> None:
        """Let go of everything that came from the vault."""
        self._history.clear()
        self._undoing.clear()
        self._toasts.clear()
        self.jobs.clear()
        self.clipboard.clear()
        forget_selection()
