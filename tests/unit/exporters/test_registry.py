"""Every format is found by its name."""

from __future__ import annotations

import pytest

from privatus.core.errors import UsageError
from privatus.exporters import registry


def test_every_format_of_the_command_line_is_found() -> None:
    for format in ("markdown", "html", "json", "jsonl", "csv", "parquet"):
        assert registry.find(format).format == format


def test_an_unknown_format_is_answered_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="choose one of markdown, html, json"):
        registry.find("pdf")
