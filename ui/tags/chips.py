"""Tags as small coloured chips on one line: as many as there is room for, and how many more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from ui import theme
from ui.i18n import _
from ui.layouts import tip
from ui.tags.shades import shade_of

ColourOf = Callable[[str], str | None]
_TEXT = 11
_PAD = 6
_GAP = 4
_HEIGHT = 17
# Longer names end in the middle: what a nested tag is called stands at its end.
_MOST = 130
_LEAST = 34


class Chip(NamedTuple):
    """One chip: what stands on it, of which tag, and how wide it is; no name: so many more."""

    text: str
    name: str | None
    width: int


class ChipPainter:
    """Lays out and paints chips; holds the font of the zoom at which it was made."""

    def __init__(self) -> None:
        self._font = theme.font(_TEXT, QFont.Weight.Medium)
        self._metrics = QFontMetrics(self._font)

    def width(self, chips: Sequence[Chip]) -> int:
        """Return how wide *chips* are beside each other."""
        gaps = theme.px(_GAP) * max(0, len(chips) - 1)
        return sum(chip.width for chip in chips) + gaps

    def lay_out(self, names: Sequence[str], room: int) -> list[Chip]:
        """Return the chips that *room* pixels hold; none if not even a part of one."""
        chips: list[Chip] = []
        for number, name in enumerate(names):
            rest = len(names) - number - 1
            left = room - self.width(chips) - (theme.px(_GAP) if chips else 0)
            if rest:
                left -= self._more(rest).width + theme.px(_GAP)
            chip = self._chip(name, left if not chips else theme.px(_MOST))
            if chip.width > left:
                break
            chips.append(chip)
        more = self._more(len(names) - len(chips))
        if chips and len(chips) < len(names):
            chips.append(more)
        return chips or ([more] if names and more.width <= room else [])

    def paint(self, painter: QPainter, rect: QRectF, chips: Sequence[Chip], of: ColourOf) -> None:
        """Paint *chips* into *rect*, from where a line begins."""
        is_rtl = painter.layoutDirection() is Qt.LayoutDirection.RightToLeft
        height, before = theme.px(_HEIGHT), 0.0
        top = rect.center().y() - height / 2
        painter.save()
        painter.setFont(self._font)
        for chip in chips:
            x = rect.right() - before - chip.width if is_rtl else rect.left() + before
            ink, ground = shade_of(None if chip.name is None else of(chip.name))
            around = QRectF(x, top, chip.width, height)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRoundedRect(around, theme.px(5), theme.px(5))
            painter.setPen(ink)
            painter.drawText(around, Qt.AlignmentFlag.AlignCenter, chip.text)
            before += chip.width + theme.px(_GAP)
        painter.restore()

    def _chip(self, name: str, room: int) -> Chip:
        most = min(theme.px(_MOST), max(room, theme.px(_LEAST)))
        pad = 2 * theme.px(_PAD)
        # A width is rounded: no letter goes for a part of a pixel.
        text = self._metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, most - pad + 1)
        return Chip(text, name, self._metrics.horizontalAdvance(text) + pad)

    def _more(self, count: int) -> Chip:
        text = f"+{count}"
        return Chip(text, None, self._metrics.horizontalAdvance(text) + 2 * theme.px(_PAD))


class TagLine(QAbstractButton):
    """The tags of one chat; a click means that they are to be others."""

    def __init__(self) -> None:
        super().__init__()
        self._painter = ChipPainter()
        self._names: tuple[str, ...] = ()
        # Who knows the colours says so here.
        self.colour_of: ColourOf = no_colour
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        theme.theme().changed.connect(self.update)
        self.hide()

    @property
    def names(self) -> tuple[str, ...]:
        return self._names

    def show_tags(self, names: Sequence[str]) -> None:
        """Show these tags; none: nothing at all."""
        if self._names == tuple(names):
            return
        self._names = tuple(names)
        said = said_tags(names) if names else ""
        self.setAccessibleName(said)
        self.setToolTip(tip(said))
        self.setVisible(bool(names))
        self.updateGeometry()
        self.update()

    def tell_givers(self, said: str) -> None:
        """Say in the tool tip, too, who gave the tags and when."""
        self.setToolTip(tip(said))
        self.setAccessibleDescription(said)

    def sizeHint(self) -> QSize:
        whole = self._painter.lay_out(self._names, 1 << 20)
        return QSize(self._painter.width(whole), theme.px(_HEIGHT + 2))

    def minimumSizeHint(self) -> QSize:
        return QSize(min(theme.px(_LEAST), self.sizeHint().width()), theme.px(_HEIGHT + 2))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(self.layoutDirection())
        chips = self._painter.lay_out(self._names, self.width())
        self._painter.paint(painter, QRectF(self.rect()), chips, self.colour_of)
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("accent"), theme.px(1.5)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            edge = theme.px(1.5) / 2
            around = QRectF(self.rect()).adjusted(edge, edge, -edge, -edge)
            painter.drawRoundedRect(around, theme.px(5), theme.px(5))


def no_colour(_name: str) -> str | None:
    """Return that no tag has a colour: no vault is open."""
    return None


def said_tags(names: Sequence[str]) -> str:
    """Return the tags *names* as a screen reader says them."""
    return _("Tags: {names}").format(names=", ".join(names))
