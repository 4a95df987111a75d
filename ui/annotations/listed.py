"""The list of all annotations: which are shown, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from privatus.core.annotation import Fit, FoundAnnotation
from ui.annotations.tints import NAMES
from ui.i18n import _, day, mark, moment

Index = QModelIndex | QPersistentModelIndex
FOUND = Qt.ItemDataRole.UserRole
KINDS = (
    ("all", mark("All notes and highlights")),
    ("notes", mark("With a note")),
    ("highlights", mark("Highlights without a note")),
    ("lost", mark("Whose text is gone")),
)
ORDERS = (
    ("newest", mark("Newest first")),
    ("oldest", mark("Oldest first")),
    ("chat", mark("By chat")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What of all is shown."""

    text: str = ""
    kind: str = "all"
    colour: str | None = None
    order: str = "newest"
    chat: UUID | None = None

    @property
    def is_narrow(self) -> bool:
        return self != replace(Wish(), order=self.order)


class Listed(QAbstractListModel):
    """Holds all annotations, and shows those that are wished for."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._all: list[tuple[FoundAnnotation, str]] = []
        self.shown: list[FoundAnnotation] = []
        self.wish = Wish()

    def fill(self, found: Sequence[FoundAnnotation]) -> None:
        """Hold these and no others."""
        self._all = [(each, _searched(each)) for each in found]
        self.show(self.wish)

    @property
    def count(self) -> int:
        """Return how many there are in all."""
        return len(self._all)

    def show(self, wish: Wish) -> None:
        """Show what is wished for."""
        self.beginResetModel()
        self.wish = wish
        words = wish.text.casefold().split()
        self.shown = [
            found
            for found, searched in self._all
            if _is_wanted(found, wish) and all(word in searched for word in words)
        ]
        self.shown.sort(key=_by_chat if wish.order == "chat" else _by_time)
        if wish.order == "newest":
            self.shown.reverse()
        self.endResetModel()

    def title_of(self, chat: UUID) -> str:
        """Return what a chat is called that has annotations."""
        return next((f.title for f, _words in self._all if f.conversation_id == chat), "")

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self.shown):
            return None
        found = self.shown[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return " ".join((found.annotation.text or quote_of(found)).split())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return spoken(found)
        return found if role == FOUND else None


def _searched(found: FoundAnnotation) -> str:
    return f"{found.annotation.text}\n{quote_of(found)}\n{found.title}".casefold()


def _is_wanted(found: FoundAnnotation, wish: Wish) -> bool:
    said = found.annotation
    return (
        (wish.colour is None or said.colour == wish.colour)
        and (wish.chat is None or found.conversation_id == wish.chat)
        and (wish.kind != "notes" or bool(said.text))
        and (wish.kind != "highlights" or not said.text)
        and (wish.kind != "lost" or found.place.fit is Fit.LOST)
    )


def _by_time(found: FoundAnnotation) -> tuple[int, int]:
    return found.annotation.created_at_ms or 0, found.annotation.id or 0


def _by_chat(found: FoundAnnotation) -> tuple[str, str, int, int, int]:
    start = found.place.span[0] if found.place.span else 0
    said = found.annotation
    chat = found.title.casefold(), str(found.conversation_id)
    return *chat, said.number or 0, start, said.id or 0


def quote_of(found: FoundAnnotation) -> str:
    """Return the words that an annotation was placed on, "" for a whole message or chat."""
    return found.annotation.passage.quote if found.annotation.passage else ""


def facts_of(found: FoundAnnotation) -> str:
    """Return when an annotation was made, on what, and how it stands."""
    said = found.annotation
    made = moment(said.created_at_ms)
    facts = [day(made) if made else ""]
    if said.number is None:
        facts.append(_("on the chat"))
    elif said.passage is None:
        facts.append(_("on a message"))
    if found.place.fit is Fit.LOST:
        facts.append(_("its text is gone"))
    elif found.place.fit is Fit.CHANGED:
        facts.append(_("its text has changed"))
    return "  ·  ".join(filter(None, facts))


def spoken(found: FoundAnnotation) -> str:
    """Return an annotation as a screen reader says it."""
    said = found.annotation
    parts = [
        said.text,
        f"“{' '.join(quote_of(found).split())}”" if said.passage else "",
        _(NAMES[said.colour]) if said.colour else "",
        found.title or _("Chat without a title"),
        facts_of(found),
    ]
    return ", ".join(filter(None, parts))
