"""The tags of a chooser, each with a tick: on all of the chats, on none, or on some as before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from privatus.core import tag as tags
from privatus.services.tag_names import clean, tidy
from ui import theme
from ui.i18n import _, number
from ui.tags.dots import dot_icon

Index = QModelIndex | QPersistentModelIndex
_State = Qt.CheckState


@dataclass(slots=True)
class Tick:
    """One tag; `colour` is None if it has none."""

    name: str
    colour: str | None
    count: int  # of the chats, that have it before anything is chosen
    before: Qt.CheckState
    now: Qt.CheckState


class Ticks(QAbstractListModel):
    """Shows those that `filter` leaves, and below them a tag that could be made."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._all: list[Tick] = []
        self._shown: list[Tick] = []
        self._chats = 0
        self._text = ""

    def fill(
        self, known: Sequence[tuple[str, str | None]], counts: Mapping[str, int], chats: int
    ) -> None:
        """Show the tags *known* by name and colour, of which *chats* have so many each."""
        made = [tick for tick in self._all if not tick.count and tick.before is not tick.now]
        self._chats = chats
        self._all = [_tick(name, colour, counts.get(name, 0), chats) for name, colour in known]
        for tick in made:
            self._add(tick.name)
        self.filter(self._text)

    def filter(self, text: str) -> None:
        """Show the tags that have all words of *text* in their names."""
        self.beginResetModel()
        self._text = text
        words = tags.key(tidy(text)).split()
        found = [tick for tick in self._all if all(w in tags.key(tick.name) for w in words)]
        wanted = tags.key(tidy(text))
        # What is called so comes first, then what begins so.
        self._shown = sorted(found, key=lambda tick: _distance(tags.key(tick.name), wanted))
        self.endResetModel()

    @property
    def new_name(self) -> str:
        """Return the tag that the text would make, "" if there is one of this name."""
        wanted = tidy(self._text)
        is_known = any(tags.key(tick.name) == tags.key(wanted) for tick in self._all)
        return "" if is_known else wanted

    def toggle(self, row: int) -> str:
        """Tick what is in *row*, or take the tick away; return the tag's name.

        Raises:
            UserError: it is a new one, and its name does not do.
        """
        if row >= len(self._shown):
            return self._add(clean(self.new_name))
        tick = self._shown[row]
        tick.now = _next(tick)
        self.dataChanged.emit(self.index(row), self.index(row))
        return tick.name

    def give(self, name: str) -> str:
        """Tick the tag *name*, which is made if there is none; return its name.

        Raises:
            UserError: the name does not do.
        """
        return self._add(clean(name))

    def _add(self, name: str) -> str:
        has = [tick for tick in self._all if tags.key(tick.name) == tags.key(name)]
        if not has:
            self._all.append(Tick(name, None, 0, _State.Unchecked, _State.Checked))
            self._all.sort(key=lambda tick: tags.key(tick.name))
        for tick in has:
            tick.now = _State.Checked
        self.filter(self._text)
        return name

    @property
    def given(self) -> list[str]:
        return self._changed_to(_State.Checked)

    @property
    def taken(self) -> list[str]:
        return self._changed_to(_State.Unchecked)

    def _changed_to(self, state: Qt.CheckState) -> list[str]:
        return [tick.name for tick in self._all if tick.now is state is not tick.before]

    # What Qt asks.

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._shown) + bool(self.new_name)

    def flags(self, index: Index) -> Qt.ItemFlag:
        return (
            Qt.ItemFlag.ItemIsEnabled
            | Qt.ItemFlag.ItemIsSelectable
            | Qt.ItemFlag.ItemIsUserCheckable
            | Qt.ItemFlag.ItemNeverHasChildren
        )

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= self.rowCount():
            return None
        if index.row() >= len(self._shown):
            # Isolated, so that an Arabic name stays in its place.
            said = _("New tag: {name}").format(name=f"\u2068{self.new_name}\u2069")
            return said if role == Qt.ItemDataRole.DisplayRole else None
        tick = self._shown[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return tick.name
        if role == Qt.ItemDataRole.CheckStateRole:
            return tick.now
        if role == Qt.ItemDataRole.DecorationRole:
            return dot_icon(tick.colour, theme.px(12))
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            said = _("on {n} of {all}")
            return said.format(n=number(tick.count), all=number(self._chats))
        return None


def _tick(name: str, colour: str | None, count: int, chats: int) -> Tick:
    state = _State.PartiallyChecked if count else _State.Unchecked
    state = _State.Checked if count and count >= chats else state
    return Tick(name, colour, count, state, state)


def _next(tick: Tick) -> Qt.CheckState:
    if tick.now is _State.PartiallyChecked:
        return _State.Checked
    if tick.now is _State.Checked:
        return _State.Unchecked
    # As it was before, where that is something of its own.
    is_partial = tick.before is _State.PartiallyChecked
    return _State.PartiallyChecked if is_partial else _State.Checked


def _distance(name: str, wanted: str) -> int:
    if not wanted or name == wanted:
        return 0
    return 1 if name.startswith(wanted) else 2
