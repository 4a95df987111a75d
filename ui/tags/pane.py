"""The tags in the sidebar, and what can be done with a tag there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from privatus.bootstrap import Vault
from privatus.core import tag as tags
from privatus.core.jobs import Job
from privatus.core.tag import COLOURS
from privatus.services.tag_changes import TagChange
from ui import theme
from ui.i18n import _, mark, ngettext
from ui.icons import icon
from ui.layouts import column, icon_button, label, row
from ui.name_tree import NAME
from ui.session import Session
from ui.tags.dots import dot_icon
from ui.tags.giving import Giving
from ui.tags.tree import TagTree

_COLOURS = {
    "red": mark("Red"),
    "orange": mark("Orange"),
    "yellow": mark("Yellow"),
    "green": mark("Green"),
    "teal": mark("Teal"),
    "blue": mark("Blue"),
    "purple": mark("Purple"),
    "pink": mark("Pink"),
    "brown": mark("Brown"),
    "grey": mark("Grey"),
}


class TagsPane(QWidget):
    """Shows a TagTree; `moved` says that a tag is called otherwise now."""

    moved = Signal(str, str)
    export_wanted = Signal(str)

    def __init__(self, is_ours: Callable[[QObject | None], bool]) -> None:
        super().__init__()
        self._session: Session | None = None
        self._giving: Giving | None = None
        self.wanted: Callable[[], str | None] = _nothing
        self.tree = TagTree(is_ours)
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.customContextMenuRequested.connect(self._on_menu_wanted)
        self.tree.renamed.connect(self.rename)
        self.tree.deletion_wanted.connect(self.delete)
        self.rules = icon_button("wrench", _("Rules for tags"))
        self.rules.clicked.connect(self._on_rules_wanted)
        title = label(_("Tags"), "heading", wraps=False)
        head = row(title, None, self.rules, margins=(16, 8, 6, 4))
        self.setLayout(column(head, self.tree, gap=4))

    def open(self, session: Session, giving: Giving) -> None:
        """Show the tags of *session*."""
        self._session, self._giving = session, giving
        session.tags.changed.connect(self._on_tags_read)
        self._on_tags_read()

    def close_vault(self) -> None:
        """Let go of everything that came from the vault."""
        if self._session is not None:
            self._session.tags.changed.disconnect(self._on_tags_read)
        self._session = self._giving = None
        self.tree.fill((), None)

    def _on_tags_read(self) -> None:
        if self._session is not None:
            self.tree.fill(self._session.tags.all, self.wanted())

    def _on_rules_wanted(self) -> None:
        if self._giving is not None:
            self._giving.ask_rules()

    # What is done with a tag.

    def menu(self, name: str) -> QMenu:
        """Return what can be done with the tag *name*."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(icon("pencil"), f"{_('Rename')}\tF2", partial(self._edit, name))
        colours = menu.addMenu(icon("palette"), _("Colour"))
        for colour in (None, *COLOURS):
            text = _("No colour") if colour is None else _(_COLOURS[colour])
            drawing = dot_icon(colour, theme.px(12))
            colours.addAction(drawing, text, partial(self.colour, name, colour))
        others = self._others(name)
        into = menu.addMenu(icon("layers"), _("Merge into"))
        into.setEnabled(bool(others))
        for other in others:
            into.addAction(other.replace("&", "&&"), partial(self.merge, name, other))
        export = partial(self.export_wanted.emit, name)
        menu.addAction(icon("file-down"), _("Export its chats…"), export)
        menu.addSeparator()
        menu.addAction(icon("trash-2"), f"{_('Delete')}\tDel", partial(self.delete, name))
        return menu

    def _others(self, name: str) -> list[str]:
        known = [] if self._session is None else self._session.tags.all
        return [each.tag.name for each in known if not tags.is_within(each.tag.name, name)]

    def _on_menu_wanted(self, point: QPoint) -> None:
        item = self.tree.itemAt(point) or self.tree.currentItem()
        name = None if item is None else item.data(0, NAME)
        if name is not None:
            self.menu(name).popup(self.tree.viewport().mapToGlobal(point))

    def _edit(self, name: str) -> None:
        item = self.tree.item_of(name)
        if item is not None:
            self.tree.editItem(item, 0)

    def rename(self, name: str, new_name: str) -> None:
        """Call a tag otherwise, and those that lie in it."""
        work = partial(_rename, name=name, new_name=new_name)
        self._change(work, partial(self._on_moved, name, new_name, _("Tag renamed")))

    def merge(self, name: str, into: str) -> None:
        """Let all that has one tag have another."""
        work = partial(_merge, name=name, into=into)
        self._change(work, partial(self._on_moved, name, into, _("Tags merged")))

    def _on_moved(self, name: str, new_name: str, said: str, _change: TagChange) -> str:
        self.moved.emit(name, new_name)
        return said

    def colour(self, name: str, colour: str | None) -> None:
        """Give a tag a colour, or none."""
        self._change(partial(_colour, name=name, colour=colour), _told_colour)

    def delete(self, name: str) -> None:
        """Delete a tag and those that lie in it; the chats stay."""
        self._change(partial(_delete, name=name), _told_deletion)

    def _change(
        self, work: Callable[[Vault, Job], TagChange], told: Callable[[TagChange], str]
    ) -> None:
        if self._session is not None and self._giving is not None:
            self._giving.change(partial(work, self._session.vault), told)


def _nothing() -> str | None:
    return None


def _told_colour(_change: TagChange) -> str:
    return _("Colour changed")


def _told_deletion(change: TagChange) -> str:
    return ngettext("Tag deleted", "{n} tags deleted", len(change.before.tags))


def _rename(vault: Vault, _job: Job, *, name: str, new_name: str) -> TagChange:
    return vault.tags.rename(name, new_name)


def _merge(vault: Vault, _job: Job, *, name: str, into: str) -> TagChange:
    return vault.tags.merge(name, into)


def _colour(vault: Vault, _job: Job, *, name: str, colour: str | None) -> TagChange:
    return vault.tags.colour(name, colour)


def _delete(vault: Vault, _job: Job, *, name: str) -> TagChange:
    return vault.tags.delete(name)
