"""Gemini, from Google Takeout: My Activity as JSON or HTML, and Workspace conversations.

The activity knows prompts, not conversations. `gemini_row` says what a row is, `gemini_threads`
which rows belong together.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from urllib.parse import unquote

from privatus.core.conversation import (
    Attachment,
    Conversation,
    Json,
    Message,
    PartKind,
    Role,
)
from privatus.core.errors import UnreadableInputError
from privatus.importers import (
    gemini_html,
    gemini_json,
    gemini_workspace,
    media_type,
    records,
    titles,
    values,
)
from privatus.importers.base import Notes
from privatus.importers.content import Content
from privatus.importers.export import Export, Member
from privatus.importers.external_ids import ExternalIds
from privatus.importers.gemini_row import (
    SOURCE,
    Row,
    RowKind,
    learn_verbs,
    split_verb,
    unknown_verb,
)
from privatus.importers.gemini_threads import Group, Plan, RowKey
from privatus.importers.html_text import to_markdown

# A Takeout can hold thousands of JSON files, one beside each photo. The activity's paths have
# these words in most languages; if they have not, the first files are looked at.
_LIKELY_PATH = re.compile(r"gemini|bard|a[ck]ti", re.IGNORECASE)
_MAX_LOOKED_AT = 100

_ROW_KEYS = tuple(records.key(name) for name in ("header", "title", "time"))
# The product stands in a row's header; of HTML, in an element of its own.
_OF_GEMINI = re.compile(
    rb'(?:"header"\s*:\s*"|"products"\s*:\s*\[\s*"|-title">|<h3>)[^"<]{0,80}?(?:gemini|\bbard\b)'
    rb"|https?://(?:gemini|bard)\.google\.com/",
    re.IGNORECASE,
)

_SAME_IN_ALL_ROWS = ("activityControls",)

_Reader = Callable[[Member, Notes], Iterator[Row | None]]


class GeminiImporter:
    """Reads Gemini's part of a Google Takeout."""

    source = SOURCE
    label = "Gemini"

    def recognises(self, export: Export) -> bool:
        if next(gemini_workspace.members(export), None) is not None:
            return True
        # The sort is stable: likely ones first, each in the order of the archive.
        pages = sorted(_pages(export), key=lambda page: _LIKELY_PATH.search(page.path) is None)
        return any(
            _reader(page) and _OF_GEMINI.search(page.head()) for page in pages[:_MAX_LOOKED_AT]
        )

    def account(self, export: Export) -> str | None:
        return None

    def is_whole_account(self, export: Export) -> bool:
        # Google forgets activity after 18 months: what is not there may just be old.
        return False

    def read(self, export: Export, notes: Notes) -> Iterator[Conversation]:
        """Yield the conversations; see `Importer.read`."""
        activity = _ActivityReader(export, notes)
        yield from activity.read()
        yield from gemini_workspace.read(export, notes)
        _count_products(export, [*activity.pages, *gemini_workspace.members(export)], notes)


def _pages(export: Export) -> list[Member]:
    """Return what may be an activity by its name; a single file may be called anything."""
    suffixes = (".json", ".html", ".htm")
    found = [member for member in export.members if member.name.lower().endswith(suffixes)]
    return found or list(export.members)


def _reader(member: Member) -> _Reader | None:
    """Return what reads the member's rows, if it is an activity, of whatever product."""
    head = member.head()
    start = head[:64].lstrip()
    if start.startswith((b"[", b"{")):
        return gemini_json.rows if all(key.search(head) for key in _ROW_KEYS) else None
    if b"outer-cell" in head and gemini_html.is_activity(head.decode("utf-8", "replace")):
        return gemini_html.rows
    return None


def _count_products(export: Export, read: list[Member], notes: Notes) -> None:
    """Note the products of a Takeout of which nothing was read: Gems, NotebookLM, photos."""
    known = {_product(member) for member in read}
    for member in export.members:
        product = _product(member)
        if product and product not in known:
            notes.ignored[f"file of {product} in the Takeout"] += 1


def _product(member: Member) -> str:
    """Return the folder of a product in a Takeout; "" of what lies elsewhere."""
    _, _, inside = f"/{member.path}".partition("/Takeout/")
    product, _, rest = inside.partition("/")
    return product if rest else ""


class _ActivityReader:
    """Reads all activity of one export, in two passes."""

    def __init__(self, export: Export, notes: Notes) -> None:
        self._export = export
        self._notes = notes
        self._verbs: frozenset[str] = frozenset()
        self._seen: set[tuple[int, int]] = set()
        self.pages: list[Member] = []

    def read(self) -> Iterator[Conversation]:
        members = [(m, reader) for m in self._activities() if (reader := _reader(m))]
        self.pages = [member for member, _ in members]
        pages: list[list[RowKey | None]] = []
        candidates: Counter[str] = Counter()
        readable: list[tuple[Member, _Reader]] = []
        for member, reader in members:
            try:
                pages.append([self._key(row, candidates) for row in reader(member, self._notes)])
            except UnreadableInputError as error:
                self._notes.skip(member.path, str(error))
            else:
                readable.append((member, reader))
        self._verbs = learn_verbs(candidates)
        self._seen.clear()
        yield from self._conversations(readable, Plan(pages))

    def _activities(self) -> Iterator[Member]:
        """Yield what may be an activity; of a page that is there in both formats, the JSON."""
        members = _pages(self._export)
        as_json = {m.path[: -len(".json")] for m in members if m.name.lower().endswith(".json")}
        for member in members:
            if (
                not member.name.lower().endswith(".json")
                and member.path.rpartition(".")[0] in as_json
            ):
                self._notes.ignored["HTML page beside the same as JSON"] += 1
            else:
                yield member

    def _key(self, row: Row | None, candidates: Counter[str]) -> RowKey | None:
        """Return what grouping needs of a row; count it and return None if it is not imported."""
        if row is None:
            return None
        if not row.is_gemini:
            self._notes.ignored[f"row of another product: {row.product[:60] or 'unnamed'}"] += 1
            return None
        if row.kind() is RowKind.EVENT:
            self._notes.ignored[f"Gemini event: {row.event or 'empty row'}"] += 1
            return None
        if row.time_ms is None:
            self._notes.warn(row.where, "its time cannot be read")
        else:
            # Two numbers instead of the texts, which would be half of the page in memory.
            same = (row.time_ms, hash((row.title, row.answers, row.content, *row.files)))
            if same in self._seen:
                self._notes.ignored["row that is there twice"] += 1
                return None
            self._seen.add(same)
        verb = unknown_verb(row)
        if verb is not None:
            candidates[verb] += 1
        return RowKey(id=row.id, time_ms=row.time_ms, threads=row.threads)

    def _conversations(
        self, members: list[tuple[Member, _Reader]], plan: Plan
    ) -> Iterator[Conversation]:
        waiting: dict[int, list[tuple[int, Row]]] = {}
        index = 0
        for member, reader in members:
            # What is to be said about the rows was said in the first pass.
            for row in reader(member, Notes()):
                group = plan.group_of(index)
                if row is not None and group is not None:
                    waiting.setdefault(group, []).append((plan.place_of(index), row))
                    if len(waiting[group]) == plan.groups[group].size:
                        yield self._conversation(plan.groups[group], waiting.pop(group))
                index += 1
        # Rows are still waiting only if a file was changed between the passes.
        for group, rows in waiting.items():
            yield self._conversation(plan.groups[group], rows)

    def _conversation(self, group: Group, placed: list[tuple[int, Row]]) -> Conversation:
        rows = [row for _, row in sorted(placed, key=lambda item: item[0])]
        messages: list[Message] = []
        ids = ExternalIds()
        for row in rows:
            messages += self._messages(row, ids.take(row.id), len(messages))
        times = [row.time_ms for row in rows if row.time_ms is not None]
        conversation = Conversation(
            source=SOURCE,
            external_id=group.external_id,
            title=titles.from_messages(messages) or titles.from_text(rows[0].title),
            created_at_ms=min(times, default=None),
            updated_at_ms=max(times, default=None),
            active=len(messages) or None,
            messages=tuple(messages),
            metadata={
                **group.metadata,
                "product": rows[0].product,
                **{k: v for k, v in rows[0].metadata.items() if k in _SAME_IN_ALL_ROWS},
            },
        )
        return records.counted(conversation, self._notes)

    def _messages(self, row: Row, row_id: str, before: int) -> Iterator[Message]:
        kind = row.kind(self._verbs)
        said, answered = Content(), Content()
        role = Role.USER
        if kind is RowKind.NOTICE:
            role = _add_notice(said, row)
            if row.event is None:
                self._notes.unknown["Gemini activity of an unknown sort"] += 1
        else:
            _add_prompt(said, row, self._verbs)
            for answer in row.answers:
                answered.add(PartKind.TEXT, to_markdown(answer), data={"original": answer})
        for path, name in row.files.items():
            is_made = any(f'"{path}"' in answer for answer in row.answers)
            target = answered if is_made and answered.parts else said
            target.attach(self._attachment(row, path, name))
        metadata = _metadata(row, kind)
        spoken = [("prompt", said, role), ("answer", answered, Role.ASSISTANT)]
        spoken = [item for item in spoken if item[1].parts]
        for number, (name, content, speaker) in enumerate(spoken, before + 1):
            yield Message(
                number=number,
                parent=number - 1 or None,
                role=speaker,
                external_id=f"{row_id}:{name}",
                parts=tuple(content.parts),
                created_at_ms=row.time_ms,
                attachments=tuple(content.attachments),
                metadata=metadata,
            )
            metadata = {}

    def _attachment(self, row: Row, path: str, name: str) -> Attachment:
        folder = f"{row.folder}/" if row.folder else ""
        # In HTML it is an address, in which a space is "%20".
        member = self._export.get(folder + path) or self._export.get(folder + unquote(path))
        sniffed = media_type.sniff(member.head(media_type.SNIFFED_BYTES)) if member else None
        return Attachment(
            name=name,
            media_type=media_type.of_name(name) or media_type.of_name(path) or sniffed,
            size_bytes=member.size_bytes if member else None,
            external_id=path,
            open=member.open if member else None,
        )


def _add_prompt(content: Content, row: Row, verbs: frozenset[str]) -> None:
    text = row.prompt if row.prompt is not None else split_verb(row.title, verbs)[1]
    if text or not row.answers:
        data: dict[str, Json] = {"original": row.title} if text != row.title else {}
        content.add(PartKind.TEXT, text, data=data)


def _add_notice(content: Content, row: Row) -> Role:
    """Add what an event says; return who says it."""
    body = "\n\n".join([*([row.content] if row.content else []), *map(to_markdown, row.answers)])
    if row.event is None or "Canvas" not in row.event:
        content.add(PartKind.NOTICE, "\n\n".join(text for text in (row.title, body) if text))
        return Role.SYSTEM
    name = row.title[len(row.event) :].strip().removeprefix("titled ").strip()
    content.add(PartKind.NOTICE, row.title)
    content.add(PartKind.ARTIFACT, body, name=name or None)
    return Role.ASSISTANT


def _metadata(row: Row, kind: RowKind) -> dict[str, Json]:
    metadata = {k: v for k, v in row.metadata.items() if k not in _SAME_IN_ALL_ROWS}
    subtitles = values.sequence(metadata.get("subtitles"))
    # The text of a notice is what its subtitles say.
    if kind is RowKind.NOTICE and not any(values.mapping(item).get("url") for item in subtitles):
        metadata.pop("subtitles", None)
    if len(row.threads) > 1:
        metadata["threads"] = list(row.threads)
    return metadata


IMPORTER = GeminiImporter()
