"""One row of the settings page for each setting, made from its line in the table."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from ui import theme
from ui.choice_box import ChoiceBox
from ui.i18n import _
from ui.layouts import column, label
from ui.number_field import NumberField
from ui.settings.sides import Sides
from ui.settings.store import Settings
from ui.settings.switch import Switch
from ui.settings.table import Setting

_CONTROL_WIDTH = 240


class SettingRow(QWidget):
    """What a setting is called, what it does, and the control that sets it."""

    def __init__(self, settings: Settings, setting: Setting[Any]) -> None:
        super().__init__()
        self.setting = setting
        self._settings = settings
        self.control = self._make_control()
        title = label(_(setting.title))
        title.setBuddy(self.control)
        texts = column(title, gap=2)
        if setting.help:
            texts.addWidget(label(_(setting.help), "hint"))
        words = QWidget()
        words.setLayout(texts)
        self.setLayout(column(Sides(words, self.control, gap=24, margin=10)))
        settings.changed.connect(self._on_changed)

    def matches(self, words: list[str]) -> bool:
        """Say whether all *words* are somewhere in what the row says."""
        setting = self.setting
        said = " ".join(
            (
                *(_(setting.title), _(setting.section), _(setting.words) if setting.words else ""),
                *(_(setting.help) if setting.help else "", setting.title, setting.words),
                *(_(title) for _value, title in setting.choices),
            )
        ).casefold()
        return all(word in said for word in words)

    def _make_control(self) -> QWidget:
        setting = self.setting
        name = _(setting.title)
        if setting.choices:
            return self._box(name)
        if isinstance(setting.default, bool):
            switch = Switch(name)
            switch.setChecked(self._settings.get(setting))
            switch.toggled.connect(self._set)
            return switch
        if isinstance(setting.default, int):
            spin = NumberField(name, setting.least, setting.most)
            spin.setSuffix(_(setting.unit) if setting.unit else "")
            spin.setValue(self._settings.get(setting))
            spin.setMinimumWidth(theme.px(_CONTROL_WIDTH // 2))
            spin.valueChanged.connect(self._set)
            return spin
        text = QLineEdit(str(self._settings.get(setting)))
        text.setAccessibleName(name)
        text.setFixedWidth(theme.px(_CONTROL_WIDTH))
        text.textEdited.connect(self._set)
        return text

    def _box(self, name: str) -> QComboBox:
        box = ChoiceBox(_CONTROL_WIDTH)
        box.setAccessibleName(name)
        for value, title in self.setting.choices:
            box.addItem(_(title), value)
        box.setCurrentIndex(box.findData(self._settings.get(self.setting)))
        box.activated.connect(partial(self._on_chosen, box))
        # A wheel that scrolls the page must not set what it passes.
        box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        box.installEventFilter(_wheel_stop())
        return box

    def _on_chosen(self, box: QComboBox, index: int) -> None:
        value = box.itemData(index)
        # Later: language and zoom make the page anew, with this box.
        QTimer.singleShot(0, self._settings, partial(self._settings.set, self.setting, value))

    def _set(self, value: object) -> None:
        self._settings.set(self.setting, value)

    def _on_changed(self, key: str) -> None:
        if key != self.setting.key:
            return
        value = self._settings.get(self.setting)
        control = self.control
        if isinstance(control, QComboBox):
            control.setCurrentIndex(control.findData(value))
        elif isinstance(control, Switch):
            control.setChecked(bool(value))


class _WheelStop(QObject):
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel and not (
            isinstance(watched, QWidget) and watched.hasFocus()
        ):
            event.ignore()
            return True
        return False


_stops: list[_WheelStop] = []


def _wheel_stop() -> _WheelStop:
    if not _stops:
        _stops.append(_WheelStop())
    return _stops[0]
