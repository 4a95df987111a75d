"""Making sure of somebody: the number that both see, and what the other one reads out."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QDialog, QLineEdit, QRadioButton, QWidget

from privatus.core.contact import Contact, PublicKeys, VerifiedBy
from privatus.services.contacts import SafetyNumber
from ui.contacts.number_view import NumberView
from ui.flow import buttons_row
from ui.i18n import _, mark
from ui.layouts import button, centred, column, fit, label

_WAYS = (
    (VerifiedBy.NUMBER, mark("Side by side")),
    (VerifiedBy.PHONE, mark("On the phone")),
    (VerifiedBy.QR, mark("By their QR code")),
)


class CompareDialog(QDialog):
    """Asks whether both see the same number; `decided` has how that was found out, or None."""

    decided = Signal(object, object)  # PublicKeys, VerifiedBy | None

    def __init__(
        self, contact: Contact, keys: PublicKeys, number: SafetyNumber, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Compare the safety number"))
        self._keys, self._number = keys, number
        self.view = NumberView(number, is_wide=True)
        self.ways = QButtonGroup(self)
        self.said = QLineEdit()
        self.said.setAccessibleName(_("What they read out, or what their code says"))
        self.said.setPlaceholderText(self.said.accessibleName())
        self.said.textChanged.connect(self._on_said)
        self.verdict = label("", "good")
        self.same = button(_("They are the same"), "primary", "shield-check")
        self.same.clicked.connect(self._on_same)
        self.other = button(_("They are not"), "danger")
        self.other.clicked.connect(self._on_other)
        self._build(contact)

    def _build(self, contact: Contact) -> None:
        about = _(
            "{name} sees the same number beside your name. Compare all of it side by side, or on"
            " the phone with a voice that you know. Only then do you know that the key is theirs."
        ).format(name=contact.name)
        cancel = button(_("Later"))
        cancel.clicked.connect(self.reject)
        inner = QWidget()
        inner.setLayout(
            column(
                label(about, "muted"),
                4,
                self.view,
                4,
                label(_("How"), "caption"),
                *self._choices(),
                self.said,
                self.verdict,
                None,
                gap=8,
                margins=(4, 0, 10, 0),
            )
        )
        self.setLayout(
            column(
                *(label(_("Compare the safety number"), "heading"), centred(inner, 560)),
                buttons_row(self.same, self.other, cancel),
                gap=10,
                margins=(24, 22, 18, 20),
            )
        )
        fit(self, 540, 600)
        self._on_said("")

    def _choices(self) -> list[QWidget]:
        made: list[QWidget] = []
        for way, text in _WAYS:
            choice = QRadioButton(_(text))
            choice.setProperty("way", way.value)
            choice.setChecked(way is VerifiedBy.NUMBER)
            choice.toggled.connect(lambda _is_on: self._on_said(self.said.text()))
            self.ways.addButton(choice)
            made.append(choice)
        return made

    @property
    def way(self) -> VerifiedBy:
        """Return how the person compares."""
        chosen = self.ways.checkedButton()
        return VerifiedBy(str(chosen.property("way"))) if chosen else VerifiedBy.NUMBER

    def _on_said(self, text: str) -> None:
        is_typed, is_same = bool(text.strip()), self._number.matches(text)
        if is_typed:
            said = _("This is the same number.") if is_same else _("This is another number.")
            self.verdict.setText(said)
            self.verdict.setProperty("kind", "good" if is_same else "error")
            self.verdict.style().unpolish(self.verdict)
            self.verdict.style().polish(self.verdict)
        else:
            self.verdict.setText("")
        # Nobody compares the squares of a code by eye.
        is_needed = self.way is VerifiedBy.QR
        self.same.setEnabled(is_same or not (is_typed or is_needed))

    def _on_same(self) -> None:
        self.decided.emit(self._keys, self.way)
        self.accept()

    def _on_other(self) -> None:
        self.decided.emit(self._keys, None)
        self.accept()
