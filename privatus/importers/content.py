"""The parts and attachments of one message, while an importer gathers them."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Mapping

import msgspec

from privatus.core.conversation import Attachment, Json, Part, PartKind
from privatus.importers import media_type, values

_NOTHING: Mapping[str, Json] = {}


class Content:
    """Grows part by part; `parts`, `attachments` and `metadata` are then the message's."""

    __slots__ = ("attachments", "metadata", "parts")

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.attachments: list[Attachment] = []
        self.metadata: dict[str, Json] = {}

    def add(
        self,
        kind: PartKind,
        text: str = "",
        *,
        name: str | None = None,
        url: str | None = None,
        data: Mapping[str, Json] = _NOTHING,
    ) -> None:
        """Add one part."""
        self.parts.append(Part(kind=kind, text=text, name=name, url=url, data=data))

    def attach(
        self,
        attachment: Attachment,
        *,
        text: str = "",
        kind: PartKind | None = None,
        data: Mapping[str, Json] = _NOTHING,
    ) -> None:
        """Add an attachment, and the part that shows it where it stands."""
        self.attachments.append(attachment)
        self.parts.append(
            Part(
                kind=kind or media_type.part_kind(attachment.media_type),
                text=text,
                name=attachment.name,
                attachment=len(self.attachments) - 1,
                data=data,
            )
        )

    def add_image_url(self, url: str, *, data: Mapping[str, Json] = _NOTHING) -> None:
        """Add an image by its address; one that is its own bytes (`data:`) becomes a file."""
        stated, comma, encoded = url.partition(",")
        raw = base64_bytes(encoded) if comma and stated.startswith("data:") else None
        if raw is None:
            self.parts.append(Part(kind=PartKind.IMAGE, url=url or None, data=data))
        else:
            stated = stated.removeprefix("data:").partition(";")[0]
            self.attach(bytes_attachment("image", raw, of_type=stated or None), data=data)


def base64_bytes(value: Json) -> bytes | None:
    """Return the bytes that *value* encodes, None if it encodes none."""
    if not isinstance(value, str):
        return None
    try:
        return base64.b64decode(value, validate=True) or None
    except ValueError:
        return None


def bytes_attachment(name: str, raw: bytes, *, of_type: str | None = None) -> Attachment:
    """Return an attachment whose bytes are *raw*."""
    return Attachment(
        name=name,
        media_type=of_type or media_type.sniff(raw),
        size_bytes=len(raw),
        open=lambda: io.BytesIO(raw),
    )


def text_attachment(
    name: str,
    text: str,
    *,
    of_type: str | None = None,
    external_id: str | None = None,
    metadata: Mapping[str, Json] = _NOTHING,
) -> Attachment:
    """Return an attachment whose bytes are *text*."""
    raw = text.encode("utf-8", "replace")
    return Attachment(
        name=name,
        media_type=of_type or media_type.of_name(name) or "text/plain",
        size_bytes=len(raw),
        external_id=external_id,
        metadata=metadata,
        open=lambda: io.BytesIO(raw),
    )


def readable_json(value: Json) -> str:
    """Return *value* as a person reads it: a text as it is, everything else as indented JSON."""
    if value is None or value in ({}, []):
        return ""
    if isinstance(value, str):
        return value
    try:
        return json.dumps(value, ensure_ascii=False, indent=2)
    except RecursionError:
        # Nested past all sense; without indentation it is written in C, which goes deeper.
        return msgspec.json.encode(value).decode()


def leftover(record: Mapping[str, Json], *known: str) -> dict[str, Json]:
    """Return the fields that are not *known* and say something; False is everyone's default."""
    return {k: v for k, v in values.rest(record, *known).items() if v is not False}
