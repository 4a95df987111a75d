"""Where backups go: a folder, or a store with its address and its keys."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from ui.backups.kinds import KINDS, Kind, kind_of
from ui.choice_box import ChoiceBox
from ui.folder_field import FolderField
from ui.i18n import _
from ui.layouts import Part, button, column, label, row
from ui.lock.password_field import PasswordField, overwrite
from ui.places import DOCUMENTS, place


class PlaceForm(QWidget):
    """Asks for a place; `options` holds secrets until `forget`."""

    changed = Signal()

    def __init__(
        self, location: str = "", kept: tuple[str, ...] = (), *, is_new: bool = True
    ) -> None:
        """Ask for a place, or for changes of *location*, for which options *kept* are set.

        Unless *is_new*, there are backups in it already.
        """
        super().__init__()
        self._kept = kept
        self.kind_box = ChoiceBox()
        self.kind_box.setAccessibleName(_("Kind of place"))
        self._forms: list[_KindForm] = []
        for kind in KINDS:
            self.kind_box.addItem(_(kind.title))
            form = _KindForm(kind, kept, is_new=is_new)
            form.changed.connect(self.changed)
            self._forms.append(form)
        self.kind_box.currentIndexChanged.connect(self._on_kind)
        caption = label(_("Kind of place"), "caption")
        self.setLayout(column(caption, self.kind_box, 4, *self._forms, gap=6))
        if location:
            self._form_of(kind_of(location)).put(location)
            self.kind_box.setCurrentIndex(KINDS.index(kind_of(location)))
        self._on_kind(self.kind_box.currentIndex())

    @property
    def location(self) -> str:
        """Return the address, "" while it is not said."""
        return self._form.location

    @property
    def options(self) -> dict[str, str]:
        """Return what was typed of keys and passwords."""
        return {name: text for name, field in self._form.fields.items() if (text := field.text())}

    def set_fixed(self, is_fixed: bool) -> None:
        """Let the address be changed, or only what opens it."""
        self.kind_box.setDisabled(is_fixed)
        for form in self._forms:
            for each in (form.address, *form.choosers):
                each.setDisabled(is_fixed)

    def forget(self) -> None:
        """Overwrite what was typed of keys and passwords."""
        for form in self._forms:
            for field in form.fields.values():
                overwrite(field)

    @property
    def _form(self) -> _KindForm:
        return self._forms[max(0, self.kind_box.currentIndex())]

    def _form_of(self, kind: Kind) -> _KindForm:
        return self._forms[KINDS.index(kind)]

    def _on_kind(self, index: int) -> None:
        for number, form in enumerate(self._forms):
            form.setVisible(number == index)
        self.changed.emit()


class _KindForm(QWidget):
    """The fields of one kind of place."""

    changed = Signal()

    def __init__(self, kind: Kind, kept: tuple[str, ...], *, is_new: bool) -> None:
        super().__init__()
        self.kind = kind
        self.fields: dict[str, QLineEdit] = {}
        self.address: QLineEdit
        self.choosers: list[QPushButton] = []
        parts: list[Part] = [label(_(kind.address), "caption")]
        if kind.is_folder:
            self.address = folder = FolderField(_(kind.address), place(DOCUMENTS))
            folder.clear()
            choose = button(_("Choose…"))
            choose.clicked.connect(partial(_ask, folder))
            self.choosers.append(choose)
            line = row(self.address, choose)
            line.setStretch(0, 1)
            parts += [line, folder.remark]
            if is_new:
                hint = _("Best a disk of its own: what lies on the same disk goes with it.")
                parts.append(label(hint, "hint"))
        else:
            self.address = QLineEdit()
            self.address.setAccessibleName(_(kind.address))
            self.address.setPlaceholderText(kind.hint)
            parts.append(self.address)
        self.address.textChanged.connect(self.changed)
        for field in kind.fields:
            made = PasswordField(_(field.title)) if field.is_secret else QLineEdit()
            made.setAccessibleName(_(field.title))
            made.setPlaceholderText(_("as it is") if field.name in kept else field.hint)
            made.textChanged.connect(self.changed)
            self.fields[field.name] = made
            parts += [label(_(field.title), "caption"), made]
        self.setLayout(column(*parts, None, gap=6))

    @property
    def location(self) -> str:
        text = self.address.text().strip()
        if isinstance(self.address, FolderField):
            folder = self.address.folder
            return "" if folder is None or not text else str(folder)
        # Who writes the whole address may do so in any of the ways that there are.
        return text if not text or kind_of(text) is self.kind else self.kind.scheme + text

    def put(self, location: str) -> None:
        """Show an address."""
        self.address.setText(location.removeprefix(self.kind.scheme))


def _ask(folder: FolderField, _is_checked: bool) -> None:
    folder.ask(_("The folder for the backups"))
