"""The files of a Grok export: `prod-mc-asset-server/<id>/content`, without name or type."""

from __future__ import annotations

import re
from collections.abc import Iterable

from privatus.core.conversation import Attachment, Json
from privatus.importers import media_type, values
from privatus.importers.content import leftover
from privatus.importers.export import Member

_ASSET = re.compile(r"(?:.*/)?prod-mc-asset-server/([^/]+)/[^/]+", re.DOTALL)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class Assets:
    """Finds files by id, and remembers which ones a message has."""

    def __init__(self, members: Iterable[Member]) -> None:
        self._members: dict[str, Member] = {}
        self._used: set[str] = set()
        for member in members:
            if place := _ASSET.fullmatch(member.path):
                self._members.setdefault(place[1].lower(), member)

    def attachment(self, reference: Json) -> Attachment | None:
        """Return the file that *reference* names: an id, or a record with one; None: it names none.

        Without bytes if the export does not hold it.
        """
        record = reference if isinstance(reference, dict) else {"id": reference}
        keys = ("id", "uuid", "file_id", "fileMetadataId", "asset_id")
        asset_id = next((found for key in keys if (found := values.text(record.get(key)))), "")
        name = values.text(record.get("fileName")) or values.text(record.get("name"))
        if not asset_id and not name:
            return None
        member = self._members.get(asset_id.lower())
        stated = values.optional_text(record.get("fileMimeType"))
        if member is None:
            of_type = stated or media_type.of_name(name)
        else:
            self._used.add(asset_id.lower())
            of_type = media_type.sniff(member.head(media_type.SNIFFED_BYTES)) or stated
        return Attachment(
            name=name or asset_id + media_type.suffix(of_type),
            media_type=of_type,
            size_bytes=member.size_bytes if member is not None else None,
            external_id=asset_id or None,
            metadata=leftover(record, *keys, "fileName", "name", "fileMimeType"),
            open=member.open if member is not None else None,
        )

    def in_url(self, url: str) -> Attachment | None:
        """Return the file whose id stands in *url*, the last one first, if the export holds it."""
        for asset_id in reversed(_UUID.findall(url)):
            if asset_id.lower() in self._members:
                return self.attachment(asset_id)
        return None

    def is_held(self, asset_id: str) -> bool:
        return asset_id.lower() in self._members

    def unused(self) -> list[str]:
        """Return the ids of the files that nothing has named yet, in the order of the export."""
        return [asset_id for asset_id in self._members if asset_id not in self._used]

    @staticmethod
    def holds(member: Member) -> bool:
        """Say whether *member* is one of these files."""
        return _ASSET.fullmatch(member.path) is not None
