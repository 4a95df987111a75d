"""What tells the last words of a source from what a person made of them.

A message that a person edited or removed keeps a keyed hash of what its source said last: an
import that says the same leaves it alone, also when the former words were purged.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence

from privatus.core import flags
from privatus.core.conversation import Attachment
from privatus.services.preparing import Encoded
from privatus.storage.attachments import StoredAttachment
from privatus.storage.message_codec import said_digest, with_said
from privatus.storage.messages import StoredMessage
from privatus.vault.keys import Scope


class Said:
    """Makes those hashes; *purged*: messages of which no former words are to be kept, by id."""

    def __init__(self, scope: Scope, purged: Collection[int] = ()) -> None:
        self._scope = scope
        self.purged = purged

    def known(self, row: StoredMessage, files: Sequence[StoredAttachment]) -> bytes:
        """Return the hash of what the source of a message said last, as far as is known."""
        return said_digest(row.content) or self.shown(row, files)

    def shown(self, row: StoredMessage, files: Sequence[StoredAttachment]) -> bytes:
        """Return the hash of what a message says now."""
        clear = row.role, row.created_at_ms, row.model_id
        return self._digest(clear, row.flags, with_said(row.content, None), files)

    def of_export(self, e: Encoded, model_id: int | None) -> bytes:
        """Return the hash of what an export says of a message."""
        clear = e.role, e.created_at_ms, model_id
        return self._digest(clear, e.flags, with_said(e.content, None), e.attachments)

    def _digest(
        self,
        clear: tuple[int, int | None, int | None],
        bits: int,
        content: bytes,
        files: Sequence[StoredAttachment] | Sequence[Attachment],
    ) -> bytes:
        # The other bits follow from the content, by what this version knows of it.
        said = (
            *clear,
            bits & flags.HIDDEN,
            [(f.name, f.external_id, f.media_type or None, dict(f.metadata)) for f in files],
        )
        text = json.dumps(said, sort_keys=True, separators=(",", ":"))
        return self._scope.tag(b"said", text.encode("ascii") + content)
