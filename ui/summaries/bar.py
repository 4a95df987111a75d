"""Above the messages: what the chat is about, folded into one line or in full."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QScrollArea, QStackedWidget, QWidget

from privatus.core.summary import Summary
from ui import theme
from ui.elided_label import ElidedLabel
from ui.i18n import _
from ui.icons import icon
from ui.layouts import button, column, icon_button, label, row
from ui.summaries.lines import SentenceLine

# So much of the reader's height it takes at most, unfolded.
_MOST_SHARE = 0.4
_LEAST_HEIGHT = 60
_EDITOR_HEIGHT = 180


class SummaryBar(QFrame):
    """The summary of the open chat."""

    jumped = Signal(int)  # to the message with this number
    folded = Signal(bool)
    written = Signal(str)
    reset_wanted = Signal()

    def __init__(self, reader: QWidget) -> None:
        super().__init__(reader)
        self._reader = reader
        self.setProperty("kind", "bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(_("Summary"))
        self.summary: Summary | None = None
        self.lines: list[SentenceLine] = []
        self.fold_button = icon_button("chevron-right", _("Unfold the summary"))
        self.fold_button.clicked.connect(self._on_fold)
        self.preview = ElidedLabel("muted")
        self.caption = ElidedLabel("hint")
        self.edit_button = icon_button("pencil", _("Write the summary yourself"))
        self.edit_button.clicked.connect(self.edit)
        self.reset_button = icon_button("undo-2", _("Back to the chat's own sentences"))
        self.reset_button.clicked.connect(self.reset_wanted)
        self._is_folded = True
        self._build()
        self.hide()

    def _build(self) -> None:
        self._title = label(_("Summary"), "small", wraps=False)
        head = row(self.fold_button, self._title, self.preview, self.caption,
                   self.reset_button, self.edit_button, gap=6)  # fmt: skip
        head.setStretch(2, 1)
        head.setStretch(3, 1)
        self._listed = column(gap=0)
        self.own = label("", "body")
        self.own.setContentsMargins(theme.px(8), theme.px(2), 0, theme.px(4))
        self.own.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        inner = QWidget()
        self._inner = column(self.own, self._listed, None, gap=0, margins=(0, 0, 8, 4))
        inner.setLayout(self._inner)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setWidget(inner)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # What is in it has the focus, and it follows that.
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._area)
        self._stack.addWidget(self._editor())
        self.setLayout(column(head, self._stack, gap=2, margins=(14, 3, 12, 3)))

    def _editor(self) -> QWidget:
        self.field = QPlainTextEdit()
        self.field.setTabChangesFocus(True)
        self.field.setAccessibleName(_("Summary"))
        self.field.installEventFilter(self)
        save = button(_("Save"), "primary")
        save.clicked.connect(self.save)
        cancel = button(_("Cancel"))
        cancel.clicked.connect(self.end_edit)
        made = QWidget()
        hint = label(_("Ctrl+Enter saves."), "hint")
        made.setLayout(
            column(self.field, row(hint, None, cancel, save), gap=6, margins=(0, 0, 0, 6))
        )
        return made

    # ------------------------------------------------------------------ what is shown

    def show_summary(self, summary: Summary, *, is_folded: bool) -> None:
        """Show *summary*, as one line if it *is_folded*."""
        self.summary = summary
        self.end_edit()
        for line in self.lines:
            line.hide()
            line.deleteLater()
        self.lines = [] if summary.is_own else [SentenceLine(s) for s in summary.sentences]
        for line in self.lines:
            line.clicked.connect(self._on_line)
            self._listed.addWidget(line)
        self.own.setText(summary.text)
        self.own.setVisible(summary.is_own)
        self.preview.say(summary.plain)
        made_by = _("Your words") if summary.is_own else _("Made by Privatus from the chat")
        self.caption.say(made_by)
        self.reset_button.setVisible(summary.is_own)
        self.set_folded(is_folded)
        self.show()

    def clear(self) -> None:
        """Let go of it; the next chat's is likely to come into the same place."""
        self.summary = None
        self.end_edit()
        for line in self.lines:
            line.hide()
            line.deleteLater()
        self.lines = []
        self.own.setText("")
        self.preview.say("")
        self.field.clear()

    @property
    def is_folded(self) -> bool:
        return self._is_folded

    def set_folded(self, is_folded: bool) -> None:
        """Show one line, or all of it."""
        self._is_folded = is_folded
        name = _("Unfold the summary") if is_folded else _("Fold the summary")
        self.fold_button.setIcon(icon("chevron-right" if is_folded else "chevron-down"))
        self.fold_button.setToolTip(f"{name}  (Ctrl+Shift+Y)")
        self.fold_button.setAccessibleName(name)
        self.preview.setVisible(is_folded)
        self.caption.setVisible(not is_folded)
        self._stack.setVisible(not is_folded)
        self.fit()

    def fit(self) -> None:
        """Take as much room as the summary needs, and no more than a part of the reader."""
        if self._is_folded:
            return
        most = max(theme.px(_LEAST_HEIGHT), round(self._reader.height() * _MOST_SHARE))
        if self.is_editing:
            self._stack.setFixedHeight(min(most, theme.px(_EDITOR_HEIGHT)))
            return
        width = max(1, self._reader.width() - theme.px(50))
        needed = self._inner.totalHeightForWidth(width) + theme.px(4)
        self._stack.setFixedHeight(min(most, needed))

    def _on_fold(self) -> None:
        self.set_folded(not self._is_folded)
        self.folded.emit(self._is_folded)

    def _on_line(self) -> None:
        line = self.sender()
        if isinstance(line, SentenceLine):
            self.jumped.emit(line.said.number)

    # ------------------------------------------------------------------ a person's words

    @property
    def is_editing(self) -> bool:
        return self._stack.currentIndex() == 1

    def edit(self) -> None:
        """Let the person write; they begin with what is there."""
        if self.summary is None:
            return
        self.field.setPlainText(self.summary.plain)
        self._stack.setCurrentIndex(1)
        self.set_folded(False)
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.field.selectAll()

    def end_edit(self) -> None:
        """Go back from writing, and forget what was written."""
        if self.is_editing:
            self._stack.setCurrentIndex(0)
            self.field.clear()
            self.fit()
            self.edit_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def save(self) -> None:
        """Take what was written, if something is being written and it is new."""
        if not self.is_editing:
            return
        text = self.field.toPlainText().strip()
        if text and self.summary is not None and text != self.summary.plain:
            self.written.emit(text)
        self.end_edit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.save()
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.end_edit()
                return True
        return super().eventFilter(watched, event)
