"""The import page before anything was given: where to drop, and how to get one's chats."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from ui import theme
from ui.columns import Columns
from ui.flow import Flow
from ui.i18n import _
from ui.imports.guides import GUIDES, Guide
from ui.imports.parts import Badge, Dashed
from ui.layouts import button, column, label, row
from ui.picture import Picture
from ui.sources import label_of


class StartView(QWidget):
    """A field to drop files on, and the guides."""

    files_wanted = Signal()
    folder_wanted = Signal()
    guide_wanted = Signal(object)  # Guide

    def __init__(self) -> None:
        super().__init__()
        self.setLayout(
            column(
                label(_("Import chats"), "title"),
                self._drop_zone(),
                14,
                label(_("How to get your chats"), "heading"),
                label(_("Providers give you a copy of your chats if you ask for it."), "muted"),
                self._guides(),
                gap=10,
            )
        )

    def _drop_zone(self) -> QWidget:
        drawing = row(None, Picture("import", 40, "accent"), None)
        title = label(_("Drop exports here, or anywhere in this window"), "heading")
        hint = label(_("ZIPs, folders or files, as many as you like. You see what is in them"
                       " before anything is written."), "muted")  # fmt: skip
        for text in (title, hint):
            text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.files_button = button(_("Choose files…"), "primary", "file-archive")
        self.files_button.clicked.connect(self.files_wanted)
        self.folder_button = button(_("Choose a folder…"), icon_name="folder-open")
        self.folder_button.clicked.connect(self.folder_wanted)
        buttons = Flow(gap=10, side=0.5)
        for chosen in (self.files_button, self.folder_button):
            buttons.addWidget(chosen)
        return Dashed(column(drawing, title, hint, 8, buttons, gap=8))

    def _guides(self) -> QWidget:
        shown = [_GuideButton(guide) for guide in GUIDES]
        for chosen in shown:
            chosen.clicked.connect(partial(_want, self, chosen.guide))
        return Columns(shown, most=2)


class _GuideButton(QPushButton):
    """A provider: its badge, its name, and how long its export takes."""

    def __init__(self, guide: Guide) -> None:
        super().__init__()
        self.guide = guide
        name = label(label_of(guide.source), "body", wraps=False)
        waiting = label(_(guide.waiting), "hint", wraps=False)
        arrow = Picture("chevron-right", 16)
        line: QHBoxLayout = row(Badge(guide.source), column(name, waiting, gap=0), None, arrow,
                                gap=12, margins=(12, 8, 10, 8))  # fmt: skip
        for part in (name, waiting, arrow):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setLayout(line)
        self._hint = line.sizeHint()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAutoDefault(False)
        self.setAccessibleName(
            _("How to get your chats from {provider}").format(provider=label_of(guide.source))
        )

    def sizeHint(self) -> QSize:
        return self._hint

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(150), self._hint.height())


class GuideView(QWidget):
    """The guide of one provider, step by step."""

    back_wanted = Signal()
    copy_wanted = Signal(str)

    def __init__(self, guide: Guide) -> None:
        super().__init__()
        self.back_button = button(_("Import chats"), "link", "arrow-left")
        self.back_button.clicked.connect(self.back_wanted)
        title = row(Badge(guide.source, 36), label(label_of(guide.source), "title"), gap=12)
        title.setStretch(1, 1)
        body = column(row(self.back_button, None), title, gap=12)
        body.addWidget(label(_("It takes: {time}").format(time=_(guide.waiting)), "muted"))
        for place, step in enumerate(guide.steps):
            body.addLayout(self._step(place + 1, _(step)))
        if guide.address:
            copy = button(_("Copy the address"), icon_name="copy")
            copy.clicked.connect(partial(self.copy_wanted.emit, guide.address))
            body.addLayout(row(label(guide.address, "muted", wraps=False), copy, None, gap=12))
        for heading, text in ((_("Not in the export"), guide.missing),
                              (_("Look out"), guide.look_out)):  # fmt: skip
            if text:
                body.addSpacing(theme.px(6))
                body.addWidget(label(heading, "subheading"))
                body.addWidget(label(_(text), "muted"))
        self.setLayout(body)

    def _step(self, place: int, text: str) -> QHBoxLayout:
        figure = label(str(place), "heading", wraps=False)
        figure.setFixedWidth(theme.px(24))
        figure.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        made = row(figure, label(text, "body"), gap=10)
        made.setStretch(1, 1)
        return made


def _want(view: StartView, guide: Guide, _on: bool = False) -> None:
    view.guide_wanted.emit(guide)
