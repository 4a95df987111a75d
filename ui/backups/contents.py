"""What one backup holds, table by table; what it cost, and where it lies."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHeaderView, QTableWidget, QTableWidgetItem

from privatus.core.backup import Backup, BackupDestination, TableContents
from ui import theme
from ui.backups import words
from ui.backups.table import dress
from ui.i18n import _, ngettext, number, size
from ui.layouts import Part, breakable, card, column, label

_LINES = 9
# So much tells two checksums apart by eye; the whole one is in the tip.
_SHOWN_HEX = 16


class TablesView(QTableWidget):
    """Records, bytes and checksum of each table."""

    def __init__(self, tables: tuple[TableContents, ...]) -> None:
        super().__init__(len(tables), 4)
        # What holds nothing says least.
        tables = tuple(sorted(tables, key=lambda table: not table.rows))
        self.setHorizontalHeaderLabels([_("Table"), _("Records"), _("Bytes"), _("Checksum")])
        self.setAccessibleName(_("What the backup holds"))
        dress(self)
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for line, table in enumerate(tables):
            checksum = table.checksum.hex()
            for place, text in enumerate(
                (table.name, number(table.rows), size(table.data_bytes), checksum[:_SHOWN_HEX])
            ):
                item = QTableWidgetItem(text)
                if place in (1, 2):
                    item.setTextAlignment(
                        Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                    )
                if place == 3:
                    item.setToolTip(checksum)
                    item.setFont(theme.mono_font(12))
                self.setItem(line, place, item)
        self.setMinimumHeight(theme.px(30) * min(len(tables) + 2, _LINES))


def contents_card(backup: Backup, to: BackupDestination) -> QFrame:
    """Return everything that is known of one backup."""
    now = words.now()
    made = words.at(backup.made_at_ms, now)
    cost = _("{kind}; {new} written of {all}, in {time}").format(
        kind=words.kind(backup.kind),
        new=size(backup.new_bytes),
        all=size(backup.total_bytes),
        time=words.lasted(backup.duration_ms),
    )
    files = ngettext("{n} file", "{n} files", backup.files)
    records = sum(table.rows for table in backup.tables)
    held = ngettext("{n} record in {tables} tables", "{n} records in {tables} tables", records)
    made_by = _("Made on {host} by Privatus {app}; schema {schema}").format(
        host=backup.host, app=backup.app, schema=backup.schema
    )
    lies = _("Lies in {place}, as number {n}: {id}").format(
        place=to.location, n=backup.sequence, id=backup.id
    )
    proof = words.proof(backup, now)
    parts: list[Part] = [
        label(_("Backup of {time}").format(time=made), "subheading"),
        label(proof[:1].upper() + proof[1:] if proof else _("Not verified yet"),
              words.tone(words.damaged()[1]) if backup.is_damaged else "good" if proof else "warn"),
        label(cost, "muted"),
        label(f"{held.format(tables=number(len(backup.tables)))}, {files}", "muted"),
        label(breakable(made_by), "muted"),
        label(breakable(lies), "hint"),
    ]  # fmt: skip
    if backup.tables:
        parts.append(TablesView(backup.tables))
    return card(column(*parts, gap=6))
