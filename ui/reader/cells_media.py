"""Cells that show pictures and files, and the lines above and below a message."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen

from ui import theme
from ui.i18n import _, number, size
from ui.icons import paint as paint_icon
from ui.reader.blocks import FileLine, Picture
from ui.reader.cells import LEFT, Action, Cell, Paint, paint_action, paint_sign
from ui.reader.documents import Documents

_THUMBNAIL = (420, 320)


class PictureCell(Cell):
    """An image of the vault; `image` comes when it was decrypted."""

    def __init__(self, block: Picture) -> None:
        super().__init__(block, theme.px(180))
        self.picture = block
        self.image: QImage | None = None
        self.has_failed = block.attachment is None or block.attachment.open is None

    def measure(self, documents: Documents, width: float) -> None:
        super().measure(documents, width)
        room = min(width - self.indent, theme.px(_THUMBNAIL[0]))
        if self.has_failed:
            shown = (float(min(room, theme.px(300))), float(theme.px(56)))
        elif self.image is None or self.image.isNull():
            shown = (float(min(room, theme.px(240))), float(theme.px(160)))
        else:
            wide = self.image.deviceIndependentSize()
            scale = min(1.0, room / wide.width(), theme.px(_THUMBNAIL[1]) / wide.height())
            shown = (max(24.0, wide.width() * scale), max(24.0, wide.height() * scale))
        self._shown = QRectF(self.indent, 0, *shown)
        self._caption_height = 0
        if self.picture.caption:
            self.document = documents.plain(self.picture.caption[:2000], size=13, colour="muted")
            self.origin = QPointF(self.indent, shown[1] + theme.px(6))
            self.document.setTextWidth(max(40.0, width - self.indent))
            self._caption_height = round(self.document.size().height() + theme.px(6))
        self.natural_width = self.indent + shown[0]
        if self.document is not None:
            self.natural_width = max(self.natural_width, self.document.idealWidth())
        self.height = round(shown[1] + self._caption_height + theme.px(self.gap))

    @property
    def actions(self) -> list[Action]:
        if self.has_failed or not self.is_measured:
            return []
        return [Action(self._shown, "view_picture", _("Show larger"), self.picture.attachment)]

    def text_at(self, point: QPointF, *, is_exact: bool = False) -> int:
        return -1

    def paint(self, painter: QPainter, look: Paint) -> None:
        self._bar(painter)
        path = QPainterPath()
        path.addRoundedRect(self._shown, theme.px(10), theme.px(10))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("sunken"))
        painter.drawPath(path)
        if self.image is not None and not self.has_failed:
            painter.save()
            painter.setClipPath(path, Qt.ClipOperation.IntersectClip)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(self._shown, self.image)
            painter.restore()
        else:
            self._paint_missing(painter)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour("border"), 1))
        painter.drawPath(path)
        self._draw_document(painter, look)

    def _paint_missing(self, painter: QPainter) -> None:
        middle = self._shown.center()
        if not self.has_failed:
            paint_sign(painter, "image", middle, "faint", 20)
            return
        beside = QPointF(self._shown.left() + theme.px(24), middle.y())
        paint_sign(painter, "image", beside, length=20)
        painter.setFont(theme.font(13))
        painter.setPen(theme.colour("muted"))
        attachment = self.picture.attachment
        text = _("This image was not in the export")
        if attachment is not None and attachment.open is not None:
            text = _("This image cannot be shown")
        area = self._shown.adjusted(theme.px(46), 0, -theme.px(8), 0)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap, text)


class FileCell(Cell):
    """A file with its size; a click saves it."""

    def __init__(self, block: FileLine) -> None:
        super().__init__(block, theme.px(54))
        self.file = block

    def measure(self, documents: Documents, width: float) -> None:
        super().measure(documents, width)
        self.height = theme.px(44 + self.gap)
        self._box = QRectF(
            self.indent + 0.5, 0.5, min(width - self.indent, theme.px(380)) - 1, theme.px(44) - 1
        )
        self.natural_width = self._box.right()

    @property
    def _can_be_saved(self) -> bool:
        return self.file.attachment is not None and self.file.attachment.open is not None

    @property
    def actions(self) -> list[Action]:
        if not self._can_be_saved or not self.is_measured:
            return []
        return [Action(self._box, "save_file", _("Save this file"), self.file.attachment)]

    def paint(self, painter: QPainter, look: Paint) -> None:
        self._bar(painter)
        is_hot = look.hot is not None and look.hot.name == "save_file"
        painter.setPen(QPen(theme.colour("border"), 1))
        painter.setBrush(theme.colour("hover" if is_hot else "surface"))
        painter.drawRoundedRect(self._box, theme.px(10), theme.px(10))
        middle = self._box.center().y()
        sign = QPointF(self._box.left() + theme.px(22), middle)
        paint_sign(painter, self.file.icon, sign, length=20)
        text = self._box.adjusted(theme.px(42), theme.px(4), -theme.px(40), -theme.px(4))
        painter.setFont(theme.font(13, QFont.Weight.Medium))
        painter.setPen(theme.colour("text"))
        name = painter.fontMetrics().elidedText(
            self.file.name, Qt.TextElideMode.ElideMiddle, round(text.width())
        )
        top = QRectF(text.left(), text.top(), text.width(), text.height() / 2)
        painter.drawText(top, LEFT, name)
        painter.setFont(theme.font(12))
        painter.setPen(theme.colour("muted"))
        painter.drawText(top.translated(0, text.height() / 2), LEFT, self._about())
        if self._can_be_saved:
            sign = QPointF(self._box.right() - theme.px(22), middle)
            paint_sign(painter, "download", sign, "text" if is_hot else "muted", 20)

    def _about(self) -> str:
        if not self._can_be_saved:
            return _("not in the export")
        attachment = self.file.attachment
        bytes_ = attachment.size_bytes if attachment else None
        return "" if bytes_ is None else size(bytes_)


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who said a message, and when; `day` if it is the first of its day that is shown."""

    name: str
    about: str
    time: str
    letter: str
    day: str = ""
    is_user: bool = False
    is_named: bool = True  # an earlier message, or nobody, says who speaks


class HeadCell(Cell):
    """Above a message: the day if it is a new one, then who speaks."""

    def __init__(self, speaker: Speaker) -> None:
        super().__init__(None)
        self.speaker = speaker
        self.day_height = theme.px(46) if speaker.day else 0
        self.height = self.day_height
        if speaker.is_named:
            self.height += theme.px(34 if speaker.is_user else 30)

    def measure(self, documents: Documents, width: float) -> None:
        super().measure(documents, width)
        self.natural_width = 0

    def paint(self, painter: QPainter, look: Paint) -> None:
        if self.day_height:
            self._paint_day(painter)
        if not self.speaker.is_named:
            return
        small = theme.font(12)
        if self.speaker.is_user:
            painter.setFont(small)
            painter.setPen(theme.colour("muted"))
            area = QRectF(0, self.day_height, self.width - theme.px(4), theme.px(20))
            said = "  ".join(filter(None, (self.speaker.name, self.speaker.time)))
            painter.drawText(
                area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, said
            )
            return
        side = theme.px(22)
        badge = QRectF(0, self.day_height, side, side)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent_soft"))
        painter.drawEllipse(badge)
        painter.setFont(theme.font(11, QFont.Weight.Bold))
        painter.setPen(theme.colour("on_accent_soft"))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, self.speaker.letter)
        strong = theme.font(13, QFont.Weight.DemiBold)
        x = float(side + theme.px(8))
        painter.setFont(strong)
        painter.setPen(theme.colour("text"))
        painter.drawText(QRectF(x, self.day_height, self.width - x, side), LEFT, self.speaker.name)
        x += QFontMetricsF(strong).horizontalAdvance(self.speaker.name) + theme.px(8)
        painter.setFont(small)
        painter.setPen(theme.colour("muted"))
        rest = "  ·  ".join(filter(None, (self.speaker.about, self.speaker.time)))
        painter.drawText(QRectF(x, self.day_height, self.width - x, side), LEFT, rest)

    def _paint_day(self, painter: QPainter) -> None:
        painter.setFont(theme.font(12, QFont.Weight.Medium))
        wide = painter.fontMetrics().horizontalAdvance(self.speaker.day) + theme.px(24)
        middle = theme.px(16)
        painter.setPen(QPen(theme.colour("border"), 1))
        painter.drawLine(QPointF(0, middle), QPointF((self.width - wide) / 2, middle))
        painter.drawLine(QPointF((self.width + wide) / 2, middle), QPointF(self.width, middle))
        painter.setPen(theme.colour("muted"))
        area = QRectF(0, 0, self.width, 2 * middle)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, self.speaker.day)


class FootCell(Cell):
    """Below a message: which of its branches this is, and what can be done with it."""

    def __init__(self, branch: tuple[int, int] | None, remark: str, *, is_user: bool) -> None:
        super().__init__(None, theme.px(44))
        self.branch, self.remark, self.is_user = branch, remark, is_user
        # Its buttons are shown for the message under the mouse and the current one.
        self.is_awake = False

    def measure(self, documents: Documents, width: float) -> None:
        super().measure(documents, width)
        self.height = theme.px(44)
        self.natural_width = 0

    @property
    def actions(self) -> list[Action]:
        side, places = theme.px(26), []
        if self.branch:
            here, count = self.branch
            places += [
                ("branch", _("Earlier branch"), here - 1 if here > 1 else None, side),
                ("", "", None, theme.px(44)),
                ("branch", _("Later branch"), here + 1 if here < count else None, side),
                ("", "", None, theme.px(8)),
            ]
        places += [
            ("copy_message", _("Copy message"), None, side),
            ("read_message", _("Open as text"), None, side),
            ("menu", _("More"), None, side),
        ]
        x = self.width - sum(place[3] for place in places) if self.is_user else 0.0
        found = []
        for name, tip, argument, wide in places:
            if name and (name != "branch" or argument is not None):
                found.append(Action(QRectF(x, self._top, wide, side), name, tip, argument))
            x += wide
        return found

    @property
    def _top(self) -> float:
        return theme.px(12 if self.is_user else 0)

    def paint(self, painter: QPainter, look: Paint) -> None:
        icons = {"copy_message": "copy", "read_message": "scroll-text", "menu": "ellipsis"}
        actions = self.actions
        buttons = [action for action in actions if action.name != "branch"]
        if self.branch:
            self._paint_branch(painter, look, actions, self.branch)
        if self.is_awake:
            for action in buttons:
                paint_action(painter, action, look.hot, icons[action.name])
        if self.remark:
            painter.setFont(theme.font(12))
            painter.setPen(theme.colour("muted"))
            x = 0.0 if self.is_user else buttons[-1].rect.right() + theme.px(8)
            area = QRectF(x, self._top, self.width - x, theme.px(26))
            painter.drawText(area, LEFT, self.remark)

    def _paint_branch(
        self, painter: QPainter, look: Paint, actions: list[Action], branch: tuple[int, int]
    ) -> None:
        here, count = branch
        side = theme.px(26)
        end = next(action.rect.left() for action in actions if action.name != "branch")
        right = end - theme.px(8)
        box = QRectF(right - 2 * side - theme.px(44), self._top, 2 * side + theme.px(44), side)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("sunken"))
        painter.drawRoundedRect(box, side / 2, side / 2)
        found = {action.argument: action for action in actions if action.name == "branch"}
        for other, icon, x in (
            (here - 1, "chevron-left", box.left()),
            (here + 1, "chevron-right", box.right() - side),
        ):
            if other in found:
                paint_action(painter, found[other], look.hot, icon)
            else:
                pad = theme.px(5)
                inside = QRectF(x, box.top(), side, side).adjusted(pad, pad, -pad, -pad)
                paint_icon(painter, icon, inside, "border")
        painter.setFont(theme.font(12, QFont.Weight.Medium))
        painter.setPen(theme.colour("muted"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{number(here)} / {number(count)}")


class WaitingCell(Cell):
    """Stands for a message that is being read from the vault."""

    def paint(self, painter: QPainter, look: Paint) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("sunken"))
        line, y = theme.px(12), float(theme.px(4))
        widths = (0.35, 0.9, 0.8, 0.6)
        for part in widths:
            if y + line > min(self.height - theme.px(20), theme.px(110)):
                break
            painter.drawRoundedRect(QRectF(0, y, self.width * part, line), line / 2, line / 2)
            y += line * 2
