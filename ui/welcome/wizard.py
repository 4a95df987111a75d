"""The first start: from nothing to an open vault whose recovery code is on paper."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QStackedWidget, QWidget

from ui.i18n import _
from ui.jobs import error_text
from ui.layouts import centred, column, label, row
from ui.session import Keeper
from ui.settings.quick import quick_choices
from ui.shell.shell import Shell
from ui.welcome.hello import Hello
from ui.welcome.password_step import PasswordStep
from ui.welcome.recovery_steps import ShowCode, TypeBack
from ui.welcome.step import Step

if TYPE_CHECKING:
    from privatus.bootstrap import NewVault

_WIDTH = 520


class Welcome(QWidget):
    """Leads through the steps; at the end the keeper has a session."""

    folder_chosen = Signal(object)  # Path, of a vault that is there
    back_asked = Signal()  # to the vault in the folder

    def __init__(self, shell: Shell, folder: Path) -> None:
        super().__init__()
        self._shell = shell
        self._folder = _free_folder(folder)
        self._new: NewVault | None = None
        self.setProperty("kind", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.steps = QStackedWidget()
        self._area = centred(self.steps, _WIDTH, is_in_the_middle=True, margin=20)
        foot = row(None, *quick_choices(shell.settings), margins=(20, 0, 20, 16))
        self.setLayout(column(self._area, foot))
        self.hello = Hello(has_back=Keeper.exists(folder))
        self.hello.back_asked.connect(self.back_asked)
        self.hello.make_asked.connect(self._on_make_asked)
        self.hello.folder_chosen.connect(self.folder_chosen)
        self.hello.restore_asked.connect(self._on_restore_asked)
        self.password_step: PasswordStep | None = None
        self.show_code: ShowCode | None = None
        self.type_back: TypeBack | None = None
        self._show(self.hello)
        shell.keeper.created.connect(self._on_created)
        shell.keeper.failed.connect(self._on_failed)

    @property
    def holds_code(self) -> bool:
        """Say whether a recovery code is on its way to paper, and would be lost."""
        return self._new is not None

    def _show(self, step: Hello | Step | QWidget) -> None:
        if self.steps.indexOf(step) < 0:
            self.steps.addWidget(step)
        self.steps.setCurrentWidget(step)
        # It may have been scrolled to the button at the foot of the step before.
        self._area.verticalScrollBar().setValue(0)
        if isinstance(step, Hello | Step):
            QTimer.singleShot(0, step, partial(self._begin, step))

    def _begin(self, step: Hello | Step) -> None:
        step.begin()
        field = step.focusWidget()
        # A title at a large zoom fills the window; what is typed must be seen.
        if isinstance(field, QLineEdit):
            self._area.ensureWidgetVisible(field)

    def _on_restore_asked(self) -> None:
        # Late: nobody needs it who has a vault.
        from ui.backups.restore_dialog import RestoreDialog

        dialog = RestoreDialog(self._shell, self._shell.keeper.tasks, self)
        dialog.opened.connect(self.folder_chosen)
        dialog.open()

    def _on_make_asked(self) -> None:
        if self.password_step is None:
            self.password_step = PasswordStep(self._shell.keeper.tasks, self._folder)
            self.password_step.done.connect(self._on_password_chosen)
            self.password_step.back_asked.connect(self._on_back_to_hello)
        self._show(self.password_step)

    def _on_back_to_hello(self) -> None:
        self._show(self.hello)

    def _on_password_chosen(self) -> None:
        step = self.password_step
        folder = None if step is None else step.folder.folder
        if step is None or folder is None:
            return
        step.show_problem("")
        self._folder = folder
        step.again.forget()
        self._show(_Busy())
        self._shell.keeper.create(self._folder, step.password.take(), step.kdf)

    def _on_failed(self, error: BaseException) -> None:
        if self.password_step is not None:
            self._show(self.password_step)
            self.password_step.show_problem(error_text(error))

    def _on_created(self, new: NewVault) -> None:
        self._new = new
        self.show_code = ShowCode(self._shell, new.recovery_code, self._folder.name)
        self.show_code.done.connect(self._on_code_kept)
        self._show(self.show_code)

    def _on_code_kept(self) -> None:
        if self._new is None:
            return
        if self.type_back is None:
            self.type_back = TypeBack(self._new.recovery_code)
            self.type_back.back_asked.connect(self._on_back_to_code)
            self.type_back.done.connect(self._on_typed_back)
        self._show(self.type_back)

    def _on_back_to_code(self) -> None:
        if self.show_code is not None:
            self._show(self.show_code)

    def _on_typed_back(self) -> None:
        new, self._new = self._new, None
        if new is not None:
            self._shell.clipboard.clear()
            self._shell.keeper.adopt(new.vault)


class _Busy(QWidget):
    """While the vault is made."""

    def __init__(self) -> None:
        super().__init__()
        text = label(_("Making the vault…"), "heading")
        text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.setLayout(column(None, text, None))


def _free_folder(folder: Path) -> Path:
    """Return a folder near *folder* in which a vault can be made."""
    free, number = folder, 1
    while Keeper.exists(free):
        number += 1
        free = folder.with_name(f"{folder.name}-{number}")
    return free
