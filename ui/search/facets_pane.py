"""How the matches spread over sources, models, months and roles; a click narrows the search."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from privatus.services.facets import KINDS, FacetCount, Facets
from privatus.services.wording import is_narrowed
from ui import theme
from ui.ground import paint_ground
from ui.i18n import _, ngettext, number
from ui.icons import paint
from ui.layouts import button, column, label, tip
from ui.search import labels

_FEW = 6
_MANY = 30
_HEIGHT = 28


class FacetsPane(QWidget):
    """A group for each kind of value."""

    narrowed = Signal(str, str)  # kind, value

    def __init__(self) -> None:
        super().__init__()
        self.groups = {kind: _Group(kind) for kind in KINDS}
        self._remark = label("", "hint")
        for group in self.groups.values():
            group.chosen.connect(self.narrowed)
        self.setLayout(column(*self.groups.values(), self._remark, gap=16))
        self.hide()

    def show_facets(self, query: str, facets: Facets) -> None:
        """Show how the matches of *query* spread."""
        for kind, group in self.groups.items():
            group.show_counts(query, facets.of(kind))
        self._remark.setVisible(not facets.is_all)
        self._remark.setText(
            ngettext("Counted among the newest {n} match.",
                     "Counted among the newest {n} matches.", facets.among)
        )  # fmt: skip
        self.setVisible(any(group.has_values for group in self.groups.values()))


class _Group(QWidget):
    """The values of one kind, the first of them at first."""

    chosen = Signal(str, str)

    def __init__(self, kind: str) -> None:
        super().__init__()
        self._kind = kind
        self._is_whole = False
        self._counts: tuple[FacetCount, ...] = ()
        self._query = ""
        self._rows: list[FacetRow] = []
        self._more = button("", "link")
        self._more.clicked.connect(self._on_more)
        self._column = column(label(_(labels.KINDS[kind]), "caption"), 2, gap=1)
        self._column.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeading)
        self.setLayout(self._column)

    @property
    def rows(self) -> list[FacetRow]:
        """Return the rows that are shown."""
        return [row for row in self._rows if not row.isHidden()]

    @property
    def has_values(self) -> bool:
        return bool(self._counts)

    def show_counts(self, query: str, counts: tuple[FacetCount, ...]) -> None:
        """Show these values; those that *query* is narrowed to stand first and are checked."""
        self._query, self._counts = query, counts
        chosen = [c for c in counts if is_narrowed(query, self._kind, c.value)]
        ordered = chosen + [c for c in counts if c not in chosen]
        shown = ordered[: _MANY if self._is_whole else _FEW]
        most = max((c.count for c in shown), default=1)
        while len(self._rows) < len(shown):
            self._add_row()
        for place, row in enumerate(self._rows):
            row.setVisible(place < len(shown))
            if place < len(shown):
                each = shown[place]
                row.say(self._kind, each, each.count / most, is_chosen=each in chosen)
        hidden = min(len(counts), _MANY) - len(shown)
        self._more.setVisible(hidden > 0 or (self._is_whole and len(shown) > _FEW))
        self._more.setText(
            _("Show fewer") if self._is_whole else ngettext("{n} more", "{n} more", hidden)
        )
        self.setVisible(bool(counts))

    def _add_row(self) -> None:
        row = FacetRow()
        row.clicked.connect(partial(self._on_clicked, row))
        self._rows.append(row)
        self._column.insertWidget(self._column.count() - 1, row)

    def _on_clicked(self, row: FacetRow, _is_checked: bool = False) -> None:
        self.chosen.emit(self._kind, row.value)

    def _on_more(self) -> None:
        self._is_whole = not self._is_whole
        self.show_counts(self._query, self._counts)


class FacetRow(QPushButton):
    """One value with its count, and a bar that compares it with the others."""

    def __init__(self) -> None:
        super().__init__()
        self.value = ""
        self._name = self._count = ""
        self._share = 0.0
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def say(self, kind: str, counted: FacetCount, share: float, *, is_chosen: bool) -> None:
        """Show another value."""
        self.value, self._share = counted.value, share
        self._name = labels.value_label(kind, counted.value)
        self._count = number(counted.count)
        self.setChecked(is_chosen)
        name = f"{_(labels.KINDS[kind])}: {self._name}, {self._count}"
        self.setAccessibleName(name)
        self.setToolTip(tip(self._name))
        self.update()

    def nextCheckState(self) -> None:
        """Stay as it is: the search that follows says what is chosen."""

    def sizeHint(self) -> QSize:
        return QSize(theme.px(120), theme.px(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(60), theme.px(_HEIGHT))

    @property
    def _is_mirrored(self) -> bool:
        return self.layoutDirection() is Qt.LayoutDirection.RightToLeft

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_ground(painter, self.rect(), is_selected=self.isChecked(),
                     is_hovered=self.underMouse(), has_focus=self.hasFocus())  # fmt: skip
        inner = self.rect().adjusted(theme.px(8), 0, -theme.px(8), 0)
        ink = theme.colour("on_accent_soft" if self.isChecked() else "text")
        side = theme.px(13)
        flags = Qt.AlignmentFlag.AlignVCenter
        font = theme.font(13, QFont.Weight.DemiBold if self.isChecked() else QFont.Weight.Normal)
        metrics = QFontMetrics(font)
        if self.isChecked():
            x = inner.left() if self._is_mirrored else inner.right() - side
            place = QRectF(x, (self.height() - side) / 2, side, side)
            paint(painter, "x", place, ink)
        else:
            painter.setFont(theme.font(12))
            painter.setPen(theme.colour("muted"))
            painter.drawText(inner, flags | Qt.AlignmentFlag.AlignRight, self._count)
        room = inner.width() - max(side, metrics.horizontalAdvance(self._count)) - theme.px(10)
        painter.setFont(font)
        painter.setPen(ink)
        text = metrics.elidedText(self._name, Qt.TextElideMode.ElideRight, room)
        painter.drawText(inner, flags | Qt.AlignmentFlag.AlignLeft, text)
        if not self.isChecked():
            self._bar(painter, QRectF(inner))

    def _bar(self, painter: QPainter, inner: QRectF) -> None:
        painter.setPen(QPen(theme.colour("accent_soft"), theme.px(2), Qt.PenStyle.SolidLine,
                            Qt.PenCapStyle.RoundCap))  # fmt: skip
        y, length = inner.bottom() - theme.px(2), inner.width() * self._share
        start = inner.right() if self._is_mirrored else inner.left()
        end = start - length if self._is_mirrored else start + length
        painter.drawLine(QPointF(start, y), QPointF(end, y))
