"""A diff as a document: messages under each other, or the former beside the later.

What came is underlined and what went is struck out, so that nobody has to tell colours apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFrameFormat,
    QTextLength,
    QTextOption,
    QTextTable,
    QTextTableFormat,
)

from privatus.core.conversation import Message, Role
from privatus.core.diff import Change, ConversationDiff, MessageDiff, Stretch
from privatus.services.diffs import text_of
from ui import theme
from ui.i18n import _, day, mark, moment, ngettext, time_of_day

# So many changed messages at once: a document is laid out as a whole.
AT_ONCE = 200
# Of a stretch that stays the same, so much is shown at either end.
_CONTEXT = 240
_MOST_CHARS = 200_000
_CHANGES = {
    Change.ADDED: mark("added"),
    Change.REMOVED: mark("removed"),
    Change.CHANGED: mark("changed"),
}
_ALSO = {
    "active": mark("the branch that is shown"),
    "attachments": mark("its files"),
    "author": mark("who speaks"),
    "created_at_ms": mark("its time"),
    "is_archived": mark("archived at its source"),
    "is_hidden": mark("whether it is shown"),
    "is_starred": mark("the star at its source"),
    "kind": mark("what sort of chat it is"),
    "metadata": mark("details from its source"),
    "model": mark("the model"),
    "parent": mark("what it answers"),
    "parts": mark("how it is made up"),
    "project": mark("the project"),
    "role": mark("who speaks"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What of a diff is shown, and how."""

    diff: ConversationDiff
    is_beside: bool = False  # the former beside the later
    has_all: bool = False  # also the messages that are the same
    most: int = AT_ONCE


@dataclass(frozen=True, slots=True)
class Drawn:
    """The document, where in it each change begins, and how many changes are not in it."""

    document: QTextDocument
    changes: tuple[int, ...]
    left: int


def draw(shown: Shown, speaker: Callable[[Message], str]) -> Drawn:
    """Return what is to be seen of a diff; *speaker* says whose a message is."""
    document = QTextDocument()
    document.setUndoRedoEnabled(False)
    document.setDefaultFont(theme.font(14))
    document.setDocumentMargin(theme.px(14))
    option = QTextOption()
    option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    document.setDefaultTextOption(option)
    drawing = _Beside(document, speaker) if shown.is_beside else _Inline(document, speaker)
    drawing.head(shown.diff)
    done = 0
    for change, group in groupby(shown.diff.messages, key=_is_same):
        messages = list(group)
        if not change:
            room = messages[: max(shown.most - done, 0)]
            done += len(messages)
            drawing.messages(room)
        elif done < shown.most and shown.has_all:
            drawing.messages(messages)
        elif done < shown.most:
            drawing.fold(len(messages))
    return Drawn(document, tuple(drawing.changes), max(done - shown.most, 0))


def _is_same(message: MessageDiff) -> bool:
    return message.change is Change.SAME


class _Drawing:
    """What both ways to draw a diff have in common."""

    def __init__(self, document: QTextDocument, speaker: Callable[[Message], str]) -> None:
        self._speaker = speaker
        self.cursor = QTextCursor(document)
        self.changes: list[int] = []
        self._is_begun = False

    def head(self, diff: ConversationDiff) -> None:
        """Say what of the chat as a whole changed."""
        if diff.title:
            self._title(_("Title"))
            self._block()
            _insert(self.cursor, diff.title)
        if diff.also:
            self._block()
            self.cursor.insertText(_also(diff.also), _format("muted"))

    def fold(self, count: int) -> None:
        """Say that *count* messages are the same."""
        self._title(ngettext("{n} message is the same", "{n} messages are the same", count))

    def messages(self, messages: Iterable[MessageDiff]) -> None:
        """Draw messages."""
        raise NotImplementedError

    def _title(self, text: str) -> None:
        self._block(above=14)
        self.cursor.insertText(text, _format("muted", weight=QFont.Weight.DemiBold))

    def _block(self, above: float = 4) -> None:
        """Begin a paragraph; the document has a first one already."""
        shape = QTextBlockFormat()
        shape.setTopMargin(theme.px(above))
        if self._is_begun:
            self.cursor.insertBlock(shape, QTextCharFormat())
        else:
            self.cursor.setBlockFormat(shape)
            self._is_begun = True

    def _said(self, told: MessageDiff) -> str:
        message = told.after or told.before
        at = None if message is None else moment(message.created_at_ms)
        parts = [
            "" if message is None else self._speaker(message),
            "" if at is None else f"{day(at)}, {time_of_day(at)}",
            _(_CHANGES[told.change]) if told.change in _CHANGES else "",
        ]
        return "  ·  ".join(filter(None, parts))


class _Inline(_Drawing):
    """One text, in which what went and what came stand in their places."""

    def messages(self, messages: Iterable[MessageDiff]) -> None:
        for told in messages:
            self._title(self._said(told))
            if told.change is not Change.SAME:
                self.changes.append(self.cursor.position())
            self._block()
            _insert(self.cursor, _stretches(told))
            if told.also:
                self._block()
                self.cursor.insertText(_also(told.also), _format("muted"))


class _Beside(_Drawing):
    """A table: the former state of each message to the one side, the later to the other."""

    def messages(self, messages: Iterable[MessageDiff]) -> None:
        listed = list(messages)
        if not listed:
            return
        table = self.cursor.insertTable(len(listed), 2, _table_format())
        for at, told in enumerate(listed):
            if told.change is not Change.SAME:
                self.changes.append(table.cellAt(at, 0).firstPosition())
            self._cell(table, at, 0, told, Change.ADDED)
            self._cell(table, at, 1, told, Change.REMOVED)
        self.cursor.movePosition(QTextCursor.MoveOperation.End)
        self._is_begun = True

    def _cell(
        self, table: QTextTable, at: int, column: int, told: MessageDiff, without: Change
    ) -> None:
        cursor = table.cellAt(at, column).firstCursorPosition()
        if (told.before if column == 0 else told.after) is None:
            return
        cursor.insertText(self._said(told), _format("muted", weight=QFont.Weight.DemiBold))
        cursor.insertBlock(QTextBlockFormat(), QTextCharFormat())
        _insert(cursor, [each for each in _stretches(told) if each.change is not without])
        if told.also and column == 1:
            cursor.insertBlock(QTextBlockFormat(), QTextCharFormat())
            cursor.insertText(_also(told.also), _format("muted"))


def speaker_of(message: Message) -> str:
    """Return who says *message*, where nothing else is known of its chat."""
    names = {
        Role.USER: message.author or _("You"),
        Role.ASSISTANT: message.model or message.author or _("Assistant"),
        Role.TOOL: message.author or _("Tool"),
    }
    return names.get(message.role, message.author or _("System"))


def _stretches(told: MessageDiff) -> Sequence[Stretch]:
    """Return the text of a message; what it does not say by stretches is of one kind."""
    if told.words:
        return told.words
    message = told.after or told.before
    text = "" if message is None else text_of(message)
    change = Change.SAME if told.change is Change.CHANGED else told.change
    return [Stretch(change=change, text=text)] if text else []


def _insert(cursor: QTextCursor, stretches: Sequence[Stretch]) -> None:
    for at, stretch in enumerate(stretches):
        text = stretch.text.replace("\0", "\N{REPLACEMENT CHARACTER}")
        if stretch.change is not Change.SAME or len(stretches) == 1:
            left = len(text) - _MOST_CHARS
            cursor.insertText(text[:_MOST_CHARS], _FORMATS[stretch.change]())
            if left > 0:
                _insert_gap(cursor, left)
            continue
        first = 0 if at == 0 else _CONTEXT
        last = 0 if at == len(stretches) - 1 else _CONTEXT
        left = len(text) - first - last
        if left <= 2 * _CONTEXT:
            cursor.insertText(text, _format("text"))
            continue
        cursor.insertText(text[:first], _format("text"))
        _insert_gap(cursor, left)
        cursor.insertText(text[len(text) - last :], _format("text"))


def _insert_gap(cursor: QTextCursor, left: int) -> None:
    said = ngettext("{n} character", "{n} characters", left)
    cursor.insertText(f" … {said} … ", _format("faint"))


def _also(names: Sequence[str]) -> str:
    listed = ", ".join(dict.fromkeys(_(_ALSO[name]) for name in names))
    return _("Changed: {what}").format(what=listed)


def _format(token: str, *, weight: QFont.Weight = QFont.Weight.Normal) -> QTextCharFormat:
    made = QTextCharFormat()
    made.setForeground(theme.colour(token))
    made.setFontWeight(weight)
    return made


def _added() -> QTextCharFormat:
    made = _format("text")
    made.setBackground(theme.colour("ok_soft"))
    made.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
    made.setUnderlineColor(theme.colour("ok"))
    return made


def _removed() -> QTextCharFormat:
    made = _format("text")
    made.setBackground(theme.colour("danger_soft"))
    made.setFontStrikeOut(True)
    return made


def _same() -> QTextCharFormat:
    return _format("text")


_FORMATS: dict[Change, Callable[[], QTextCharFormat]] = {
    Change.SAME: _same,
    Change.ADDED: _added,
    Change.REMOVED: _removed,
}


def _table_format() -> QTextTableFormat:
    made = QTextTableFormat()
    made.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    half = QTextLength(QTextLength.Type.PercentageLength, 50)
    made.setColumnWidthConstraints([half, half])
    made.setCellPadding(theme.px(8))
    made.setCellSpacing(0)
    made.setBorder(1)
    made.setBorderCollapse(True)
    made.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    made.setBorderBrush(QColor(theme.colour("border")))
    made.setTopMargin(theme.px(8))
    return made
