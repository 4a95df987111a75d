"""Blocks to QTextDocument, by a cursor: no HTML ever reaches Qt, so there is nothing to inject."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextOption,
    QTextTableFormat,
)

from ui import theme
from ui.reader.blocks import (
    BOLD,
    CODE,
    DISPLAY,
    FORMULA,
    ITALIC,
    LINK,
    STRIKE,
    Paragraph,
    Run,
    Table,
)
from ui.reader.formulas import IS_INLINE, OBJECT_TYPE, SIZE, TEX, Formulas
from ui.writing import is_right_to_left

# On a block: what the view paints behind it.
DECORATION = QTextFormat.Property.UserProperty.value + 1
QUOTES = QTextFormat.Property.UserProperty.value + 2
# The number or bullet of a list's item: Qt's own stand beside the line when it is high.
MARK = QTextFormat.Property.UserProperty.value + 3
_HEADINGS = (1.45, 1.28, 1.14, 1.05, 1.0, 1.0)
_PROPORTIONAL = QTextBlockFormat.LineHeightTypes.ProportionalHeight.value
_FIXED = QTextBlockFormat.LineHeightTypes.FixedHeight.value
_BULLETS = "•◦▪"


class Documents:
    """Makes documents in the look that held when it was made."""

    def __init__(self, formulas: Formulas, size: float = 15) -> None:
        self.formulas = formulas
        self.size = size
        self.pixels = theme.px(size)
        self._tokens = theme.tokens()
        self._font = theme.font(size)
        self._mono = theme.mono_font(size - 1.5)
        self._formats: dict[tuple[int, str], QTextCharFormat] = {}
        self._code_formats: dict[str, QTextCharFormat] = {}

    def words(self, paragraphs: Sequence[Paragraph]) -> QTextDocument:
        """Return paragraphs as a document."""
        document = self._empty()
        cursor = QTextCursor(document)
        cursor.beginEditBlock()
        following: list[Paragraph | None] = [*paragraphs[1:], None]
        for at, (paragraph, after) in enumerate(zip(paragraphs, following, strict=True)):
            block_format = self._block_format(paragraph, after, is_first=at == 0)
            base = self._heading_format(paragraph.heading) if paragraph.heading else None
            if at == 0:
                cursor.setBlockFormat(block_format)
            else:
                cursor.insertBlock(block_format)
            cursor.setBlockCharFormat(base or self._format(0))
            if paragraph.language is not None:
                self._insert_code(cursor, paragraph.runs)
            else:
                self._insert(cursor, paragraph.runs, base)
        cursor.endEditBlock()
        return document

    def code(self, runs: Iterable[Run], *, wraps: bool) -> QTextDocument:
        """Return code as a document of one block."""
        document = self._empty()
        option = document.defaultTextOption()
        option.setTextDirection(Qt.LayoutDirection.LeftToRight)
        mode = QTextOption.WrapMode
        option.setWrapMode(mode.WrapAtWordBoundaryOrAnywhere if wraps else mode.NoWrap)
        document.setDefaultTextOption(option)
        cursor = QTextCursor(document)
        cursor.beginEditBlock()
        block_format = QTextBlockFormat()
        block_format.setLineHeight(138, _PROPORTIONAL)
        block_format.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        cursor.setBlockFormat(block_format)
        self._insert_code(cursor, runs)
        cursor.endEditBlock()
        return document

    def table(self, table: Table) -> QTextDocument:
        """Return a table as a document."""
        document = self._empty()
        cursor = QTextCursor(document)
        cursor.beginEditBlock()
        tiny = QTextBlockFormat()
        tiny.setLineHeight(1, _FIXED)
        cursor.setBlockFormat(tiny)
        look = self._table_format()
        if table.is_right_to_left:
            look.setAlignment(Qt.AlignmentFlag.AlignRight)
        made = cursor.insertTable(len(table.rows), len(table.rows[0]), look)
        for at, row in enumerate(table.rows):
            for place, column in enumerate(table.order):
                runs = row[column]
                cell = made.cellAt(at, place)
                inside = cell.firstCursorPosition()
                block_format = QTextBlockFormat()
                block_format.setLineHeight(128, _PROPORTIONAL)
                block_format.setAlignment(_aligned(table, column))
                inside.setBlockFormat(block_format)
                base = None
                if at == 0:
                    base = self._heading_format(6)
                    head = cell.format()
                    head.setBackground(QColor(self._tokens.surface))
                    cell.setFormat(head)
                self._insert(inside, runs, base)
        last = QTextCursor(document)
        last.movePosition(QTextCursor.MoveOperation.End)
        last.setBlockFormat(tiny)
        cursor.endEditBlock()
        return document

    def plain(self, text: str, *, size: float, colour: str) -> QTextDocument:
        """Return small text in one colour as a document."""
        document = self._empty()
        made = QTextCharFormat()
        made.setFont(theme.font(size))
        made.setForeground(QColor(getattr(self._tokens, colour)))
        QTextCursor(document).insertText(text, made)
        return document

    def _empty(self) -> QTextDocument:
        document = QTextDocument()
        document.setUndoRedoEnabled(False)
        document.setDocumentMargin(0)
        document.setDefaultFont(self._font)
        document.setIndentWidth(self.pixels * 1.65)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        document.setDefaultTextOption(option)
        document.documentLayout().registerHandler(OBJECT_TYPE, self.formulas.handler)
        return document

    def _block_format(
        self, paragraph: Paragraph, after: Paragraph | None, *, is_first: bool
    ) -> QTextBlockFormat:
        em = self.pixels
        made = QTextBlockFormat()
        made.setLineHeight(128 if paragraph.heading else 142, _PROPORTIONAL)
        made.setTopMargin(0 if is_first else 0.9 * em if paragraph.heading else 0)
        is_close = bool(after and after.lists) if paragraph.lists else paragraph.is_tight
        made.setBottomMargin(0.3 * em if is_close else 0.45 * em if paragraph.heading else 0.7 * em)
        if paragraph.heading:
            made.setHeadingLevel(paragraph.heading)
        if paragraph.quotes:
            room = 1.1 * em * paragraph.quotes
            if is_right_to_left(paragraph.text):
                made.setRightMargin(room)
            else:
                made.setLeftMargin(room)
            made.setProperty(QUOTES, paragraph.quotes)
        if paragraph.lists:
            made.setIndent(paragraph.lists)
        if paragraph.is_item and paragraph.text[:1] not in ("☐", "☑"):
            number = paragraph.number
            bullet = _BULLETS[min(paragraph.lists, len(_BULLETS)) - 1]
            made.setProperty(MARK, bullet if number is None else f"{number}.")
        if paragraph.is_centred:
            made.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        if paragraph.is_rule:
            made.setProperty(DECORATION, "rule")
            made.setLineHeight(0.7 * em, _FIXED)
            made.setBottomMargin(em)
        if paragraph.language is not None:
            made.setProperty(DECORATION, "code")
            made.setLeftMargin(made.leftMargin() + 0.7 * em)
            made.setTopMargin(0.5 * em)
            made.setBottomMargin(0.9 * em)
            made.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        return made

    def _insert(
        self, cursor: QTextCursor, runs: Iterable[Run], base: QTextCharFormat | None
    ) -> None:
        for run in runs:
            made = self._format(run.style, run.target)
            if run.style & FORMULA:
                made = self._formula_format(run)
            elif base is not None and not run.style & CODE:
                made = QTextCharFormat(made)
                font = QFont(base.font())
                font.setItalic(bool(run.style & ITALIC))
                made.setFont(font)
            cursor.insertText(run.text, made)

    def _insert_code(self, cursor: QTextCursor, runs: Iterable[Run]) -> None:
        for run in runs:
            made = self._code_formats.get(run.colour)
            if made is None:
                made = QTextCharFormat()
                made.setFont(self._mono)
                made.setForeground(QColor(getattr(self._tokens, run.colour or "text")))
                self._code_formats[run.colour] = made
            cursor.insertText(run.text, made)

    def _format(self, style: int, target: str = "") -> QTextCharFormat:
        known = self._formats.get((style, target))
        if known is not None:
            return known
        made = QTextCharFormat()
        font = QFont(self._mono if style & CODE else self._font)
        if style & BOLD:
            font.setWeight(QFont.Weight.DemiBold)
        font.setItalic(bool(style & ITALIC))
        made.setFont(font)
        made.setForeground(QColor(self._tokens.text))
        if style & CODE:
            made.setBackground(QColor(self._tokens.hover))
        if style & STRIKE:
            made.setFontStrikeOut(True)
        if style & LINK:
            made.setAnchor(True)
            made.setAnchorHref(target)
            made.setForeground(QColor(self._tokens.accent))
            made.setFontUnderline(True)
            return made
        self._formats[style, target] = made
        return made

    def _formula_format(self, run: Run) -> QTextCharFormat:
        made = QTextCharFormat(self._format(0))
        is_inline = not run.style & DISPLAY
        made.setObjectType(OBJECT_TYPE)
        made.setProperty(TEX, run.target)
        made.setProperty(IS_INLINE, is_inline)
        made.setProperty(SIZE, round(self.pixels * (1.1 if is_inline else 1.3), 1))
        return made

    def _heading_format(self, level: int) -> QTextCharFormat:
        made = QTextCharFormat(self._format(0))
        font = QFont(self._font)
        font.setPixelSize(round(self.pixels * _HEADINGS[level - 1]))
        font.setWeight(QFont.Weight.DemiBold)
        made.setFont(font)
        return made

    def _table_format(self) -> QTextTableFormat:
        made = QTextTableFormat()
        made.setBorderCollapse(True)
        made.setCellPadding(round(self.pixels * 0.48))
        made.setCellSpacing(0)
        made.setBorder(1)
        made.setBorderBrush(QBrush(QColor(self._tokens.border)))
        made.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        made.setHeaderRowCount(1)
        return made


def _aligned(table: Table, column: int) -> Qt.AlignmentFlag:
    """Return where the text of a column stands: where its table begins, if nothing is said."""
    flag = Qt.AlignmentFlag
    said = table.aligned[column] if column < len(table.aligned) else ""
    if table.is_right_to_left:
        said = said or "right"
    return {
        "left": flag.AlignLeft | flag.AlignAbsolute,
        "right": flag.AlignRight | flag.AlignAbsolute,
        "center": flag.AlignHCenter,
    }.get(said, flag.AlignLeft)
