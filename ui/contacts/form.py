"""The form in which a person is written down: a contact, or oneself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QLineEdit, QPlainTextEdit, QWidget

from privatus.core.contact import Contact, ContactField, FieldKind
from privatus.core.errors import UserError
from ui import theme
from ui.contacts.avatar import Avatar, encoded
from ui.i18n import _
from ui.jobs import error_text
from ui.layouts import button, centred, column, fit, label, row

_AVATAR, _LINES = 64, 3


class ContactForm(QDialog):
    """Fields for what is said of somebody; `decided` has it all as a contact."""

    decided = Signal(object)  # Contact

    def __init__(self, contact: Contact, title: str, parent: QWidget, *, is_own: bool) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self._contact, self._is_own = contact, is_own
        self._picture = contact.picture
        self.avatar = Avatar(_AVATAR)
        self.name = _line(_("Name"), contact.name)
        self.aliases = _line(_("Other names, with commas between"), ", ".join(contact.aliases))
        self.tags = _line(_("Tags, with commas between"), ", ".join(contact.tags))
        self.fields = {
            FieldKind.EMAIL: _lines(_("E-mail addresses, one a line")),
            FieldKind.PHONE: _lines(_("Phone numbers, one a line")),
            FieldKind.URL: _lines(_("Web pages, one a line")),
        }
        for kind, field in self.fields.items():
            field.setPlainText("\n".join(_written(contact, kind)))
        self.note = _lines(_("Note"))
        self.note.setPlainText(contact.note)
        self.remark = label("", "error")
        self.remark.hide()
        self._build(title)
        self.name.textChanged.connect(self._on_name_changed)
        self._on_name_changed(contact.name)
        self.name.setFocus()

    def _build(self, title: str) -> None:
        choose = button(_("Choose a picture…"), icon_name="image")
        choose.clicked.connect(self._on_choose)
        self.remove_picture = button(_("No picture"), "link")
        self.remove_picture.clicked.connect(self._on_remove_picture)
        self.save_button = button(_("Save"), "primary")
        self.save_button.clicked.connect(self._on_save)
        cancel = button(_("Cancel"))
        cancel.clicked.connect(self.reject)
        hint = label(_("A label may stand before an address: “work: ada@example.org”."), "hint")
        said = [self.name] if self._is_own else [self.name, self.aliases, self.tags]
        parts: list[QWidget] = []
        for field in (*said, *self.fields.values(), self.note):
            parts += [label(field.accessibleName(), "caption"), field]
            if field is self.fields[FieldKind.EMAIL]:
                parts.append(hint)
        inner = QWidget()
        picture = row(self.avatar, column(choose, self.remove_picture, gap=2), None, gap=14)
        inner.setLayout(column(picture, *parts, None, gap=6, margins=(4, 0, 10, 0)))
        self.setLayout(
            column(
                *(label(title, "heading"), centred(inner, 560), self.remark),
                row(None, cancel, self.save_button),
                gap=10,
                margins=(24, 22, 18, 20),
            )
        )
        fit(self, 480, 560)

    def contact(self) -> Contact:
        """Return what the fields say."""
        fields = tuple(
            said for kind, field in self.fields.items() for said in _read(kind, field.toPlainText())
        )
        return replace(
            self._contact,
            name=self.name.text(),
            aliases=_parts(self.aliases.text()),
            tags=_parts(self.tags.text()),
            fields=fields,
            note=self.note.toPlainText(),
            picture=self._picture,
        )

    def refuse(self, error: BaseException) -> None:
        """Say why what was written cannot be kept; it stays in the fields."""
        self.remark.setText(error_text(error))
        self.remark.show()
        self.save_button.setEnabled(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._on_save()
        else:
            super().keyPressEvent(event)

    def _on_save(self) -> None:
        if self.save_button.isEnabled():
            # Until somebody says what came of it.
            self.save_button.setEnabled(False)
            self.decided.emit(self.contact())

    def _on_name_changed(self, name: str) -> None:
        self.save_button.setEnabled(bool(name.strip()))
        self._show_picture()

    def _on_choose(self) -> None:
        path, _kind = QFileDialog.getOpenFileName(
            self, _("Picture"), str(Path.home()), "PNG, JPEG (*.png *.jpg *.jpeg *.webp *.bmp)"
        )
        if path:
            self.take_picture(Path(path))

    def take_picture(self, path: Path) -> None:
        """Take the picture in a file, made small."""
        try:
            self._picture = encoded(path)
        except UserError as error:
            self.refuse(error)
            return
        self.remark.hide()
        self._show_picture()

    def _on_remove_picture(self) -> None:
        self._picture = None
        self._show_picture()

    def _show_picture(self) -> None:
        self.avatar.show_person(self.name.text(), self._picture)
        if self._picture is None:
            self.remove_picture.hide()
        elif not self.remove_picture.isVisibleTo(self):
            self.remove_picture.show()


def _line(name: str, text: str) -> QLineEdit:
    made = QLineEdit(text)
    made.setAccessibleName(name)
    return made


def _lines(name: str) -> QPlainTextEdit:
    made = QPlainTextEdit()
    made.setAccessibleName(name)
    made.setTabChangesFocus(True)
    made.setFixedHeight(round(made.fontMetrics().lineSpacing() * _LINES) + theme.px(20))
    return made


def _written(contact: Contact, kind: FieldKind) -> Iterable[str]:
    for said in contact.fields:
        if said.kind is kind:
            yield f"{said.label}: {said.value}" if said.label else said.value


def _read(kind: FieldKind, text: str) -> Iterable[ContactField]:
    for line in text.splitlines():
        label_text, colon, value = line.partition(": ")
        if colon and value.strip():
            yield ContactField(kind=kind, value=value.strip(), label=label_text.strip())
        elif line.strip():
            yield ContactField(kind=kind, value=line.strip())


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.replace("،", ",").split(",") if part.strip())
