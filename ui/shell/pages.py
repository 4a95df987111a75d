"""How a page plugs into the window.

A page's package has `PAGE`, and `ui.pages` lists them; the rail shows the pages in that order. A
page's widget is made when it is first shown after unlocking, and is destroyed by locking.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from ui.session import Session
    from ui.shell.shell import Shell


class Place(enum.Enum):
    """Where in the rail a page has its button."""

    TOP = "top"
    BOTTOM = "bottom"
    # Reached by a command or from another page only.
    NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page: what the rail shows of it, and how its widget is made."""

    name: str
    title: str  # English, marked for translation
    icon: str
    make: Callable[[Shell], PageWidget]
    place: Place = Place.TOP
    # Beside those that its place in the rail gives it.
    keys: str = ""
    # What can be done by commands before the page was ever shown; called once a workspace.
    install: Callable[[Shell], None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageTarget:
    """A place in a conversation, to be shown by the page "chats"."""

    conversation_id: UUID
    message_id: str | None = None
    # Words to mark, as a search found them.
    words: tuple[str, ...] = ()
    # A note or highlight whose passage is to be in view.
    annotation_id: int | None = None
    # The keys go to the list of chats, as they were there.
    is_in_list: bool = False


class PageWidget(QWidget):
    """A page's widget. Subclasses override what they need; none has to call up."""

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self.shell = shell
        self.setProperty("kind", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)

    def on_open(self, session: Session) -> None:
        """Load what the page shows; the vault was opened, or the widget was just made."""

    def on_lock(self) -> None:
        """Let go of everything, drafts sealed first; the widget is destroyed after this."""

    def on_shown(self) -> None:
        """Put the focus where a person starts; the page has come to the front."""

    def on_target(self, target: object) -> None:
        """Show *target*: a MessageTarget, a query, whatever the page says that it takes."""

    def where(self) -> object | None:
        """Return the target that would bring a person back here; None if the page is enough."""
        return None
