"""The style sheet: what Fusion and the palette cannot say.

Kept small, for it is parsed anew at each change of theme or zoom. Widgets choose a look by a
property: `kind` on buttons, labels and frames.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QWidget

from ui.tokens import Tokens

# A style sheet draws pictures from files only, and in the colours that they have.
_PICTURES = Path(__file__).parent / "assets" / "style"


def set_kind(widget: QWidget, kind: str) -> None:
    """Give *widget* the look *kind*, also when it has another one already."""
    widget.setProperty("kind", kind)
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)


def style_sheet(t: Tokens, px: Callable[[float], int]) -> str:
    """Return the style sheet for tokens and zoom."""
    return "".join(part(t, px) for part in (_surfaces, _buttons, _fields, _choices, _lists, _text))


def _picture(name: str, t: Tokens) -> str:
    path = _PICTURES / f"{name}-{'dark' if t.is_dark else 'light'}.svg"
    return f'url("{path.as_posix()}")'


def _surfaces(t: Tokens, px: Callable[[float], int]) -> str:
    return f"""
QMainWindow, QDialog {{ background: {t.surface}; }}
QWidget[kind="page"] {{ background: {t.background}; }}
QWidget[kind="side"] {{ background: {t.surface}; }}
QWidget[kind="rail"] {{ background: {t.sunken}; border-right: 1px solid {t.border}; }}
QWidget[kind="bar"] {{ background: {t.background}; border-bottom: 1px solid {t.border}; }}
QFrame[kind="card"] {{
    background: {t.raised}; border: 1px solid {t.border}; border-radius: {px(12)}px; }}
QFrame[kind="notice"] {{ background: {t.accent_soft}; border-radius: {px(10)}px; }}
QFrame[kind="warning"] {{ background: {t.warn_soft}; border-radius: {px(10)}px; }}
QFrame[kind="problem"] {{ background: {t.danger_soft}; border-radius: {px(10)}px; }}
QFrame[kind="line"] {{ background: {t.border}; border: none; }}
QSplitter::handle {{ background: {t.border}; }}
QSplitter::handle:horizontal {{ width: 1px; }}
QToolTip {{ background: {t.raised}; color: {t.text}; border: 1px solid {t.border};
    padding: {px(4)}px {px(7)}px; }}
QMenu {{ background: {t.raised}; border: 1px solid {t.border}; padding: {px(5)}px; }}
QMenu::item {{ padding: {px(6)}px {px(26)}px {px(6)}px {px(12)}px; border-radius: {px(6)}px; }}
QMenu::item:selected {{ background: {t.accent_soft}; color: {t.on_accent_soft}; }}
QMenu::item:disabled {{ color: {t.faint}; }}
QMenu::icon {{ padding-left: {px(8)}px; }}
QMenu::separator {{ height: 1px; background: {t.border}; margin: {px(5)}px {px(8)}px; }}
QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; border: none; }}
QScrollArea[kind="list"] {{ border: 2px solid transparent; border-radius: {px(6)}px; }}
QScrollArea[kind="list"]:focus {{ border-color: {t.accent}; }}
QAbstractScrollArea::corner {{ background: transparent; border: none; }}
QScrollBar:vertical {{ background: transparent; width: {px(12)}px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: {px(12)}px; margin: 0; }}
QScrollBar::handle {{ background: {t.border}; border-radius: {px(4)}px; margin: {px(2)}px; }}
QScrollBar::handle:vertical {{ min-height: {px(36)}px; }}
QScrollBar::handle:horizontal {{ min-width: {px(36)}px; }}
QScrollBar::handle:hover, QScrollBar::handle:pressed {{ background: {t.border_strong}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ height: 0; width: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: none; }}
"""


def _buttons(t: Tokens, px: Callable[[float], int]) -> str:
    # A border of two pixels always, or the text would move when the focus comes. It is the sign of
    # the focus; the style's own one inside of it, the outline, would be a second.
    return f"""
QPushButton, QToolButton, QComboBox, QCheckBox, QRadioButton {{ outline: 0; }}
QPushButton {{ background: {t.raised}; color: {t.text}; border: 1px solid {t.border};
    border-radius: {px(8)}px; padding: {px(7)}px {px(15)}px; min-height: {px(20)}px; }}
QPushButton:hover {{ background: {t.hover}; }}
QPushButton:pressed {{ background: {t.pressed}; }}
QPushButton:disabled {{ color: {t.faint}; background: {t.surface}; }}
QPushButton:focus {{ border: 2px solid {t.accent}; padding: {px(7) - 1}px {px(15) - 1}px; }}
QPushButton[kind="primary"] {{ background: {t.accent}; color: {t.on_accent};
    border: 1px solid {t.accent}; font-weight: 600; }}
QPushButton[kind="primary"]:hover {{ background: {t.accent_hover}; }}
QPushButton[kind="primary"]:focus {{ border: 2px solid {t.text}; }}
QPushButton[kind="primary"]:disabled {{ background: {t.hover}; color: {t.faint};
    border-color: {t.hover}; }}
QPushButton[kind="danger"] {{ color: {t.danger}; border-color: {t.danger}; }}
QPushButton[kind="danger"]:hover {{ background: {t.danger_soft}; }}
QPushButton[kind="link"] {{ background: transparent; border: 1px solid transparent;
    color: {t.accent}; padding: {px(4)}px {px(6)}px; text-align: left; }}
QPushButton[kind="link"]:hover {{ color: {t.accent_hover}; text-decoration: underline; }}
QPushButton[kind="link"]:focus {{ border: 2px solid {t.accent};
    padding: {px(4) - 1}px {px(6) - 1}px; }}
QPushButton[kind="chip"] {{ background: {t.accent_soft}; color: {t.on_accent_soft};
    border: 1px solid transparent; border-radius: {px(11)}px; padding: {px(1)}px {px(9)}px;
    font-size: {px(12)}px; }}
QPushButton[kind="chip"]:hover {{ border-color: {t.accent}; }}
QPushButton[kind="chip"]:focus {{ border: 2px solid {t.accent};
    padding: {max(0, px(1) - 1)}px {px(9) - 1}px; }}
QPushButton[kind="chip"]:!checked[checkable="true"] {{ background: {t.hover}; color: {t.muted}; }}
QToolButton {{ background: transparent; border: 2px solid transparent;
    border-radius: {px(8)}px; padding: {px(5)}px; color: {t.muted}; }}
QToolButton:hover {{ background: {t.hover}; }}
QToolButton:pressed {{ background: {t.pressed}; }}
QToolButton:checked {{ background: {t.accent_soft}; color: {t.on_accent_soft}; }}
QToolButton:focus {{ border-color: {t.accent}; }}
QToolButton:disabled {{ color: {t.faint}; }}
QToolButton::menu-indicator {{ image: none; }}
"""


def _fields(t: Tokens, px: Callable[[float], int]) -> str:
    fields = "QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDateTimeEdit, QKeySequenceEdit"
    focused = ", ".join(f"{name}:focus" for name in fields.split(", "))
    return f"""
{fields} {{ background: {t.background}; color: {t.text}; border: 1px solid {t.border_strong};
    border-radius: {px(8)}px; padding: {px(6)}px {px(9)}px;
    selection-background-color: {t.accent}; selection-color: {t.on_accent}; }}
{focused} {{ border: 2px solid {t.accent}; padding: {px(6) - 1}px {px(9) - 1}px; }}
QLineEdit {{ lineedit-clear-button-icon: {_picture("clear", t)}; }}
QLineEdit[kind="search"] {{ background: {t.background}; border-color: {t.border}; }}
QLineEdit[kind="search"]:focus {{ border-color: {t.accent}; }}
QLineEdit[kind="bare"] {{ border: none; background: transparent; }}
QLineEdit:disabled, QPlainTextEdit:disabled {{ color: {t.faint}; background: {t.surface}; }}
QTextBrowser {{ background: transparent; border: none; padding: 0; }}
QComboBox {{ background: {t.raised}; color: {t.text}; border: 1px solid {t.border_strong};
    border-radius: {px(8)}px; padding: {px(5)}px {px(10)}px; min-height: {px(22)}px;
    combobox-popup: 0; }}
QComboBox:hover {{ background: {t.hover}; }}
QComboBox:focus {{ border: 2px solid {t.accent}; padding: {px(5) - 1}px {px(10) - 1}px; }}
QComboBox::drop-down {{ border: none; width: {px(28)}px; }}
QComboBox::down-arrow {{ image: {_picture("chevron", t)}; width: {px(16)}px;
    height: {px(16)}px; }}
QDateTimeEdit::drop-down {{ border: none; width: {px(26)}px; }}
QDateTimeEdit::down-arrow {{ image: {_picture("chevron", t)}; width: {px(14)}px;
    height: {px(14)}px; }}
QSpinBox::up-button, QSpinBox::down-button {{ border: none; background: transparent;
    width: {px(22)}px; }}
QSpinBox::up-arrow {{ image: {_picture("up", t)}; width: {px(12)}px; height: {px(12)}px; }}
QSpinBox::down-arrow {{ image: {_picture("chevron", t)}; width: {px(12)}px;
    height: {px(12)}px; }}
QComboBox QAbstractItemView {{ background: {t.raised}; border: 1px solid {t.border};
    padding: {px(4)}px; outline: 0; }}
QComboBox QAbstractItemView::item {{ min-height: {px(28)}px; padding: 0 {px(6)}px;
    border-radius: {px(6)}px; }}
QComboBox QAbstractItemView::item:selected {{ background: {t.accent_soft};
    color: {t.on_accent_soft}; }}
QProgressBar {{ background: {t.hover}; border: none; border-radius: {px(3)}px;
    min-height: {px(6)}px; max-height: {px(6)}px; }}
QProgressBar::chunk {{ background: {t.accent}; border-radius: {px(3)}px; }}
"""


def _choices(t: Tokens, px: Callable[[float], int]) -> str:
    return f"""
QPushButton::menu-indicator {{ image: {_picture("chevron", t)}; width: {px(14)}px;
    height: {px(14)}px; subcontrol-position: right center; right: {px(4)}px; }}
QCheckBox, QRadioButton {{ color: {t.text}; spacing: {px(9)}px; padding: {px(3)}px; }}
QCheckBox:disabled, QRadioButton:disabled {{ color: {t.faint}; }}
QCheckBox:focus, QRadioButton:focus {{ border: 2px solid {t.accent}; border-radius: {px(6)}px;
    padding: {max(0, px(3) - 2)}px; }}
QCheckBox::indicator, QRadioButton::indicator, QListView::indicator {{
    width: {px(16)}px; height: {px(16)}px; border: 1px solid {t.border_strong};
    background: {t.background}; border-radius: {px(5)}px; }}
QRadioButton::indicator {{ border-radius: {(px(16) + 2) // 2}px; }}
QCheckBox::indicator:hover, QRadioButton::indicator:hover {{ border-color: {t.accent}; }}
QCheckBox::indicator:checked, QListView::indicator:checked {{
    background: {t.accent}; border-color: {t.accent}; image: {_picture("check", t)}; }}
QCheckBox::indicator:indeterminate, QListView::indicator:indeterminate {{
    background: {t.accent_soft}; border-color: {t.accent}; image: {_picture("dash", t)}; }}
QRadioButton::indicator:checked {{ background: {t.accent}; border-color: {t.accent};
    image: {_picture("dot", t)}; }}
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled {{ background: {t.hover};
    border-color: {t.border}; }}
QTabBar::tab {{ background: transparent; color: {t.muted}; border: none;
    border-bottom: 2px solid transparent; padding: {px(7)}px {px(12)}px; }}
QTabBar::tab:hover {{ color: {t.text}; }}
QTabBar::tab:selected {{ color: {t.accent}; border-bottom-color: {t.accent}; }}
QTabBar::tab:focus {{ border: 2px solid {t.accent}; border-radius: {px(6)}px; }}
QTabWidget::pane {{ border: none; }}
"""


def _lists(t: Tokens, px: Callable[[float], int]) -> str:
    return f"""
QListView, QTreeView, QTableView {{ background: transparent; border: none; outline: 0;
    selection-background-color: {t.accent_soft}; selection-color: {t.on_accent_soft}; }}
QListView[kind="plain"]::item {{ padding: {px(7)}px {px(10)}px; border-radius: {px(8)}px; }}
QListView[kind="plain"]::item:hover {{ background: {t.hover}; }}
QListView[kind="plain"]::item:selected {{ background: {t.accent_soft};
    color: {t.on_accent_soft}; }}
QTreeView::item, QTableView::item {{ padding: {px(4)}px {px(6)}px; }}
QHeaderView::section {{ background: {t.surface}; color: {t.muted}; border: none;
    border-bottom: 1px solid {t.border}; padding: {px(6)}px; font-size: {px(12)}px;
    font-weight: 600; }}
QTableView {{ gridline-color: {t.border}; }}
"""


def _text(t: Tokens, px: Callable[[float], int]) -> str:
    sizes = {"title": 26, "heading": 18, "subheading": 15, "body": 14, "small": 12}
    rules = [
        f'QLabel[kind="{kind}"] {{ font-size: {px(size)}px; color: {t.text};'
        f" font-weight: {600 if size > 14 else 400}; }}"
        for kind, size in sizes.items()
    ]
    rules += [
        f'QLabel[kind="muted"] {{ color: {t.muted}; }}',
        f'QLabel[kind="hint"] {{ color: {t.muted}; font-size: {px(12)}px; }}',
        f'QLabel[kind="caption"] {{ color: {t.muted}; font-size: {px(11)}px; font-weight: 600;'
        " letter-spacing: 0.5px; }",
        f'QLabel[kind="error"] {{ color: {t.danger}; }}',
        f'QLabel[kind="good"] {{ color: {t.ok}; }}',
        f'QLabel[kind="warn"] {{ color: {t.warn}; }}',
        f'QLabel[kind="code"] {{ font-family: "JetBrains Mono"; color: {t.text}; }}',
    ]
    return "\n".join(rules)
