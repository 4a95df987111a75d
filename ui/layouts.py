"""Rows, columns and labels, said in one line each."""

from __future__ import annotations

import re
from html import escape
from typing import TypeVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtGui import Qt as QtGuiQt
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ui import theme
from ui.icons import icon
from ui.style_sheet import set_kind

# What the desktop draws round a window, at most; it is not known before the window is shown.
FRAME = QSize(8, 48)
# From this zoom on, there are better uses for what is left of the width.
_LARGE = 1.75
L = TypeVar("L", bound=QBoxLayout)
Part = QWidget | QLayout | int | None


class PushButton(QPushButton):
    """A button that Enter presses, too, and not on some desktops only."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(_as_space(event))

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        super().keyReleaseEvent(_as_space(event))


class ToolButton(QToolButton):
    """A button that Enter presses, too, and not on some desktops only."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(_as_space(event))

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        super().keyReleaseEvent(_as_space(event))


def column(*parts: Part, gap: float = 8, margins: tuple[float, ...] = (0, 0, 0, 0)) -> QVBoxLayout:
    """Return *parts* under each other; an int is a space, None takes what is left."""
    return _fill(QVBoxLayout(), parts, gap, margins)


def row(*parts: Part, gap: float = 8, margins: tuple[float, ...] = (0, 0, 0, 0)) -> QHBoxLayout:
    """Return *parts* beside each other; an int is a space, None takes what is left."""
    return _fill(QHBoxLayout(), parts, gap, margins)


def label(text: str, kind: str = "body", *, wraps: bool = True) -> QLabel:
    """Return *text*, which is never taken for markup."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wraps)
    set_kind(made, kind)
    return made


def breakable(text: str) -> str:
    """Let long words of *text*, such as names of files, go on in the next line at any letter."""
    # After a hyphen Qt does so by itself.
    return re.sub(r"[^\s-]{24,}", lambda word: "\u200b".join(word[0]), text)


def tip(text: str) -> str:
    """Return *text* for a tool tip, which cannot be told that it is none of HTML.

    As HTML it would show what somebody else wrote as something else, with the images it names.
    """
    if not QtGuiQt.mightBeRichText(text):
        return text
    return f"<p style='white-space: pre-wrap'>{escape(text)}</p>"


def keep_lines(shown: QLabel, lines: int) -> QLabel:
    """Keep room for so many lines: what is below stays where it is when the text changes."""
    shown.ensurePolished()
    shown.setMinimumHeight(lines * shown.fontMetrics().lineSpacing())
    shown.setAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop)
    return shown


def button(text: str, kind: str = "", icon_name: str = "") -> QPushButton:
    """Return a button that says *text*."""
    made = PushButton(text)
    made.setAutoDefault(False)
    if kind:
        set_kind(made, kind)
    if icon_name:
        made.setIcon(icon(icon_name, "on_accent" if kind == "primary" else "muted"))
        # Wider than the drawing: the text would touch it.
        made.setIconSize(QSize(theme.px(24), theme.px(16)))
    return made


def icon_button(icon_name: str, name: str, keys: str = "") -> QToolButton:
    """Return a button that shows an icon, and is called *name* for who cannot see it."""
    made = ToolButton()
    made.setIcon(icon(icon_name))
    made.setIconSize(QSize(theme.px(18), theme.px(18)))
    made.setToolTip(f"{name}  ({keys})" if keys else name)
    made.setAccessibleName(name)
    return made


def fit(dialog: QWidget, width: float, height: float) -> None:
    """Make *dialog* at least so large, or as large as the screen."""
    room = dialog.screen().availableSize() - FRAME
    dialog.setMinimumSize(QSize(theme.px(width), theme.px(height)).boundedTo(room))


def page_margin() -> float:
    """Return how far a page's content stays away from its edges."""
    return 28 if theme.theme().zoom < _LARGE else 14


def card(layout: QBoxLayout, kind: str = "card", margin: float = 20) -> QFrame:
    """Return *layout* on a card."""
    made = QFrame()
    set_kind(made, kind)
    layout.setContentsMargins(*(4 * (theme.px(margin),)))
    made.setLayout(layout)
    return made


def centred(
    inner: QWidget, width: float, *, is_in_the_middle: bool = False, margin: float = 0
) -> QScrollArea:
    """Return *inner* in the middle, at most *width* wide, in what scrolls when it is too large."""
    inner.setMaximumWidth(theme.px(width))
    inner.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    across = row(None, inner, None, margins=4 * (margin,))
    across.setStretch(1, 1000)
    down = column(None, across, None) if is_in_the_middle else column(across, None)
    whole = QWidget()
    whole.setLayout(down)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setWidget(whole)
    # What is in it has the focus, and the keys that scroll come from there.
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area


def scrolled(listed: QLayout, name: str) -> QScrollArea:
    """Return a list of texts that the keys can scroll, called *name* for who cannot see it."""
    inner = QWidget()
    inner.setLayout(listed)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setWidget(inner)
    area.setAccessibleName(name)
    set_kind(area, "list")
    return area


def empty(layout: QLayout, keep: QWidget | None = None) -> None:
    """Destroy all that is in *layout* but the widget *keep*, which is only taken out."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None and widget is not keep:
            widget.hide()
            widget.deleteLater()


def _as_space(event: QKeyEvent) -> QKeyEvent:
    """Return the key that presses a button on every desktop, for one that does so on some."""
    if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        return event
    # Held down, it would press the next page's button, too.
    key = Qt.Key.Key_unknown if event.isAutoRepeat() else Qt.Key.Key_Space
    return QKeyEvent(event.type(), key, event.modifiers(), " ", event.isAutoRepeat())


def _fill(made: L, parts: tuple[Part, ...], gap: float, margins: tuple[float, ...]) -> L:
    made.setSpacing(theme.px(gap))
    made.setContentsMargins(*(theme.px(margin) for margin in margins))
    for part in parts:
        if part is None:
            made.addStretch(1)
        elif isinstance(part, int):
            made.addSpacing(theme.px(part))
        elif isinstance(part, QLayout):
            made.addLayout(part)
        else:
            made.addWidget(part)
    return made
