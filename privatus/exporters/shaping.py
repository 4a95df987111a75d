"""Makes of a conversation what an export is to have of it."""

from __future__ import annotations

from privatus.core.conversation import Conversation
from privatus.exporters.bare import bare
from privatus.exporters.base import ExportOptions
from privatus.exporters.redaction import Redactor


class Shaper:
    """Shapes the conversations of one export, one after the other."""

    def __init__(self, options: ExportOptions) -> None:
        self._options = options
        self._number = 0
        self.redactor = Redactor(options.region)

    def shaped(self, conversation: Conversation) -> Conversation:
        """Return *conversation* as the options say."""
        self._number += 1
        if not self._options.with_metadata:
            conversation = bare(conversation, self._number)
        return self.redactor.conversation(conversation) if self._options.redact else conversation
