"""Documents that Claude made in a chat, and every version of them.

Claude writes a document once and then says only what to replace in it. Replaying that, branch
by branch, gives each version as it stood. Three generations write into chats: tags in the text
(2024), the tool `artifacts`, and the tools `create_file` and `str_replace` (since November 2025).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from privatus.core.conversation import Json, Part, PartKind
from privatus.importers import artifact_tags, values

TAGS = artifact_tags.pattern("antArtifact", "antThinking")

_ARTIFACT_TOOLS = frozenset({"artifacts", "create_artifact", "update_artifact"})
# A version of each edit is kept whole. A hostile chat of small edits to a huge document would
# otherwise grow without end; beyond this, edits stay what they are in the export.
_MAX_REPLAYED_CHARS = 64 * 2**20
_LANGUAGES = {"application/vnd.ant.react": "jsx", "application/vnd.ant.mermaid": "mermaid"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """One version of a document."""

    id: str
    title: str
    body: str
    version: int = 1
    media_type: str | None = None
    language: str | None = None


class Replay:
    """What documents there are at each message of one conversation.

    Messages come parents first; each starts with the documents of its parent.
    """

    __slots__ = ("_left", "_open", "_shelves")

    def __init__(self) -> None:
        self._shelves: dict[int, Mapping[str, Artifact]] = {}
        self._open: Mapping[str, Artifact] = {}
        self._left = _MAX_REPLAYED_CHARS

    def begin(self, parent: int | None) -> None:
        """Take the documents as they stood after message *parent*."""
        self._open = self._shelves.get(parent, {}) if parent is not None else {}

    def end(self, number: int) -> None:
        """Keep the documents as they stand after message *number*."""
        if self._open:
            self._shelves[number] = self._open

    def get(self, artifact_id: str) -> Artifact | None:
        return self._open.get(artifact_id)

    def tagged(self, tag: artifact_tags.Tagged) -> Part:
        """Return the part for `<antArtifact …>body</antArtifact>`; it is always the whole."""
        attributes = dict(tag.attributes)
        artifact_id = attributes.get("identifier") or attributes.get("title") or "artifact"
        artifact = self._put(
            artifact_id,
            tag.body,
            title=attributes.pop("title", ""),
            media_type=attributes.pop("type", None),
            language=attributes.pop("language", None),
        )
        attributes.pop("identifier", None)
        return _part(artifact or _stray(artifact_id, tag.body), attributes)

    def called(self, tool: str, arguments: Mapping[str, Json]) -> Part | None:
        """Return the version that this call of *tool* made, None if it made none.

        None as well for an edit that does not fit, which failed when it was made too.
        """
        if tool in _ARTIFACT_TOOLS:
            return self._artifacts(arguments)
        if tool == "create_file":
            return self._create_file(arguments)
        if tool == "str_replace":
            path = values.text(arguments.get("path"))
            return self._edit(path, arguments, "path")
        return None

    def _artifacts(self, arguments: Mapping[str, Json]) -> Part | None:
        artifact_id = values.text(arguments.get("id")) or values.text(arguments.get("title"))
        if arguments.get("command") == "update":
            return self._edit(artifact_id, arguments, "id")
        content = values.optional_text(arguments.get("content"))
        if content is None or not artifact_id:
            return None
        artifact = self._put(
            artifact_id,
            content,
            title=values.text(arguments.get("title")),
            media_type=values.optional_text(arguments.get("type")),
            language=values.optional_text(arguments.get("language")),
        )
        known = ("id", "title", "type", "language", "content")
        return _part(artifact, values.rest(arguments, *known)) if artifact else None

    def _create_file(self, arguments: Mapping[str, Json]) -> Part | None:
        path = values.text(arguments.get("path"))
        body = arguments.get("file_text")
        if not path or not isinstance(body, str):
            return None
        artifact = self._put(path, values.text(body), title=path.rpartition("/")[2])
        return _part(artifact, values.rest(arguments, "path", "file_text")) if artifact else None

    def _edit(self, artifact_id: str, arguments: Mapping[str, Json], key: str) -> Part | None:
        former = self._open.get(artifact_id)
        old = values.text(arguments.get("old_str"))
        if former is None or not old or former.body.count(old) != 1:
            return None
        body = former.body.replace(old, values.text(arguments.get("new_str")))
        artifact = self._put(artifact_id, body)
        known = (key, "title", "type", "language")
        return _part(artifact, values.rest(arguments, *known)) if artifact else None

    def _put(
        self,
        artifact_id: str,
        body: str,
        *,
        title: str = "",
        media_type: str | None = None,
        language: str | None = None,
    ) -> Artifact | None:
        if len(body) > self._left:
            return None
        self._left -= len(body)
        former = self._open.get(artifact_id)
        if former is None:
            artifact = Artifact(
                id=artifact_id, title=title, body=body, media_type=media_type, language=language
            )
        else:
            artifact = replace(
                former,
                body=body,
                version=former.version + 1,
                title=title or former.title,
                media_type=media_type or former.media_type,
                language=language or former.language,
            )
        self._open = {**self._open, artifact_id: artifact}
        return artifact


def _stray(artifact_id: str, body: str) -> Artifact:
    return Artifact(id=artifact_id, title="", body=body)


def _part(artifact: Artifact, more: Mapping[str, Json]) -> Part:
    data: dict[str, Json] = {"id": artifact.id, "version": artifact.version}
    if artifact.media_type:
        data["type"] = artifact.media_type
    if language := artifact.language or _LANGUAGES.get(artifact.media_type or ""):
        data["language"] = language
    return Part(
        kind=PartKind.ARTIFACT,
        text=artifact.body,
        name=artifact.title or artifact.id,
        data={**data, **more} if more else data,
    )
