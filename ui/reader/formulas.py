"""LaTeX formulas: drawn off the GUI thread, kept as vectors, painted at the line's baseline.

A formula takes 2 to 140 ms of pure Python: never in a paint or a layout.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from functools import partial
from xml.etree import ElementTree

from PySide6.QtCore import QByteArray, QObject, QPointF, QRect, QRectF, QSizeF, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QPainter,
    QPyTextObject,
    QTextDocument,
    QTextFormat,
)
from PySide6.QtSvg import QSvgRenderer

from privatus.core.errors import UserError
from privatus.core.jobs import Job
from ui import theme
from ui.tasks import Lane, Tasks

OBJECT_TYPE = QTextFormat.ObjectTypes.UserObject.value + 7
TEX = QTextFormat.Property.UserProperty.value + 20
IS_INLINE = QTextFormat.Property.UserProperty.value + 21
SIZE = QTextFormat.Property.UserProperty.value + 22
# Replaced by the theme's colour when it is painted.
_INK = "#010203"
_MOST_CHARS = 2_000
# As many take about a second. A large matrix of fractions needs some thousands.
_MOST_NODES = 20_000
# What ziamath lays out twice, with all that is in it: each level of them doubles the work.
_TWICE = {"math", "mrow", "mtd", "mfenced", "mpadded", "mphantom", "merror"}
# As rows, if there is more than one thing in them.
_ROWS = {"msqrt", "menclose"}
# In pixels. Nobody can read what is wider, and a few letters of TeX ask for a million.
_WIDEST = 20_000.0
_KEPT = 1_000
_SHOWN_AS_TEXT = 60

Key = tuple[str, float, bool]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A formula as SVG, with its size in pixels and how far it reaches below the baseline."""

    svg: str
    width: float
    height: float
    depth: float


def draw(tex: str, size: float, is_inline: bool, job: Job | None = None) -> Drawing:
    """Return the formula *tex*; takes long, so never on the GUI thread.

    Raises:
        UserError: it is too long or too deep, or is none.
    """
    if job is not None:
        job.check()
    if len(tex) > _MOST_CHARS:
        raise UserError("the formula is too long to be drawn; read its source")
    import ziamath
    from ziamath.tex import tex2mml

    # Qt's SVG does not know <symbol> and <use>.
    ziamath.config.svg2 = False  # type: ignore[attr-defined]
    try:
        _check_depth(tex2mml(tex, inline=is_inline))
        made = ziamath.Latex(  # type: ignore[attr-defined]
            tex, size=size, color=_INK, inline=is_inline
        )
        width, height = made.getsize()
        drawing = Drawing(made.svg(), width, height, max(0.0, -made.getyofst()))
    except UserError:
        raise
    except Exception:  # noqa: BLE001 - whatever a parser of other people's input may raise
        raise UserError("the formula cannot be drawn; read its source") from None
    if not (0 <= width <= _WIDEST and 0 <= height <= _WIDEST):
        raise UserError("the formula is too large to be drawn; read its source")
    return drawing


def _check_depth(mathml: str) -> None:
    """Refuse what would be drawn for hours: locking and quitting wait for what is being drawn.

    Raises:
        UserError: it is nested too deeply.
    """
    built, waiting = 0, [(ElementTree.fromstring(mathml), 1)]  # noqa: S314 - ours
    while waiting:
        element, times = waiting.pop()
        built += times
        if built > _MOST_NODES:
            raise UserError("the formula is too deep to be drawn; read its source")
        tag = element.tag.rpartition("}")[2]
        is_twice = tag in _TWICE or (tag in _ROWS and len(element) > 1)
        inside = 2 * times if is_twice else times
        waiting += [(child, inside) for child in element]


class Formulas(QObject):
    """The formulas of the conversation on the screen."""

    # Some have arrived: documents that show formulas have to be laid out again.
    drawn = Signal()

    def __init__(self, tasks: Tasks | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        # None: it is being drawn, or cannot be.
        self._drawings: OrderedDict[Key, Drawing | None] = OrderedDict()
        self._renderers: dict[tuple[Key, str], QSvgRenderer] = {}
        # Many formulas, one layout.
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(40)
        self._timer.timeout.connect(self.drawn)
        self.handler = FormulaObject(self)

    def get(self, key: Key) -> Drawing | None:
        """Return the drawing, or None and have it made."""
        if key in self._drawings:
            self._drawings.move_to_end(key)
            return self._drawings[key]
        self._drawings[key] = None
        if self._tasks is not None:
            tex, size, is_inline = key
            self._tasks.run(
                partial(draw, tex, size, is_inline),
                lane=Lane.CPU,
                owner=self,
                on_done=partial(self._on_drawn, key),
                on_error=self._on_failed,
            )
        while len(self._drawings) > _KEPT:
            self._drawings.popitem(last=False)
        return None

    def renderer(self, key: Key, colour: str) -> QSvgRenderer | None:
        """Return what paints the formula in *colour*."""
        made = self._renderers.get((key, colour))
        drawing = self.get(key)
        if made is None and drawing is not None:
            if len(self._renderers) > _KEPT:
                self._renderers.clear()
            made = QSvgRenderer(QByteArray(drawing.svg.replace(_INK, colour).encode()))
            self._renderers[key, colour] = made
        return made

    def _on_drawn(self, key: Key, drawing: Drawing) -> None:
        self._drawings[key] = drawing
        if not self._timer.isActive():
            self._timer.start()

    def _on_failed(self, _error: BaseException) -> None:
        """Leave the formula as its source; it says so by being one."""


class FormulaObject(QPyTextObject):
    """Paints formulas in documents."""

    def __init__(self, formulas: Formulas) -> None:
        super().__init__(formulas)
        self._formulas = formulas

    def intrinsicSize(self, _doc: QTextDocument, _at: int, text_format: QTextFormat) -> QSizeF:
        key = _key(text_format)
        drawing = self._formulas.get(key)
        if drawing is None:
            metrics = QFontMetricsF(theme.mono_font(13))
            return QSizeF(metrics.horizontalAdvance(_shown(key[0])) + 4, metrics.ascent())
        # Of one in a line only what stands above the baseline: the rest is drawn below it.
        return QSizeF(drawing.width + 2, drawing.height - (drawing.depth if key[2] else 0))

    def drawObject(
        self,
        painter: QPainter,
        rect: QRectF | QRect,
        _doc: QTextDocument,
        _at: int,
        text_format: QTextFormat,
    ) -> None:
        key = _key(text_format)
        drawing = self._formulas.get(key)
        colour = theme.tokens().text
        renderer = self._formulas.renderer(key, colour)
        if drawing is None or renderer is None:
            painter.setFont(theme.mono_font(13))
            painter.setPen(QColor(colour))
            painter.drawText(QPointF(rect.left() + 2, rect.bottom()), _shown(key[0]))
            return
        renderer.render(painter, QRectF(rect.left() + 1, rect.top(), drawing.width, drawing.height))


def _key(text_format: QTextFormat) -> Key:
    return (
        str(text_format.property(TEX)),
        float(text_format.property(SIZE)),
        bool(text_format.property(IS_INLINE)),
    )


def _shown(tex: str) -> str:
    line = " ".join(tex.split())
    return line if len(line) <= _SHOWN_AS_TEXT else line[: _SHOWN_AS_TEXT - 1] + "…"
