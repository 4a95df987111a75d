"""Every format that conversations can be written in."""

from __future__ import annotations

from importlib.util import find_spec

from privatus.core.errors import UsageError
from privatus.exporters import html, jsonl, markdown, parquet, privatus_json, table
from privatus.exporters.base import Exporter

BUILT_IN: tuple[Exporter, ...] = (
    markdown.EXPORTER,
    html.EXPORTER,
    privatus_json.EXPORTER,
    jsonl.EXPORTER,
    table.EXPORTER,
    parquet.EXPORTER,
)


def ready() -> tuple[Exporter, ...]:
    """Return those that have what they need; Parquet needs an extra."""
    return tuple(
        exporter
        for exporter in BUILT_IN
        if exporter is not parquet.EXPORTER or find_spec("pyarrow") is not None
    )


def find(format: str) -> Exporter:
    """Return the exporter for *format*.

    Raises:
        UsageError: there is none.
    """
    for exporter in BUILT_IN:
        if exporter.format == format:
            return exporter
    known = ", ".join(exporter.format for exporter in BUILT_IN)
    raise UsageError(f"this format is not known; choose one of {known}")
