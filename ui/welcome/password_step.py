"""The step in which the password is chosen, with what it is worth, and the folder."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from privatus.core.jobs import Job
from privatus.services.kdf import KdfParameters, kdf_parameters
from ui.folder_field import FolderField
from ui.i18n import _, number
from ui.layouts import button, column, keep_lines, label, row
from ui.lock.password_field import PasswordField
from ui.tasks import Lane, Latest, Tasks
from ui.welcome.step import Step
from ui.welcome.strength import LEVELS, Strength, StrengthBar, in_words, measure

_LEAST_CHARS = 8


class PasswordStep(Step):
    """Asks for a password twice, and for the place of the vault."""

    def __init__(self, tasks: Tasks, folder: Path) -> None:
        super().__init__(
            _("Choose a password"),
            _(
                "It is the only key to your chats, and nobody can reset it. Several random words"
                " are easy to keep and hard to guess."
            ),
        )
        self.kdf: KdfParameters | None = None
        self._latest = Latest(tasks, self, delay_ms=80)
        self.password = PasswordField(_("Password"))
        self.password.textChanged.connect(self._on_password_changed)
        self.again = PasswordField(_("The same again"))
        self.again.textChanged.connect(self._on_again_changed)
        self.again.returnPressed.connect(self._on_next)
        self.password.returnPressed.connect(self.again.setFocus)
        self.bar = StrengthBar()
        self.verdict = keep_lines(label(" ", "hint"), 2)
        self.caps_lock = label(_("Caps Lock is on."), "warn")
        self.caps_lock.hide()
        self.password.caps_lock_changed.connect(self.caps_lock.setVisible)
        self.cost = label(_("Measuring what a guess costs on this computer…"), "hint")
        keep_lines(self.cost, 2)
        self.folder = FolderField(_("Folder of the vault"), folder)
        self.folder.textChanged.connect(self.update_next)
        choose = button(_("Choose…"))
        choose.clicked.connect(self._on_choose)
        self.problem = label("", "error")
        self.problem.hide()
        caption = label(_("Folder of the vault"), "caption")
        meter = column(self.bar, self.verdict, gap=6)
        self.lay_out(
            *(self.password, meter, self.again, self._remarks(), 8),
            *(caption, row(self.folder, choose), self.folder.remark, self.cost),
        )
        # Tab does not stop at the eye between them: the space key would show what is being typed.
        QWidget.setTabOrder(self.password, self.again)
        self.next.setText(_("Make the vault"))
        self.update_next()
        tasks.run(_measure, lane=Lane.CPU, owner=self, on_done=self._on_measured)

    def _remarks(self) -> QWidget:
        made = QWidget()
        made.setLayout(column(self.problem, self.caps_lock, None, gap=0))
        made.setMinimumHeight(self.problem.sizeHint().height())
        return made

    def begin(self) -> None:
        self.password.setFocus()

    def is_complete(self) -> bool:
        typed = self.password.text()
        return (
            len(typed) >= _LEAST_CHARS
            and typed == self.again.text()
            and self.folder.folder is not None
        )

    def show_problem(self, text: str) -> None:
        """Say why the vault could not be made."""
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    def _on_password_changed(self, text: str) -> None:
        self._on_again_changed(self.again.text())
        if not text:
            self._latest.cancel()
            self.bar.set_level(-1)
            self.verdict.setText(" ")
            return
        self._latest.request(partial(_strength, text), self._on_strength)

    def _on_again_changed(self, again: str) -> None:
        self.update_next()
        # Not while the second is still being typed.
        differs = len(again) >= len(self.password.text()) and again != self.password.text()
        self.show_problem(_("The two are not the same.") if differs else "")

    def _on_strength(self, strength: Strength) -> None:
        self.bar.set_level(strength.level)
        short = len(self.password.text()) < _LEAST_CHARS
        said = _("At least {n} characters.").format(n=_LEAST_CHARS) if short else ""
        level = _(LEVELS[strength.level])
        self.verdict.setText(f"{level}. {said or in_words(strength)}")

    def _on_measured(self, kdf: KdfParameters) -> None:
        self.kdf = kdf
        self.cost.setText(
            _(
                "Each guess will take {memory} MiB of memory and about a second on this computer,"
                " for a thief as for you."
            ).format(memory=number(kdf.memory_kib // 1024))
        )

    def _on_choose(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, _("An empty folder for the vault"))
        if chosen:
            self.folder.setText(chosen)


def _strength(password: str, _job: Job) -> Strength:
    return measure(password)


def _measure(_job: Job) -> KdfParameters:
    return kdf_parameters()
