"""What the search page shows before anything is searched: how to begin, and what was before."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QScrollArea, QWidget

from privatus.bootstrap import Vault
from privatus.core.jobs import Job
from ui import theme
from ui.flow import Flow
from ui.i18n import _, mark
from ui.layouts import button, column, label, row, tip
from ui.notices import Notice
from ui.search.recent import Recent
from ui.session import Session
from ui.shell.shell import Shell

_WIDTH = 620
_ICON = 40
# A search that works in any archive, and what it does.
_EXAMPLES = (
    ('"exact words"', mark("words one after the other")),
    ("rotat*", mark("every word that begins so")),
    ("key -lock", mark("the first without the second")),
    ("key OR lock", mark("either of them")),
    ("source:claude", mark("from one provider")),
    ("since:3m has:code", mark("code of the last three months")),
    ("in:title garden", mark("only in titles")),
    ("role:user", mark("only what you said")),
)


class StartPane(QScrollArea):
    """Shown while nothing is searched: what can be typed, and what was searched before."""

    chosen = Signal(str)

    def __init__(self, shell: Shell) -> None:
        super().__init__()
        self._session: Session | None = None
        # Nothing can be found in a vault without chats.
        self.is_empty = False
        bring = button(_("Import chats…"), "primary", "import")
        bring.clicked.connect(partial(shell.commands.run, "import"))
        self._empty = Notice(
            "messages-square",
            _("No chats yet"),
            _("Drop an export of ChatGPT, Claude, Gemini or another provider into this window."),
            bring,
        )
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._recent = Flow(gap=6)
        self._recent_box = QWidget()
        box = column(label(_("Searched before"), "caption"), gap=8)
        box.addLayout(self._recent)
        self._recent_box.setLayout(box)
        examples = column(label(_("What you can type"), "caption"), 2, gap=2)
        for text, meaning in _EXAMPLES:
            examples.addLayout(self._example(text, _(meaning)))
        self._begin = inner = QWidget()
        inner.setMaximumWidth(theme.px(_WIDTH))
        title = label(_("Search every chat"), "title")
        hint = label(
            _("Messages, titles, code, thinking and the names of files, in any language."), "muted"
        )
        inner.setLayout(column(title, hint, 20, self._recent_box, 12, examples, None, gap=6))
        beside = row(None, inner, None, margins=(28, 32, 28, 24), gap=0)
        beside.setStretch(1, 100)
        outer = QWidget()
        outer.setLayout(column(beside, self._empty, gap=0))
        self._empty.hide()
        self.setWidget(outer)

    def open(self, session: Session) -> None:
        """See whether there is anything to search in the vault of *session*."""
        self._session = session
        session.changed.connect(self._on_changed)
        self._on_changed("conversations")

    def _on_changed(self, what: str) -> None:
        if what == "conversations" and self._session is not None:
            work = partial(_is_empty, self._session.vault)
            self._session.tasks.run(work, owner=self, on_done=self._on_looked)

    def _on_looked(self, is_empty: bool) -> None:
        self.is_empty = is_empty
        self._empty.setVisible(is_empty)
        self._begin.setVisible(not is_empty)

    def show_recent(self, recent: Recent) -> None:
        """Offer the last searches again."""
        self._recent.empty()
        for query in recent.queries:
            chip = button(query if len(query) <= 40 else query[:39] + "…", "chip")
            chip.setToolTip(tip(query))
            chip.clicked.connect(partial(_choose, self, query))
            self._recent.addWidget(chip)
        self._recent_box.setVisible(bool(recent.queries))

    def _example(self, text: str, meaning: str) -> QBoxLayout:
        link = button(text, "link")
        link.setStyleSheet(f'font-family: "{theme.mono_font().family()}";')
        link.setAccessibleName(_("Search: {query}, {meaning}").format(query=text, meaning=meaning))
        link.setCursor(Qt.CursorShape.PointingHandCursor)
        link.setMinimumWidth(theme.px(210))
        link.clicked.connect(partial(_choose, self, text))
        return row(link, label(meaning, "muted", wraps=False), None, gap=8)


def _choose(pane: StartPane, query: str, _is_checked: bool = False) -> None:
    pane.chosen.emit(query)


def _is_empty(vault: Vault, _job: Job) -> bool:
    return not vault.conversations.list(limit=1)
