"""What a person reads of filters, values and times in searches."""

from __future__ import annotations

from PySide6.QtCore import QDate, QLocale

from privatus.core.conversation import Role
from privatus.services.search import Hit
from privatus.services.wording import MONTH, SpokenFilter
from ui.i18n import _, day, language, locale, mark, moment
from ui.sources import label_of

ROLES = {
    Role.USER.value: mark("You"),
    Role.ASSISTANT.value: mark("Assistant"),
    Role.SYSTEM.value: mark("System"),
    Role.TOOL.value: mark("Tool"),
}
KINDS = {
    "source": mark("Source"),
    "model": mark("Model"),
    MONTH: mark("Month"),
    "role": mark("Said by"),
}
_FILTERS = {
    "source": mark("Source: {value}"),
    "role": mark("Said by: {value}"),
    "model": mark("Model: {value}"),
    "has": mark("Has: {value}"),
    "in": mark("In: {value}"),
    "since": mark("Since {value}"),
    "until": mark("Until {value}"),
    "tag": mark("Tag: {value}"),
    "project": mark("Project: {value}"),
    "folder": mark("Folder: {value}"),
    "with": mark("With: {value}"),
    "is": mark("Chats: {value}"),
}
# Their labels begin with another word, in any language.
_NO_NOUNS = ("role", "has", "in", "since", "until", "with")
_WORDS = {
    "code": mark("code"),
    "image": mark("image"),
    "file": mark("file"),
    "link": mark("link"),
    "thinking": mark("thinking"),
    "audio": mark("audio"),
    "tool": mark("tool"),
    "title": mark("title"),
    "trash": mark("the trash"),
    "text": mark("text"),
    "tools": mark("tools"),
    "files": mark("file names"),
    "pinned": mark("Pinned"),
    "unread": mark("Unread"),
    "tagged": mark("With a tag"),
    "starred": mark("Starred"),
    "archived": mark("Archived"),
    "missing": mark("Missing"),
    "merged": mark("Merged"),
    "trashed": mark("In the trash"),
    "note": mark("note"),
    "highlight": mark("highlight"),
    "notes": mark("notes"),
    "annotated": mark("With notes"),
    "today": mark("today"),
    "yesterday": mark("yesterday"),
}


def filter_label(said: SpokenFilter) -> str:
    """Return what a chip says for a filter."""
    text = _(_FILTERS[said.name]).format(value=_value(said.name, said.value))
    if not said.is_negated:
        return text
    # English writes its nouns small within a sentence.
    is_small = said.name in _NO_NOUNS or language() == "en"
    inner = text[:1].lower() + text[1:] if is_small else text
    return _("Not {filter}").format(filter=inner)


def value_label(kind: str, value: str) -> str:
    """Return a value of a facet as people say it."""
    if kind == MONTH:
        year, month = (int(part) for part in value.split("-"))
        return locale().toString(QDate(year, month, 1), "MMMM yyyy")
    return _value(kind, value)


def _value(name: str, value: str) -> str:
    if name == "source":
        return label_of(value)
    if name == "role":
        return _(ROLES.get(value, value))
    if name in ("since", "until"):
        return _period(value)
    return _(_WORDS[value]) if value in _WORDS else value


def _period(value: str) -> str:
    """Return "2025-03" or "2025-03-31" as a date; the rest as it was typed."""
    if value in _WORDS:
        return _(_WORDS[value])
    parts = value.replace("/", "-").replace(".", "-").split("-")
    if not all(part.isdigit() for part in parts):
        return value
    if len(parts) == 2:
        return value_label(MONTH, "-".join(parts))
    date = QDate(*(int(part) for part in parts)) if len(parts) == 3 else QDate()
    return locale().toString(date, QLocale.FormatType.ShortFormat) if date.isValid() else value


def title_of(hit: Hit) -> str:
    """Return the title of the chat that *hit* is in."""
    return " ".join(hit.title.split()) or _("Untitled chat")


def meta_of(hit: Hit) -> str:
    """Return who said it and when: source, role or model, date."""
    return "  ·  ".join(_meta(hit))


def _meta(hit: Hit) -> list[str]:
    said_by = hit.model or (_(ROLES[hit.role.value]) if hit.role is not None else "")
    if hit.number is None:
        said_by = _("Chat")
    parts = [label_of(hit.source), said_by]
    if (said_at := moment(hit.created_at_ms)) is not None:
        parts.append(day(said_at))
    if hit.is_archived:
        parts.append(_("Archived"))
    return [part for part in parts if part]


def spoken(hit: Hit) -> str:
    """Return *hit* as a screen reader says it."""
    note = _("Note: {text}").replace("{text}", hit.note.text) if hit.note is not None else ""
    parts = (title_of(hit), ", ".join(_meta(hit)), note, hit.snippet.text)
    return ". ".join(part for part in parts if part)
