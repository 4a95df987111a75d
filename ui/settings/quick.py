"""The two settings that must be at hand before a vault is open: language and theme."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, QTimer

from ui import theme
from ui.choice_box import ChoiceBox
from ui.i18n import _
from ui.icons import icon
from ui.settings import table
from ui.settings.store import Settings

_ICON = 16


class QuickChoice(ChoiceBox):
    """A box for one setting, without a label beside it."""

    def __init__(self, settings: Settings, setting: table.Setting[str], picture: str) -> None:
        super().__init__()
        self._settings, self._setting = settings, setting
        self.setAccessibleName(_(setting.title))
        self.setToolTip(_(setting.title))
        side = theme.px(_ICON)
        self.setIconSize(QSize(side, side))
        for value, title in setting.choices:
            # Both boxes may say “Like the desktop”: the picture tells them apart.
            self.addItem(icon(picture), _(title), value)
        self._on_changed(setting.key)
        self.activated.connect(self._on_chosen)
        settings.changed.connect(self._on_changed)

    def _on_changed(self, key: str) -> None:
        if key == self._setting.key:
            self.setCurrentIndex(self.findData(self._settings.get(self._setting)))

    def _on_chosen(self, index: int) -> None:
        # Later: a change of language makes this very box anew.
        choose = partial(self._settings.set, self._setting, self.itemData(index))
        QTimer.singleShot(0, self._settings, choose)


def quick_choices(settings: Settings) -> tuple[QuickChoice, QuickChoice]:
    """Return a box for the language and one for the theme."""
    return (
        QuickChoice(settings, table.LANGUAGE, "languages"),
        QuickChoice(settings, table.THEME, "palette"),
    )
