"""Exports of Privatus that are for reading, and hold too little to come in again."""

from __future__ import annotations

import re

from privatus.importers.export import Export

# As the exporters begin them. The document in JSON has an importer.
_BEGINNINGS = (
    ("CSV", re.compile(rb"conversation_id,title,source,kind,message_id,")),
    ("JSON Lines", re.compile(rb'\{"conversation_id":"[0-9a-f-]{36}","title":')),
    ("Markdown", re.compile(rb'---\ntitle: ".*"\naliases: \[.*\]\nid: "[0-9a-f-]{36}"\nsource: ')),
    ("HTML", re.compile(rb"<!DOCTYPE html>\n<html[^>]*>\n<head>\n.*\n.*default-src 'none'; style")),
    ("Parquet", re.compile(rb"PAR1")),
)
_MARKER = ".privatus-export"
_MAX_LOOKED_AT = 20
_HEAD_BYTES = 4096


def own_format(export: Export) -> str | None:
    """Return the name of the format in which Privatus wrote *export*, None if it did not."""
    for member in [m for m in export.members if m.name != _MARKER][:_MAX_LOOKED_AT]:
        head = member.head(_HEAD_BYTES)
        for name, beginning in _BEGINNINGS:
            # Any program writes Parquet.
            is_ours = name != "Parquet" or member.name == "messages.parquet"
            if is_ours and beginning.match(head):
                return name
    return None
