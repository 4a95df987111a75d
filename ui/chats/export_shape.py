"""What of the chats is exported, and the first of them as it would be written."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QLocale, Signal
from PySide6.QtWidgets import QCheckBox, QPlainTextEdit, QWidget

from privatus.bootstrap import Vault
from privatus.core.jobs import Job
from privatus.services.exports import ExportOptions
from ui import theme
from ui.i18n import _
from ui.jobs import error_text
from ui.layouts import column, label
from ui.session import Session
from ui.tasks import Latest

# More is not read, and a widget with megabytes is slow.
_MOST_CHARS = 20_000


class ShapeChoice(QWidget):
    """Two ticks: with metadata or without, redacted or not."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.metadata = QCheckBox(_("With times, models, tags and notes"))
        self.metadata.setChecked(True)
        self.redact = QCheckBox(_("Redact personal data"))
        told = _("E-mail addresses, phone, bank and card numbers, IP addresses and passwords become"
                 " placeholders. Names stay: read it before you share it.")  # fmt: skip
        self.redact.setAccessibleDescription(told)
        for box in (self.metadata, self.redact):
            box.toggled.connect(self.changed)
        self.setLayout(column(self.metadata, self.redact, label(told, "hint"), gap=4))

    @property
    def options(self) -> ExportOptions:
        """Return what was chosen."""
        is_redacted = self.redact.isChecked()
        return ExportOptions(
            with_metadata=self.metadata.isChecked(),
            redact=is_redacted,
            region=_country() if is_redacted else None,
        )


class Preview(QWidget):
    """The first chat of the export, as text."""

    def __init__(self, session: Session, query: str | None, row_ids: Sequence[int] | None) -> None:
        super().__init__()
        self._vault, self._query, self._row_ids = session.vault, query, row_ids
        self._latest = Latest(session.tasks, self)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        # Else Tab would be taken for a text to write.
        self.text.setTabChangesFocus(True)
        self.text.setFont(theme.mono_font(11))
        self.text.setAccessibleName(_("The first chat as it would be written"))
        self.text.setMinimumSize(theme.px(300), theme.px(120))
        caption = label(_("The first chat as it would be written"), "caption")
        self.setLayout(column(caption, self.text, gap=6))

    def show_sample(self, format: str, options: ExportOptions) -> None:
        """Show how *format* writes it."""
        work = partial(_sample, self._vault, format, self._query, self._row_ids, options)
        self._latest.request(work, self._on_read, self._on_failed)

    def _on_read(self, text: str) -> None:
        self.text.setPlainText(text)

    def _on_failed(self, error: BaseException) -> None:
        self.text.setPlainText(error_text(error))


def _sample(
    vault: Vault,
    format: str,
    query: str | None,
    row_ids: Sequence[int] | None,
    options: ExportOptions,
    _job: Job,
) -> str:
    text = vault.exports.sample(format, query, row_ids=row_ids, options=options)
    return text if len(text) <= _MOST_CHARS else f"{text[:_MOST_CHARS]}…"


def _country() -> str | None:
    """Return the country of the system, such as "DE"."""
    code = QLocale.territoryToCode(QLocale.system().territory())
    return code if len(code) == 2 else None
