"""All importers, and which of them an export is for."""

from __future__ import annotations

from privatus.core.errors import UnreadableInputError
from privatus.importers import (
    aistudio,
    chatgpt,
    claude,
    copilot,
    deepseek,
    gemini,
    generic,
    grok,
    mistral,
    privatus_json,
)
from privatus.importers.base import Importer
from privatus.importers.export import Export

# In this order they are asked. ChatGPT comes late: DeepSeek's conversations have a `mapping`, too,
# and an empty list could be anyone's.  The generic one comes last: it takes what has messages.
BUILT_IN: tuple[Importer, ...] = (
    privatus_json.IMPORTER,
    deepseek.IMPORTER,
    claude.IMPORTER,
    mistral.IMPORTER,
    grok.IMPORTER,
    gemini.IMPORTER,
    aistudio.IMPORTER,
    copilot.IMPORTER,
    chatgpt.IMPORTER,
    generic.IMPORTER,
)


def by_source(source: str) -> Importer:
    """Return the importer of this source."""
    return next(importer for importer in BUILT_IN if importer.source == source)


def find(export: Export) -> Importer:
    """Return the importer that recognises *export* by its content.

    Raises:
        UnreadableInputError: none does.
    """
    for importer in BUILT_IN:
        if importer.recognises(export):
            return importer
    known = ", ".join(importer.label for importer in BUILT_IN if importer is not generic.IMPORTER)
    raise UnreadableInputError(
        f"{export.name} is not an export that Privatus knows; it reads those of {known},"
        " and plain JSON with messages of a role and a content"
    )
