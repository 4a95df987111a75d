"""How long one kind of data is kept: what happens then, after how many days, with which grace."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFrame

from privatus.core.retention import ACTIONS, MAX_DAYS, WITHOUT_GRACE, Action, Kind, Policy
from ui import theme
from ui.choice_box import ChoiceBox
from ui.flow import buttons_row
from ui.i18n import _, mark
from ui.layouts import button, column, label
from ui.number_field import NumberField
from ui.style_sheet import set_kind

TITLES = {
    Kind.CHATS: mark("Chats"),
    Kind.MESSAGES: mark("Messages"),
    Kind.AUDIT: mark("Log of what was done"),
    Kind.ERRORS: mark("Errors"),
    Kind.METRICS: mark("Measurements"),
}
_ABOUT = {
    Kind.CHATS: mark(
        "By when they were last changed. To destroy is about chats in archive files, too."
    ),
    Kind.MESSAGES: mark(
        "By when they were written; their chat stays. Merged chats are left alone."
    ),
    Kind.ERRORS: mark("What failed of imports, backups and other work, as you were told."),
    Kind.METRICS: mark("How long imports, backups and other work took, and how much it was."),
    Kind.AUDIT: mark("Its oldest entries. The rest still proves that nobody changed it."),
}
_ACTIONS = {
    Action.KEEP: mark("Keep for ever"),
    Action.ARCHIVE: mark("Move to archive files"),
    Action.DESTROY: mark("Destroy for good"),
}

_OF_CHATS = (Kind.CHATS, Kind.MESSAGES)


class PolicyCard(QFrame):
    """Holds a policy, and tells of another when it is to hold."""

    decided = Signal(object)  # Policy

    def __init__(self, policy: Policy) -> None:
        super().__init__()
        self.policy = policy
        set_kind(self, "card")
        title = _(TITLES[policy.kind])
        self.setAccessibleName(title)
        self._make_fields(title)
        self.save = button(_("Save"), "primary")
        self.save.setAccessibleName(_("Save for {kind}").format(kind=title))
        self.save.clicked.connect(self._on_save)
        self.told = label("", "hint")
        fields = buttons_row(self.action, self.days, self.grace, self.save, gap=10)
        self.setLayout(
            column(
                label(title, "subheading"),
                label(_(_ABOUT[policy.kind]), "muted"),
                fields,
                self.marked,
                self.told,
                gap=6,
                margins=(16, 12, 16, 12),
            )
        )
        self.show_policy(policy)

    def _make_fields(self, title: str) -> None:
        self.action = ChoiceBox(230)
        self.action.setAccessibleName(_("What happens: {kind}").format(kind=title))
        for action in ACTIONS[self.policy.kind]:
            self.action.addItem(_(_ACTIONS[action]), action.value)
        self.days = _days_field(_("after {n} days"), _("Age in days: {kind}").format(kind=title))
        self.grace = _days_field(
            _("and {n} days of grace"), _("Grace in days: {kind}").format(kind=title)
        )
        self.marked = QCheckBox(_("Also what is pinned or starred"))
        if self.policy.kind in WITHOUT_GRACE:
            self.grace.setMinimum(0)
        if self.policy.kind not in _OF_CHATS:
            self.marked.hide()
        self.action.currentIndexChanged.connect(self._on_changed)
        self.days.valueChanged.connect(self._on_changed)
        self.grace.valueChanged.connect(self._on_changed)
        self.marked.toggled.connect(self._on_changed)

    def show_policy(self, policy: Policy) -> None:
        """Show what holds now."""
        self.policy = policy
        self.action.setCurrentIndex(self.action.findData(policy.action.value))
        self.days.setValue(policy.days)
        self.grace.setValue(policy.grace_days)
        self.marked.setChecked(policy.with_marked)
        self._on_changed()

    @property
    def wanted(self) -> Policy:
        """Return what the fields say."""
        return Policy(
            kind=self.policy.kind,
            action=Action(self.action.currentData()),
            days=self.days.value(),
            grace_days=self.grace.value(),
            with_marked=self.marked.isChecked(),
            where=self.policy.where,
            format=self.policy.format,
        )

    def tell(self, said: str) -> None:
        """Say what the policy would do at the next run."""
        self.told.setText(said)
        self.told.setVisible(bool(said))

    def _on_changed(self, *_changed: object) -> None:
        wanted = self.wanted
        is_kept = wanted.action is Action.KEEP
        for each in (self.days, self.grace):
            each.setVisible(not is_kept)
        self.marked.setVisible(not is_kept and wanted.kind in _OF_CHATS)
        is_same = wanted == self.policy or (is_kept and self.policy.action is Action.KEEP)
        self.save.setEnabled(not is_same)

    def _on_save(self, _checked: bool = False) -> None:
        self.decided.emit(self.wanted)


def _days_field(text: str, name: str) -> NumberField:
    """Return a field for days, with the words of *text* around the number."""
    before, after = text.split("{n}", 1)
    made = NumberField(name, 1, MAX_DAYS)
    made.setPrefix(before)
    made.setSuffix(after)
    made.setMinimumWidth(theme.px(120))
    return made
