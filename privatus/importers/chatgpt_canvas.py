"""Documents that ChatGPT writes beside the chat ("canvas"), as artifacts."""

from __future__ import annotations

from privatus.core.conversation import Json, Part, PartKind
from privatus.importers import json_value, values

_TOOL = "canmore."
# The pattern of an update that replaces the whole document.
_EVERYTHING = (".*", "(?s).*", r"[\s\S]*")


def artifact(recipient: str, arguments: str) -> Part | None:
    """Return what a call of the canvas tool does to a document; None: it is no such call."""
    if not recipient.startswith(_TOOL):
        return None
    try:
        call = values.mapping(json_value.decode(arguments.encode()))
    except ValueError:
        return None
    match recipient.removeprefix(_TOOL):
        case "create_textdoc":
            text = values.text(call.get("content"))
            data = {"command": "create", **values.rest(call, "content", "name")}
        case "update_textdoc":
            updates = values.sequence(call.get("updates"))
            text = _updated(updates)
            is_all_said = len(updates) == 1 and _is_whole(updates[0])
            known = ("name", "updates") if is_all_said else ("name",)
            data = {"command": "update", **values.rest(call, *known)}
        case "comment_textdoc":
            text = _comments(values.sequence(call.get("comments")))
            data = {"command": "comment", **values.rest(call, "name")}
        case _:
            return None
    return Part(
        kind=PartKind.ARTIFACT, text=text, name=values.optional_text(call.get("name")), data=data
    )


def _updated(updates: list[Json]) -> str:
    """Return the new document, or what is put in, place by place.

    The places are regular expressions of the model's making. They are not run: one can take
    hours on a long text, and what they met on the provider's side need not be what we hold.
    """
    texts: list[str] = []
    for update in updates:
        record = values.mapping(update)
        replacement = values.text(record.get("replacement"))
        if _is_whole(update):
            texts = [replacement]
        elif replacement:
            texts.append(replacement)
    return "\n\n".join(texts)


def _is_whole(update: Json) -> bool:
    return values.mapping(update).get("pattern") in _EVERYTHING


def _comments(comments: list[Json]) -> str:
    records = map(values.mapping, comments)
    return "\n\n".join(filter(None, (values.text(record.get("comment")) for record in records)))
