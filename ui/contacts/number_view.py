"""A safety number or a fingerprint as it is compared: digits, words, and a QR code."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from privatus.services.contacts import SafetyNumber
from ui import theme
from ui.contacts.qr_code import QrCode
from ui.i18n import _
from ui.layouts import column, label, row

_COLUMNS = 4
_FINGERPRINT_COLUMNS = 3
_WORD_COLUMNS = 3
_LARGE = 1.5


class NumberView(QWidget):
    """Groups of digits, the words below, and the code beside or below them.

    A fingerprint has no code: there is nothing that it could be compared with by one.
    """

    def __init__(
        self, number: SafetyNumber, *, is_wide: bool = False, has_code: bool = True
    ) -> None:
        super().__init__()
        across = _COLUMNS if len(number.groups) > 6 else _FINGERPRINT_COLUMNS
        grid = _grid(number.groups, across, "code")
        grid.setAccessibleName(number.digits)
        self.words = _grid(number.words, _WORD_COLUMNS, "body")
        self.words.setAccessibleName(" ".join(number.words))
        said = column(
            *(label(_("In digits"), "caption"), grid, 6, label(_("In words"), "caption")),
            self.words,
            None,
            gap=4,
        )
        if not has_code:
            self.setLayout(said)
            return
        side = 168 if is_wide else 150
        self.code = QrCode(number.qr_text, _("QR code of this number"), side)
        code = column(label(_("As a code"), "caption"), self.code, None, gap=4)
        # Beside one another only where there is room for both.
        if theme.theme().zoom >= _LARGE:
            self.setLayout(column(said, code, gap=12))
            return
        line = row(said, code, gap=24)
        line.setStretch(0, 1)
        self.setLayout(line)


def _grid(texts: tuple[str, ...], across: int, kind: str) -> QWidget:
    made = QWidget()
    # Numbers and words of one language are read from the left, whatever the window's is.
    made.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    grid = QGridLayout(made)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(theme.px(14))
    grid.setVerticalSpacing(theme.px(3))
    for at, text in enumerate(texts):
        shown = label(text, kind, wraps=False)
        shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        grid.addWidget(shown, at // across, at % across)
    grid.setColumnStretch(across, 1)
    return made
