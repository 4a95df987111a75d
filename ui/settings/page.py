"""The settings: all on one page, found by typing, applied at once."""

from __future__ import annotations

from functools import partial
from itertools import groupby

from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from ui import theme
from ui.flow import Flow
from ui.i18n import _, mark
from ui.layouts import button, card, centred, column, label, page_margin
from ui.search_field import SearchField
from ui.session import Session
from ui.settings import shortcuts
from ui.settings.rows import SettingRow
from ui.settings.table import TABLE
from ui.shell.pages import Page, PageWidget, Place
from ui.shell.shell import Shell
from ui.style_sheet import set_kind

_WIDTH = 720
_FOOT = ("own-card", "shortcuts", "about")


class SettingsPage(PageWidget):
    """Shows the table of settings, and the shortcuts below it."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.rows: list[SettingRow] = []
        self.shortcut_rows: list[shortcuts.ShortcutRow] = []
        # Each with its heading, so that both go when nothing in it is found.
        self._sections: list[tuple[QWidget, list[QWidget]]] = []
        self.filter = SearchField(_("Search the settings"))
        self.filter.textChanged.connect(self._on_filter_changed)
        self.nothing = label(_("No setting is called that."), "muted")
        self.nothing.hide()
        title, margins = label(_("Settings"), "title"), 4 * (page_margin(),)
        self._body = column(title, self.filter, self.nothing, gap=14, margins=margins)
        self._add_settings(self._body)
        self._body.addWidget(self._foot())
        self._body.addStretch(1)
        inner = QWidget()
        inner.setLayout(self._body)
        self._area = centred(inner, _WIDTH)
        self.setLayout(column(self._area))

    def on_open(self, session: Session) -> None:
        """Add the shortcuts: the pages' commands are there by now."""
        layout, self.shortcut_rows = shortcuts.editor(self.shell)
        self._add_section(
            self._body, _("Shortcuts"), layout, list(self.shortcut_rows), self._body.count() - 2
        )
        self._on_filter_changed(self.filter.text())

    def on_shown(self) -> None:
        self.filter.setFocus()

    def on_target(self, target: object) -> None:
        """Show the section "shortcuts", or what a word finds."""
        if target == "shortcuts" and self.shortcut_rows:
            self._area.ensureWidgetVisible(self.shortcut_rows[-1])
            self._area.ensureWidgetVisible(self._sections[-1][0])
        elif isinstance(target, str):
            self.filter.setText(target)

    def where(self) -> object | None:
        return self.filter.text() or None

    def _foot(self) -> QWidget:
        names = [name for name in _FOOT if self.shell.commands.find(name) is not None]
        shown = [button(self.shell.commands.action(name).text(), "link") for name in names]
        for made, name in zip(shown, names, strict=True):
            made.clicked.connect(partial(_run, self.shell, name))
        foot = QWidget()
        flow = Flow(foot)
        for made in shown:
            flow.addWidget(made)
        return foot

    def _add_settings(self, body: QVBoxLayout) -> None:
        for section, settings in groupby(TABLE, key=lambda setting: setting.section):
            rows = [SettingRow(self.shell.settings, setting) for setting in settings]
            self.rows += rows
            parts: list[QWidget] = []
            for made in rows:
                if parts:
                    parts.append(_line())
                parts.append(made)
            self._add_section(body, _(section), column(*parts, gap=0), list(rows))

    def _add_section(
        self,
        body: QVBoxLayout,
        title: str,
        layout: QVBoxLayout,
        rows: list[QWidget],
        place: int = -1,
    ) -> None:
        whole = QWidget()
        heading = QLabel(title)
        set_kind(heading, "subheading")
        layout_card = card(layout)
        layout.setContentsMargins(theme.px(20), theme.px(6), theme.px(20), theme.px(6))
        whole.setLayout(column(heading, layout_card, margins=(0, 8, 0, 0)))
        body.insertWidget(place, whole)
        self._sections.append((whole, rows))

    def _on_filter_changed(self, text: str) -> None:
        words = text.casefold().split()
        for section, rows in self._sections:
            is_shown = False
            for made in rows:
                is_found = _is_found(made, words)
                made.setVisible(is_found)
                is_shown = is_shown or is_found
            section.setVisible(is_shown)
            # Lines between rows make sense only while all rows are there.
            for line in section.findChildren(QFrame, "between"):
                line.setVisible(not words)
        self.nothing.setVisible(not any(not s.isHidden() for s, _rows in self._sections))


def _is_found(made: QWidget, words: list[str]) -> bool:
    if isinstance(made, SettingRow):
        return made.matches(words)
    if isinstance(made, shortcuts.ShortcutRow):
        said = f"{_(made.command.title)} {_('Shortcuts')}".casefold()
        return all(word in said for word in words)
    return True


def _run(shell: Shell, name: str, _is_checked: bool = False) -> None:
    shell.commands.run(name)


def _line() -> QFrame:
    made = QFrame()
    made.setObjectName("between")
    made.setFixedHeight(1)
    set_kind(made, "line")
    return made


PAGE = Page(
    name="settings",
    title=mark("Settings"),
    icon="settings",
    make=SettingsPage,
    place=Place.BOTTOM,
)
