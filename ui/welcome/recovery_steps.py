"""The steps for the recovery code: it is shown and saved, then two groups are typed back."""

from __future__ import annotations

import secrets
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QLineEdit

from privatus.core.errors import PrivatusError
from ui import theme
from ui.columns import Columns
from ui.flow import Flow
from ui.i18n import _
from ui.jobs import error_text
from ui.layouts import button, card, column, label, row
from ui.shell.shell import Shell
from ui.style_sheet import set_kind
from ui.welcome import recovery_sheet
from ui.welcome.recovery_sheet import groups
from ui.welcome.step import Step

_COLUMNS = 3
# What people read or type for another symbol, as in the code itself.
_LOOK_ALIKES = str.maketrans("OIL", "011")


class ShowCode(Step):
    """Shows the code once; it can be saved and copied."""

    def __init__(self, shell: Shell, code: str, vault: str) -> None:
        super().__init__(
            _("Your recovery code"),
            _(
                "It opens the vault when the password is forgotten, and it is shown only now."
                " Print it or write it down, and keep it away from this computer."
            ),
            has_back=False,
        )
        self._shell, self._code, self._vault = shell, code, vault
        self._made_at = datetime.now().astimezone()
        listed = [_numbered(number, group) for number, group in enumerate(groups(code))]
        frame = card(column(Columns(listed, most=_COLUMNS, gaps=(14, 14))))
        frame.setAccessibleName(_("Recovery code"))
        frame.setAccessibleDescription(code)
        self.pdf = button(_("Save as PDF…"), icon_name="printer")
        self.pdf.clicked.connect(self._on_pdf)
        self.text = button(_("Save as text…"), icon_name="file-text")
        self.text.clicked.connect(self._on_text)
        self.copy = button(_("Copy"), icon_name="copy")
        self.copy.clicked.connect(self._on_copy)
        self.remark = label(" ", "hint")
        ways = Flow(gap=8)
        for way in (self.pdf, self.text, self.copy):
            ways.addWidget(way)
        self.lay_out(frame, ways, self.remark)
        self.next.setText(_("I have kept it"))

    def save(self, path: Path) -> None:
        """Write the sheet to *path*: as PDF if its name says so, else as text."""
        write = (
            recovery_sheet.save_pdf if path.suffix.lower() == ".pdf" else recovery_sheet.save_text
        )
        try:
            write(path, self._code, self._vault, self._made_at)
        except PrivatusError as error:
            self.remark.setText(error_text(error))
            set_kind(self.remark, "error")
            return
        self.remark.setText(
            _("Saved as “{name}”. Print it, then delete the file.").format(name=path.name)
        )
        set_kind(self.remark, "good")

    def _on_pdf(self) -> None:
        self._ask(_("privatus-recovery-code") + ".pdf", "PDF (*.pdf)")

    def _on_text(self) -> None:
        self._ask(_("privatus-recovery-code") + ".txt", _("Text") + " (*.txt)")

    def _ask(self, name: str, kinds: str) -> None:
        chosen, _kind = QFileDialog.getSaveFileName(
            self, _("Save the recovery code"), str(Path.home() / name), kinds
        )
        if chosen:
            self.save(Path(chosen))

    def _on_copy(self) -> None:
        self._shell.clipboard.copy(self._code, is_secret=True)
        self.remark.setText(_("Copied; it leaves the clipboard in less than a minute."))
        set_kind(self.remark, "good")


class TypeBack(Step):
    """Asks for two groups of the code, so that nobody goes on without having it."""

    def __init__(self, code: str) -> None:
        super().__init__(
            _("Do you have it?"),
            _("Type these two groups of your recovery code from where you have kept it."),
        )
        # The last group is the check symbols: too short to prove anything.
        count = len(groups(code)) - 1
        first, second = sorted(secrets.SystemRandom().sample(range(count), 2))
        self.asked = {first: groups(code)[first], second: groups(code)[second]}
        self.fields: dict[int, QLineEdit] = {}
        lines = []
        for number in self.asked:
            field = QLineEdit()
            field.setMaxLength(8)
            field.setFont(theme.mono_font(15))
            field.setFixedWidth(theme.px(140))
            name = _("Group {n}").format(n=number + 1)
            field.setAccessibleName(name)
            field.textChanged.connect(self.update_next)
            field.returnPressed.connect(self._on_next)
            self.fields[number] = field
            lines.append(_field_line(name, field))
        self.problem = label(" ", "error")
        self.lay_out(*lines, self.problem)
        self.next.setText(_("Open the vault"))
        self.update_next()

    def begin(self) -> None:
        next(iter(self.fields.values())).setFocus()

    def is_complete(self) -> bool:
        typed = {number: _plain(field.text()) for number, field in self.fields.items()}
        is_right = typed == self.asked
        is_full = all(len(text) >= len(self.asked[number]) for number, text in typed.items())
        self.problem.setText(
            _("That is not what the code says; look again.") if is_full and not is_right else " "
        )
        return is_right


def _plain(text: str) -> str:
    return text.strip().replace("-", "").replace(" ", "").upper().translate(_LOOK_ALIKES)


def _field_line(name: str, field: QLineEdit) -> QHBoxLayout:
    title = label(name)
    title.setFixedWidth(theme.px(90))
    title.setBuddy(field)
    return row(title, field, None, gap=14)


def _numbered(number: int, group: str) -> QLabel:
    made = QLabel(f"{number + 1}   {group}")
    made.setFont(theme.mono_font(17))
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    set_kind(made, "code")
    return made
