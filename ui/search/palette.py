"""The palette: one field over the window for messages, chats and commands."""

from __future__ import annotations

from functools import partial

import shiboken6
from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QApplication, QFrame, QLabel, QLineEdit, QWidget

from privatus.core.conversation import ConversationSummary
from privatus.core.errors import QueryError
from privatus.core.jobs import Job
from privatus.services.search import Hit, SearchResult
from privatus.services.wording import without_filter, without_filters
from ui import theme
from ui.commands import Command
from ui.i18n import _, mark
from ui.icons import icon
from ui.jobs import error_text
from ui.layouts import column, label, row
from ui.search import choices, summary
from ui.search.chips import Chips
from ui.search.faults import said
from ui.search.palette_model import PaletteModel, Row, section
from ui.search.palette_view import PaletteView
from ui.search.quick import Quick
from ui.search.recent import Recent
from ui.search.searcher import Answer, Asked
from ui.search.target import SearchTarget
from ui.session import Session
from ui.shell.pages import MessageTarget
from ui.shell.shell import Shell
from ui.shell.workspace import Workspace
from ui.style_sheet import set_kind
from ui.tags.target import TagTarget

_WIDTH = 680
_MARGIN = 24
_TOP_SHARE = 0.11
_NEWEST = 5
_COMMANDS = 4


class Palette(QWidget):
    """Lies over the workspace while it is open, and is destroyed with it."""

    answered = Signal()  # what was typed is answered, by messages or by what is wrong with it
    settled = Signal()  # and all else that belongs to the answer is there, too

    def __init__(self, shell: Shell, session: Session, parent: Workspace) -> None:
        super().__init__(parent)
        self._shell, self._session, self._over = shell, session, parent
        self._quick = Quick(session, self)
        self._quick.found.connect(self._on_found)
        self._quick.titled.connect(self._on_titles)
        self._quick.failed.connect(self._on_failed)
        self._recent = Recent.of(session)
        self._newest: list[ConversationSummary] = []
        self._found: tuple[str, SearchResult] | None = None
        # Enter was pressed before there were any rows of what stands in the field.
        self._is_entered = False
        self._before = QApplication.focusWidget()
        self.setAccessibleName(_("Search and commands"))
        self.field = QLineEdit()
        self.chips = Chips()
        self.model = PaletteModel(self)
        self.status = label("", "hint", wraps=False)
        self.card = self._make_card()
        parent.installEventFilter(self)
        parent.went.connect(self._on_gone_on)
        self.setGeometry(parent.rect())
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._show_before_typing()
        session.tasks.run(partial(_newest, session), owner=self, on_done=self._on_newest)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._on_focus_changed)

    def _make_card(self) -> QFrame:
        card = QFrame(self)
        set_kind(card, "card")
        set_kind(self.field, "bare")
        self.field.setFont(theme.font(16))
        self.field.setMinimumHeight(theme.px(44))
        self.field.setPlaceholderText(_("Search messages and chats, or type > for commands"))
        self.field.setAccessibleName(_("Search messages and chats, or type > for commands"))
        self.field.setMaxLength(4000)
        self.field.textChanged.connect(self._on_typed)
        self.field.installEventFilter(self)
        self.chips.removed.connect(self._on_chip_removed)
        self.view = PaletteView(card)
        self.view.setModel(self.model)
        self.view.clicked.connect(self._on_clicked)
        glass = QLabel()
        glass.setPixmap(icon("search").pixmap(theme.px(20), theme.px(20)))
        line = QFrame()
        set_kind(line, "line")
        line.setFixedHeight(1)
        chips = row(self.chips, margins=(16, 0, 16, 0))
        self._keys = label("", "hint", wraps=False)
        self._say_keys("")
        foot = row(self._keys, None, self.status, margins=(18, 2, 18, 10))
        head = row(glass, self.field, gap=8, margins=(18, 6, 12, 2))
        whole = column(head, chips, line, gap=4)
        whole.addWidget(self.view, 1)
        whole.addLayout(foot)
        card.setLayout(whole)
        return card

    # What is shown.

    def _show(self, rows: list[Row]) -> None:
        self.model.show(rows)
        first = self.model.next_choice(-1, 1)
        if first >= 0:
            self._choose(first)
        self.view.scrollToTop()
        self._place()

    def _show_before_typing(self) -> None:
        self.status.clear()
        self._show(
            choices.before_typing(self._shell, self._recent, self._newest, self._open_hit,
                                  self._open_chat, self.field.setText, self._run)
        )  # fmt: skip

    def _on_newest(self, newest: list[ConversationSummary]) -> None:
        self._newest = newest
        if not self.field.text():
            self._show_before_typing()

    def _say_keys(self, text: str) -> None:
        if text.startswith(choices.COMMAND_SIGN):
            self._keys.setText(_("↑ ↓ choose    ↵ run    Esc close"))
        else:
            self._keys.setText(_("↑ ↓ choose    ↵ open    Ctrl+↵ all results    Esc close"))

    def _on_typed(self, text: str) -> None:
        self._say_keys(text)
        self.chips.show_filters(text)
        self._quick.stop()
        self._is_entered = False
        if text.startswith(choices.COMMAND_SIGN):
            self.status.clear()
            wanted = text[1:].strip()
            self._show(section(_("Commands"), choices.commands(self._shell, wanted, self._run)))
        elif not text.strip():
            self._show_before_typing()
        else:
            self._quick.ask(text.strip())
            self._place()

    def _on_found(self, text: str, found: SearchResult) -> None:
        self._found = text, found
        self._show_found(text, found, ())
        self.status.setText(summary.count_line(Answer(Asked(text, "newest"), found)))
        self.answered.emit()

    def _on_titles(self, titles: tuple[Hit, ...]) -> None:
        row = self.view.currentIndex().row()
        has_moved = row >= 0 and self.model.next_choice(row, -1) >= 0
        # Nothing moves under who has begun to choose.
        if titles and self._found is not None and not has_moved:
            self._show_found(*self._found, titles)
        self._settle()

    def _settle(self) -> None:
        self.settled.emit()
        if self._is_entered:
            self._on_clicked(self.view.currentIndex())

    def _show_found(self, text: str, found: SearchResult, titles: tuple[Hit, ...]) -> None:
        rows = choices.for_hits(found.hits, titles, self._open_hit)
        if rows:
            to_page = partial(self._to_page, text)
            rows += [choices.line(_("Show all results"), "list-filter", to_page, _("Ctrl+↵"))]
        else:
            rows = section(summary.nothing_line(text), self._instead(text, found.suggestions))
        self._show(self._with_others(text, rows))

    def _instead(self, text: str, suggestions: tuple[str, ...]) -> list[Row]:
        rows = [
            choices.line(_("Did you mean: {query}").format(query=other), "sparkles",
                         partial(self.field.setText, other))
            for other in suggestions
        ]  # fmt: skip
        bare = without_filters(text)
        if bare not in ("", text):
            without = partial(self.field.setText, bare)
            rows.append(choices.line(_("Search without filters"), "search", without))
        return rows or [self._page_row(text)]

    def _with_others(self, text: str, rows: list[Row]) -> list[Row]:
        found = choices.commands(self._shell, text, self._run, limit=_COMMANDS)
        named = section(_("Commands"), found)
        rows = named + rows if choices.are_meant(self._shell, text) else rows + named
        tags, is_meant = choices.tags(self._session.tags.all, text, self._open_tag)
        return tags + rows if is_meant else rows + tags

    def _page_row(self, text: str) -> Row:
        return choices.line(_("Open the search page"), "search", partial(self._to_page, text))

    def _on_failed(self, error: BaseException) -> None:
        rows: list[Row] = []
        text = self.field.text()
        if isinstance(error, QueryError):
            instead = _("Search instead: {query}").format(query=error.nearest)
            better = choices.line(instead, "search", partial(self.field.setText, error.nearest))
            rows = section(said(str(error)), [better] if error.nearest else [])
        else:
            # The page says what is wrong with an index, and mends it.
            rows = section(error_text(error), [self._page_row(text)])
        self.status.clear()
        self._show(self._with_others(text, rows))
        self.answered.emit()
        self._settle()

    # What a person does.

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and event.type() == QEvent.Type.KeyPress:
            return isinstance(event, QKeyEvent) and self._on_key(event)
        if watched is self._over and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._over.rect())
            self._place()
        return super().eventFilter(watched, event)

    def _on_key(self, event: QKeyEvent) -> bool:
        key = event.key()
        self._is_entered = False
        has_control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if key == Qt.Key.Key_Escape:
            self.leave()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Tab):
            self._move(1)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Backtab):
            self._move(-1)
        elif key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            for _step in range(5):
                self._move(1 if key == Qt.Key.Key_PageDown else -1, wraps=False)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if has_control and not self.field.text().startswith(choices.COMMAND_SIGN):
                self._to_page(self.field.text().strip())
            else:
                self._on_enter()
        else:
            return False
        return True

    def _on_enter(self) -> None:
        """Do what the chosen row is for, or what the first of those on their way will be."""
        if self._quick.is_awaited:
            self._is_entered = True
        else:
            self._on_clicked(self.view.currentIndex())

    def _move(self, step: int, *, wraps: bool = True) -> None:
        current = self.view.currentIndex().row()
        wanted = self.model.next_choice(current, step)
        if wanted < 0 and wraps:
            start = -1 if step > 0 else self.model.rowCount()
            wanted = self.model.next_choice(start, step)
        if wanted >= 0:
            self._choose(wanted)
            # The heading above the first row is read with it.
            if self.model.next_choice(wanted, -1) < 0:
                self.view.scrollToTop()

    def _choose(self, row: int) -> None:
        self.view.setCurrentIndex(self.model.index(row))
        # The field keeps the focus, so that one can go on typing; who cannot see the list is told
        # what is chosen in it all the same.
        event = QAccessibleEvent(self.view, QAccessible.Event.Focus)
        event.setChild(row)
        QAccessible.updateAccessibility(event)

    def _on_clicked(self, index: QModelIndex) -> None:
        if 0 <= index.row() < len(self.model.rows):
            run = self.model.rows[index.row()].run
            if run is not None:
                run()

    def _on_chip_removed(self, removed: object) -> None:
        self.field.setText(without_filter(self.field.text(), removed))  # type: ignore[arg-type]
        self.field.setFocus()

    def _open_hit(self, hit: Hit) -> None:
        self._recent.searched(self.field.text())
        self._recent.opened(hit)
        words = () if self._found is None or hit.note else self._found[1].words
        target = MessageTarget(
            conversation_id=hit.conversation_id,
            message_id=hit.message_id,
            words=words,
            annotation_id=hit.annotation_id,
        )
        self.leave()
        self._shell.open_message(target)

    def _open_chat(self, chat: ConversationSummary) -> None:
        self.leave()
        self._shell.open_message(MessageTarget(conversation_id=chat.id))

    def _open_tag(self, name: str) -> None:
        self.leave()
        self._shell.go("chats", TagTarget(name=name))

    def _run(self, command: Command) -> None:
        self.leave()
        self._shell.commands.run(command.name)

    def _to_page(self, text: str) -> None:
        self.leave()
        self._shell.go("search", SearchTarget(query=text))

    def leave(self) -> None:
        """Close the palette, and give the focus back."""
        self._quick.stop()
        before, self._before = self._before, None
        self.hide()
        if before is not None and shiboken6.isValid(before) and before.isVisible():
            before.setFocus()
        elif before is not None:
            self._over.page(self._over.current).on_shown()
        self.deleteLater()

    def _on_focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        if new is None or not self.isVisible() or self.isAncestorOf(new):
            return
        if self._over.isAncestorOf(new):
            # Of a page that is ready only now: it is given back to it when the palette closes.
            self._before = new
            self.field.setFocus()
        else:
            self._on_gone_on()

    def _on_gone_on(self) -> None:
        self._before = None
        self.leave()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.card.geometry().contains(event.position().toPoint()):
            self.leave()

    # How it looks.

    def _place(self) -> None:
        width = min(theme.px(_WIDTH), self.width() - 2 * theme.px(_MARGIN))
        top = round(self.height() * _TOP_SHARE)
        most = self.height() - top - theme.px(_MARGIN)
        frame = self.card.sizeHint().height() - self.view.sizeHint().height()
        height = min(most, frame + max(self.view.rows_height(), theme.px(60)) + theme.px(8))
        self._keys.setVisible(width >= theme.px(560))
        self.card.setGeometry((self.width() - width) // 2, top, width, height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        shade = theme.colour("shadow")
        shade.setAlphaF(0.45 if theme.tokens().is_dark else 0.22)
        painter.fillRect(self.rect(), shade)


def install(shell: Shell) -> None:
    """Add the command that opens the palette."""
    shell.commands.add(
        Command(name="palette", title=mark("Search and commands"), keys="Ctrl+K", icon="search",
                run=partial(open_palette, shell), is_offered=False)
    )  # fmt: skip


def open_palette(shell: Shell) -> Palette | None:
    """Open the palette over the workspace, or close the one that is open."""
    session, over = shell.session, getattr(shell.window, "workspace", None)
    if session is None or not isinstance(over, Workspace):
        return None
    former = over.findChild(Palette)
    if former is not None and former.isVisible():
        former.leave()
        return None
    return Palette(shell, session, over)


def _newest(session: Session, _job: Job) -> list[ConversationSummary]:
    return list(session.vault.conversations.list(limit=_NEWEST))
