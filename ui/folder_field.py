"""A field for a folder, which says where that is from the top.

The folder in which the program was started is known to nobody who clicked on an icon.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QLineEdit

from ui.i18n import _
from ui.layouts import label
from ui.places import nearest


class FolderField(QLineEdit):
    """Holds a path; `remark`, which belongs below it, says what is wrong with it."""

    def __init__(self, name: str, folder: Path) -> None:
        super().__init__(str(folder))
        self.setAccessibleName(name)
        self.remark = label(
            _("Write where the folder is from the top, as in {path}.").format(
                path=Path.home() / "Privatus"
            ),
            "error",
        )
        self.remark.hide()
        self.textChanged.connect(self._on_text_changed)

    @property
    def folder(self) -> Path | None:
        """Return the folder; None if it is not said where that is."""
        try:
            folder = Path(self.text().strip()).expanduser()
        except RuntimeError:
            # The home of somebody who is not known here.
            return None
        return folder if folder.is_absolute() else None

    def ask(self, title: str) -> None:
        """Let the person choose a folder from the one on, or the nearest one, that is written."""
        start = nearest(self.folder or Path.home())
        chosen = QFileDialog.getExistingDirectory(self, title, str(start))
        if chosen:
            self.setText(chosen)

    def _on_text_changed(self, text: str) -> None:
        self.remark.setVisible(bool(text.strip()) and self.folder is None)
