"""The rules that give tags: listed, made, changed and deleted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QListView, QWidget

from privatus.bootstrap import Vault
from privatus.core.jobs import Job
from privatus.core.tag import TagRuleCount
from privatus.services.tag_changes import TagChange
from ui import theme
from ui.i18n import _, ngettext
from ui.jobs import error_text
from ui.layouts import button, column, fit, label, row
from ui.session import Session
from ui.shell.changing import Changing
from ui.shell.shell import Shell
from ui.style_sheet import set_kind
from ui.tags.dots import dot_icon
from ui.tags.name_box import NameBox

Index = QModelIndex | QPersistentModelIndex


class Rules(QAbstractListModel):
    """All rules, the first made first."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rules: list[TagRuleCount] = []

    def fill(self, found: Sequence[TagRuleCount]) -> None:
        """Hold these and no others."""
        self.beginResetModel()
        self.rules = list(found)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.rules)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self.rules):
            return None
        rule = self.rules[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            count = ngettext("{n} chat", "{n} chats", rule.conversations)
            # Isolated, so that an Arabic name stays in its place.
            return f"\u2068{rule.tag.name}\u2069  ←  \u2068{rule.rule.query}\u2069   ({count})"
        if role == Qt.ItemDataRole.DecorationRole:
            return dot_icon(rule.tag.colour, theme.px(12))
        return None


class RulesDialog(QDialog):
    """Shows the rules; below them the one that is made or changed."""

    def __init__(self, shell: Shell, session: Session, parent: QWidget, query: str = "") -> None:
        super().__init__(parent)
        self._shell, self._session = shell, session
        undo = session.vault.tags.undo
        self._changes: Changing[TagChange] = Changing(self, shell, session, "tags", undo)
        self._editing: int | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Rules for tags"))
        self.model = Rules(self)
        self.list = _List(self._on_delete)
        self.list.setModel(self.model)
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.nothing = label(_("No rules yet. One gives its tag to what a search finds."), "hint")
        self.name = NameBox([each.tag.name for each in session.tags.all])
        self.query = QLineEdit(query)
        self.query.setPlaceholderText("source:claude in:title invoice")
        self.query.setAccessibleName(_("Search whose finds get the tag"))
        self.remark = label("", "error")
        self.remark.hide()
        self._build()
        for changed in (self.name.editTextChanged, self.query.textChanged):
            changed.connect(self._on_edited)
        session.changed.connect(self._on_vault_changed)
        self._on_edited()
        self._load()

    def _build(self) -> None:
        self.new = button(_("New rule"), icon_name="plus")
        self.new.clicked.connect(self._on_new)
        self.delete = button(_("Delete"), "danger")
        self.delete.setToolTip(_("The chats keep the tag"))
        self.delete.clicked.connect(partial(self._on_delete, with_tags=False))
        self.delete_tags = button(_("Delete, and take the tags back"))
        self.delete_tags.clicked.connect(partial(self._on_delete, with_tags=True))
        self.save = button(_("Save"), "primary")
        self.save.clicked.connect(self._on_save)
        close = button(_("Close"))
        close.clicked.connect(self.accept)
        for each in (self.new, self.delete, self.delete_tags, self.save, close):
            each.setAutoDefault(False)
        hint = _("A rule gives its tag now and after each import; never to a chat that you took"
                 " the tag from.")  # fmt: skip
        self.setLayout(
            column(
                *(label(_("Rules for tags"), "heading"), label(hint, "hint")),
                *(self.nothing, self.list, row(self.delete, self.delete_tags, None, self.new)),
                *(8, label(_("Tag"), "caption"), self.name),
                *(label(_("What this search finds"), "caption"), self.query, self.remark),
                row(None, close, self.save),
                gap=8,
                margins=(24, 22, 24, 20),
            )
        )
        fit(self, 560, 480)

    # ------------------------------------------------------------------ the list

    def _load(self) -> None:
        work = partial(_rules, self._session.vault)
        self._session.tasks.run(work, owner=self, on_done=self._on_read)

    def _on_read(self, found: Sequence[TagRuleCount]) -> None:
        editing = self._editing
        self.model.fill(found)
        self.nothing.setVisible(not found)
        self.list.setVisible(bool(found))
        ids = [each.rule.id for each in found]
        if editing in ids:
            self.list.setCurrentIndex(self.model.index(ids.index(editing)))
        self._on_edited()

    def _on_vault_changed(self, what: str) -> None:
        if what in ("tags", "conversations"):
            self._load()

    def _on_current(self, current: QModelIndex, _former: QModelIndex) -> None:
        if current.isValid():
            rule = self.model.rules[current.row()]
            self._editing = rule.rule.id
            self.name.setEditText(rule.tag.name)
            self.query.setText(rule.rule.query)

    def _on_new(self) -> None:
        self._editing = None
        self.list.clearSelection()
        self.list.setCurrentIndex(QModelIndex())
        self.name.setEditText("")
        self.query.clear()
        self.name.setFocus()

    def _on_edited(self) -> None:
        self.remark.hide()
        self.save.setEnabled(bool(self.name.name and self.query.text().strip()))
        for each in (self.delete, self.delete_tags):
            each.setEnabled(self._editing is not None)

    # ------------------------------------------------------------------ changes

    def _on_save(self) -> None:
        name, query = self.name.name, self.query.text().strip()
        self.save.setEnabled(False)
        self._session.tasks.run(
            partial(_check, self._session.vault, query),
            owner=self,
            on_done=partial(self._make, name, query),
            on_error=self._on_refused,
        )

    def _make(self, name: str, query: str, _checked: None) -> None:
        work = partial(_save, self._session.vault, self._editing, name, query)
        self._changes.make(work, _told_saved, self._on_made)

    def _on_made(self, change: TagChange) -> None:
        if self._editing is None and change.after.rules:
            self._editing = change.after.rules[0].id

    def _on_refused(self, error: BaseException) -> None:
        self.remark.setText(error_text(error))
        self.remark.show()

    def _on_delete(self, *, with_tags: bool = False) -> None:
        rule, self._editing = self._editing, None
        if rule is not None:
            work = partial(_delete, self._session.vault, rule, with_tags)
            self._changes.make(work, _told_deleted)


class _List(QListView):
    """The rules; the delete key lets go of one."""

    def __init__(self, delete: Callable[[], object]) -> None:
        super().__init__()
        self._delete = delete
        set_kind(self, "plain")
        self.setAccessibleName(_("Rules for tags"))
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setMinimumHeight(theme.px(90))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete:
            self._delete()
        else:
            super().keyPressEvent(event)


def _told_saved(change: TagChange) -> str:
    if change.before.rules:
        return _("Rule changed")
    return ngettext("Rule made: {n} chat got the tag", "Rule made: {n} chats got the tag",
                    change.conversations)  # fmt: skip


def _told_deleted(_change: TagChange) -> str:
    return _("Rule deleted")


def _rules(vault: Vault, _job: Job) -> Sequence[TagRuleCount]:
    return vault.tags.rules.list()


def _check(vault: Vault, query: str, _job: Job) -> None:
    vault.search.notes(query)


def _save(vault: Vault, rule_id: int | None, name: str, query: str, job: Job) -> TagChange:
    if rule_id is None:
        return vault.tags.rules.add(name, query, job=job)
    return vault.tags.rules.edit(rule_id, name=name, query=query, job=job)


def _delete(vault: Vault, rule_id: int, with_tags: bool, _job: Job) -> TagChange:
    return vault.tags.rules.remove(rule_id, with_tags=with_tags)
