"""All importers, and which of them an export is for."""

from __future__ import annotations

from privatus.core.errors import UnreadableInputError
from privatus.importers import chatgpt
from privatus.importers.base import Importer
from privatus.importers.export import Export

# In this order they are asked: the next ones would take some exports of the former for theirs.
BUILT_IN: tuple[Importer, ...] = (chatgpt.IMPORTER,)


def find(export: Export) -> Importer:
    """Return the importer that recognises *export* by its content.

    Raises:
        UnreadableInputError: none does.
    """
    for importer in BUILT_IN:
        if importer.recognises(export):
            return importer
    known = ", ".join(importer.label for importer in BUILT_IN)
    raise UnreadableInputError(
        f"{export.name} is not an export that Privatus knows; it reads those of {known}"
    )
