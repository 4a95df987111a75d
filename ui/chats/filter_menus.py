"""The menus that filter, order and group the list, and the chips that say what is filtered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QActionGroup, QIcon
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from privatus.core.marks import Shelf
from privatus.core.tag import TagCount
from privatus.services.listing import ListFilter, Order
from ui import theme
from ui.chats.arranging import GROUPINGS, ORDERS, Wish
from ui.chats.groups import Grouping
from ui.flow import Flow
from ui.i18n import _, mark, number
from ui.icons import icon
from ui.layouts import button
from ui.sidebar.contents import place_of
from ui.sources import label_of
from ui.tags.dots import dot_icon

# The states by which a list is filtered: the field of the filter, and its name.
_STATES = (
    ("is_pinned", mark("Pinned")),
    ("is_unread", mark("Unread")),
    ("is_starred", mark("Starred")),
    ("is_archived", mark("Archived")),
    ("is_missing", mark("No longer at its source")),
    ("is_annotated", mark("With notes")),
)


class _WishMenu(QMenu):
    """A menu that is filled when it opens, and says what was chosen as a new wish."""

    chosen = Signal(object)  # Wish

    def __init__(self, owner: QToolButton) -> None:
        super().__init__(owner)
        self.wish = Wish()
        self.setAccessibleName(owner.accessibleName())
        owner.setMenu(self)
        self.aboutToShow.connect(self._fill)

    def _fill(self) -> None:
        self.clear()

    def _add(self, text: str, wish: Wish, group: QActionGroup | None) -> QAction:
        action = self.addAction(text)
        action.setCheckable(True)
        if group is not None:
            group.addAction(action)
        action.triggered.connect(partial(_choose, self, wish))
        return action


class FilterMenu(_WishMenu):
    """What the list shows: a source, a tag, and states."""

    pane_wanted = Signal()

    def __init__(self, owner: QToolButton) -> None:
        super().__init__(owner)
        self.sources: list[tuple[str, int]] = []
        self.tags: Sequence[TagCount] = ()
        self._tag_menu = QMenu(_("Tag"), self)
        self._tag_menu.setIcon(icon("tag"))

    def _fill(self) -> None:
        self.clear()
        group = QActionGroup(self)
        wanted = self.wish.filter
        everything = self._add(_("All sources"), self.wish.with_filter(source=None), group)
        everything.setChecked(wanted.source is None)
        for source, count in self.sources:
            text = f"{label_of(source)}\t{number(count)}".replace("&", "&&")
            action = self._add(text, self.wish.with_filter(source=source), group)
            action.setChecked(wanted.source == source)
        self._fill_tags()
        self.addSeparator()
        for name, title in _STATES:
            is_on = bool(getattr(wanted, name))
            wish = self.wish.with_filter(**{name: None if is_on else True})
            self._add(_(title), wish, None).setChecked(is_on)
        self.addSeparator()
        clear = self.addAction(icon("x"), _("Clear the filter"))
        clear.setEnabled(self.wish.has_filter)
        clear.triggered.connect(partial(_choose, self, replace(self.wish, filter=ListFilter())))

    def _fill_tags(self) -> None:
        """Add a menu of all tags, below each those that lie in it."""
        if not self.tags:
            return
        inner = self._tag_menu
        inner.clear()
        self.addMenu(inner)
        group = QActionGroup(inner)
        choices: list[tuple[str | None, str, QIcon]] = [(None, _("Any tag or none"), QIcon())]
        choices += [
            (each.tag.name, _line(each), dot_icon(each.tag.colour, theme.px(12)))
            for each in self.tags
        ]
        for name, text, drawing in choices:
            is_shown = name == self.wish.filter.tag
            # Qt draws an icon or a check mark, not both.
            action = inner.addAction(icon("check", "accent") if is_shown else drawing, text)
            action.setCheckable(True)
            action.setChecked(is_shown)
            action.triggered.connect(partial(_choose, self, self.wish.with_filter(tag=name)))
            group.addAction(action)
        inner.addSeparator()
        inner.addAction(_("Tags beside the list"), self.pane_wanted.emit)


class OrderMenu(_WishMenu):
    """How the list is ordered and grouped."""

    def _fill(self) -> None:
        self.clear()
        orders, groupings = QActionGroup(self), QActionGroup(self)
        for order, title in ORDERS.items():
            action = self._add(_(title), replace(self.wish, order=order), orders)
            action.setChecked(order is self.wish.order)
        self.addSeparator()
        has_months = self.wish.order in (Order.NEWEST, Order.OLDEST)
        for grouping, title in GROUPINGS.items():
            action = self._add(_(title), replace(self.wish, grouping=grouping), groupings)
            action.setChecked(grouping is self.wish.grouping)
            action.setEnabled(has_months or grouping is not Grouping.MONTH)


class Chips(QWidget):
    """What is filtered, each with a way to end it."""

    chosen = Signal(object)  # Wish

    def __init__(self) -> None:
        super().__init__()
        self._flow = Flow(self)
        self.hide()

    def show_wish(self, wish: Wish) -> None:
        """Show the chips of *wish*."""
        self._flow.empty()
        wanted = wish.filter
        ends: list[tuple[str, Wish]] = []
        if wanted.source is not None:
            ends.append((label_of(wanted.source), wish.with_filter(source=None)))
        if wanted.shelf is not Shelf.CHATS:
            place = place_of(replace(wanted, folder=None, tag=None))
            if place is not None:
                ends.append((_(place.title), wish.with_filter(shelf=Shelf.CHATS)))
        if wanted.folder is not None:
            # Isolated, so that an Arabic name stays in its place.
            said = _("Folder: {value}").format(value=f"\u2068{wanted.folder}\u2069")
            ends.append((said, wish.with_filter(folder=None)))
        if wanted.tag is not None:
            ends.append((_tag_label(wanted.tag), wish.with_filter(tag=None)))
        if wanted.person is not None:
            said = _("With: {value}").format(value=f"\u2068{wanted.person}\u2069")
            ends.append((said, wish.with_filter(person=None)))
        ends += [
            (_(title), wish.with_filter(**{name: None}))
            for name, title in _STATES
            if getattr(wanted, name)
        ]
        for text, without in ends:
            chip = button(text.replace("&", "&&"), "chip", "x")
            chip.setAccessibleName(_("Stop filtering by {what}").format(what=text))
            chip.clicked.connect(partial(_choose, self, without))
            self._flow.addWidget(chip)
        self.setVisible(bool(ends))


def _tag_label(name: str) -> str:
    # Isolated, so that an Arabic name stays in its place.
    return _("Tag: {value}").format(value=f"\u2068{name}\u2069")


def _line(each: TagCount) -> str:
    return f"{each.tag.name}\t{number(each.all_conversations)}".replace("&", "&&")


def _choose(owner: _WishMenu | Chips, wish: Wish, _on: bool = False) -> None:
    owner.chosen.emit(wish)
