"""Rows of Google's activity as JSON: MyActivity.json, under a name in any language."""

from __future__ import annotations

from collections.abc import Iterator

from privatus.core.conversation import Json
from privatus.importers import content, json_stream, json_value, values
from privatus.importers.base import Notes
from privatus.importers.export import Member
from privatus.importers.gemini_row import Row, is_file, is_gemini_address, split_verb, thread_ids

_READ = (
    "header",
    "title",
    "time",
    "products",
    "safeHtmlItem",
    "attachedFiles",
    "imageFile",
    "userInteractions",
)
# Where the text is in the JSON that `userInteractions` holds as strings.
_TEXT_KEYS = ("text", "prompt", "query", "content", "message", "response")


def rows(member: Member, notes: Notes) -> Iterator[Row | None]:
    """Yield the member's rows in its order; None stands for one that was noted as unreadable."""
    folder = member.path.rpartition("/")[0]
    for where, value in json_stream.items(member, notes):
        if not isinstance(value, dict) or not ("title" in value or "header" in value):
            notes.skip(where, "it is no row of an activity")
            yield None
        else:
            yield _row(where, folder, value)


def _row(where: str, folder: str, record: dict[str, Json]) -> Row:
    subtitles = [values.mapping(item) for item in values.sequence(record.get("subtitles"))]
    details = [values.mapping(item) for item in values.sequence(record.get("details"))]
    title = values.text(record.get("title")).strip()
    prompt, answers = _prompt_and_answers(record, details)
    below, is_listing = _text_below(subtitles)
    description = values.text(record.get("description"))
    if description and not answers and split_verb(title)[0]:
        answers = (description,)
    addresses = [values.text(record.get("titleUrl"))]
    addresses += [values.text(item.get(key)) for item in details for key in ("name", "url")]
    addresses += [values.text(item.get("url")) for item in subtitles]
    threads = thread_ids(addresses)
    time_ms = values.time_ms(record.get("time"))
    known = [*_READ, *(("titleUrl",) if len(threads) == 1 else ())]
    if description in ("", *answers, *(() if below or answers else (description,))):
        known.append("description")
    known += ["subtitles"] if is_listing else []
    metadata = content.leftover(record, *known)
    if time_ms is None and record.get("time"):
        metadata["time"] = record["time"]
    products = [values.text(item) for item in values.sequence(record.get("products"))]
    product = " ".join(
        dict.fromkeys(p for p in (values.text(record.get("header")), *products) if p)
    )
    if not product and is_gemini_address(addresses[0]):
        product = "Gemini"
    return Row(
        where=where,
        folder=folder,
        product=product,
        title=title,
        time_ms=time_ms,
        threads=threads,
        answers=answers,
        content=below or ("" if answers else description),
        files=_files(record, subtitles),
        prompt=prompt,
        metadata=metadata,
    )


def _prompt_and_answers(
    record: dict[str, Json], details: list[dict[str, Json]]
) -> tuple[str | None, tuple[str, ...]]:
    """Return the prompt, if it stands apart from the title, and the answers."""
    prompt: str | None = None
    answers = [
        values.text(values.mapping(item).get("html"))
        for item in values.sequence(record.get("safeHtmlItem"))
    ]
    # Two shapes of 2024 and before.
    for detail in details:
        if values.text(detail.get("name")) == "Request":
            prompt = values.optional_text(detail.get("value"))
        elif values.text(detail.get("name")) == "Response" and not answers:
            answers = [values.text(detail.get("value"))]
    for item in values.sequence(record.get("userInteractions")):
        interaction = values.mapping(values.mapping(item).get("userInteraction"))
        prompt = prompt or _inner_text(interaction.get("request"))
        if not any(answers) and (answer := _inner_text(interaction.get("response"))):
            answers = [answer]
    return prompt, tuple(answer for answer in answers if answer.strip())


def _inner_text(value: Json) -> str | None:
    """Return the text of a value that is JSON in a string, or the string if it is none."""
    if isinstance(value, str):
        try:
            decoded = json_value.decode(value.encode("utf-8", "replace"))
        except ValueError:
            return values.optional_text(value)
        if not isinstance(decoded, dict):
            return values.optional_text(value)
        value = decoded
    inner = values.mapping(value)
    return next((t for key in _TEXT_KEYS if (t := values.optional_text(inner.get(key)))), None)


def _text_below(subtitles: list[dict[str, Json]]) -> tuple[str, bool]:
    """Return the text of the subtitles; and whether they do nothing but list attached files."""
    lines: list[str] = []
    has_files = has_links = False
    for item in subtitles:
        name, url = values.text(item.get("name")), values.text(item.get("url"))
        if is_file(url):
            # The line before the first file says how many there are.
            if lines and not has_files:
                lines.pop()
            has_files = True
        elif url:
            has_links = True
        elif name:
            lines.append(name)
    return "\n\n".join(lines), has_files and not lines and not has_links


def _files(record: dict[str, Json], subtitles: list[dict[str, Json]]) -> dict[str, str]:
    shown = {
        values.text(item.get("url")): values.text(item.get("name")).lstrip("-\u00a0 ").strip()
        for item in subtitles
        if is_file(values.text(item.get("url")))
    }
    named = [*values.sequence(record.get("attachedFiles")), record.get("imageFile")]
    for item in named:
        path = values.text(item) or values.text(values.mapping(item).get("name"))
        if path:
            shown.setdefault(path, path)
    return {path: name or path for path, name in shown.items()}
