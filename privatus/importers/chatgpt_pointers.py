"""Files that a message of ChatGPT points to beside its content: dictated, drawn by code, cited."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from privatus.core.conversation import Json
from privatus.importers import values

_DICTATED = "dictation_asset_pointer"
# "fileservice.png", later "fileservice2.png".
_DRAWN = "image/vnd.openai.fileservice"


def may_be(message: Mapping[str, Json], metadata: Mapping[str, Json]) -> bool:
    """Say whether a message that no tool wrote may point to files; runs for every one of them."""
    return _DICTATED in metadata or _DICTATED in message or bool(metadata.get("citations"))


def beside(message: Mapping[str, Json], metadata: Mapping[str, Json]) -> Iterator[str]:
    """Yield the pointers, some of them perhaps more than once, or to what the content shows."""
    for holder in (metadata, message):
        said = holder.get(_DICTATED)
        yield values.text(said) or values.text(values.mapping(said).get("asset_pointer"))
    result = values.mapping(metadata.get("aggregate_result"))
    for output in values.sequence(result.get("jupyter_messages")):
        content = values.mapping(values.mapping(output).get("content"))
        for of_type, pointer in values.mapping(content.get("data")).items():
            if of_type.startswith(_DRAWN):
                yield values.text(pointer)
    for citation in values.sequence(metadata.get("citations")):
        cited = values.mapping(values.mapping(citation).get("metadata"))
        yield from map(values.text, values.sequence(cited.get("asset_pointer_links")))
