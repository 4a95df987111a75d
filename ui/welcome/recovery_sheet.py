"""The recovery code on a sheet of paper: as PDF, or as text."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QMarginsF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPageLayout, QPageSize, QPainter, QPdfWriter

from privatus.core.errors import DeviceError
from ui.i18n import _, day

_DOTS_PER_INCH = 300
_INK = QColor("#1a1d23")


def groups(code: str) -> list[str]:
    """Return the groups of *code*, as they are printed."""
    return code.split("-")


def as_text(code: str, vault: str, made_at: datetime) -> str:
    """Return the sheet as text."""
    return "\n".join(
        (
            _("Recovery code of a Privatus vault"),
            "",
            f"    {code}",
            "",
            *_advice(vault, made_at),
            "",
        )
    )


def save_text(path: Path, code: str, vault: str, made_at: datetime) -> None:
    """Write the sheet as text, for its owner's eyes only.

    Raises:
        DeviceError: it cannot be written.
    """
    try:
        with _only_mine(path).open("w", encoding="utf-8") as stream:
            stream.write(as_text(code, vault, made_at))
    except OSError as error:
        raise _unwritable(error) from None


def save_pdf(path: Path, code: str, vault: str, made_at: datetime) -> None:
    """Write the sheet as PDF, for its owner's eyes only.

    Raises:
        DeviceError: it cannot be written.
    """
    try:
        _only_mine(path)
    except OSError as error:
        raise _unwritable(error) from None
    writer = QPdfWriter(str(path))
    writer.setResolution(_DOTS_PER_INCH)
    writer.setPageLayout(
        QPageLayout(
            QPageSize(QPageSize.PageSizeId.A4),
            QPageLayout.Orientation.Portrait,
            QMarginsF(25, 25, 25, 25),
            QPageLayout.Unit.Millimeter,
        )
    )
    writer.setTitle(_("Recovery code of a Privatus vault"))
    painter = QPainter()
    if not painter.begin(writer):
        raise DeviceError("the sheet cannot be written there; choose another folder")
    try:
        _draw(painter, writer.width(), code, _advice(vault, made_at))
    finally:
        painter.end()


def _draw(painter: QPainter, width: int, code: str, advice: list[str]) -> None:
    unit = _DOTS_PER_INCH / 72  # a point of the printer's measure
    painter.setPen(_INK)
    title = QFont("Inter")
    title.setPixelSize(round(22 * unit))
    title.setWeight(QFont.Weight.DemiBold)
    painter.setFont(title)
    painter.drawText(QRectF(0, 0, width, 40 * unit), _("Recovery code of a Privatus vault"))
    mono = QFont("JetBrains Mono")
    mono.setPixelSize(round(19 * unit))
    painter.setFont(mono)
    frame = QRectF(0, 60 * unit, width, 120 * unit)
    painter.drawRoundedRect(frame, 8 * unit, 8 * unit)
    listed = groups(code)
    lines = [listed[start : start + 3] for start in range(0, len(listed), 3)]
    text = "\n".join("  ".join(f"{group:<4}" for group in line) for line in lines)
    painter.drawText(frame, Qt.AlignmentFlag.AlignCenter, text)
    body = QFont("Inter")
    body.setPixelSize(round(11 * unit))
    painter.setFont(body)
    painter.drawText(
        QRectF(0, 205 * unit, width, 300 * unit),
        int(Qt.TextFlag.TextWordWrap),
        "\n\n".join(advice),
    )


def _advice(vault: str, made_at: datetime) -> list[str]:
    return [
        _("Vault: {name}").format(name=vault),
        _("Made on {date}.").format(date=day(made_at)),
        _(
            "This code opens the vault when the password is forgotten. Keep it on paper, away from"
            " the computer. Whoever has it and the vault's files can read everything."
        ),
        _("To use it, choose “Use the recovery code” on the lock screen."),
    ]


def _only_mine(path: Path) -> Path:
    """Make the file before anything is written to it, with no rights for others."""
    path.touch(mode=0o600)
    if os.name == "posix":
        path.chmod(0o600)
    return path


def _unwritable(error: OSError) -> DeviceError:
    reason = (error.strerror or "no reason given").lower()
    return DeviceError(f"the sheet cannot be written ({reason}); choose another folder")
