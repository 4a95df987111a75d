"""Grok: a ZIP with prod-grok-backend.json, and files beside it.

The same ZIP holds what xAI knows of sign-ins and payments; that is not opened.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from privatus.core.conversation import Conversation, Json, Message, Role
from privatus.importers import json_stream, records, titles, values
from privatus.importers.base import Notes
from privatus.importers.content import Content, leftover
from privatus.importers.export import Export, Member
from privatus.importers.external_ids import ExternalIds
from privatus.importers.grok_assets import Assets
from privatus.importers.grok_documents import read_media, read_project
from privatus.importers.grok_parts import read_content
from privatus.importers.tree import Node, order

SOURCE = "grok"
_CONVERSATION = records.key("conversation")
_RESPONSES = records.key("responses")
_OURS = records.key("parent_response_id", "leaf_response_id", "system_prompt_name", "x_user_id")
_BACKEND = "prod-grok-backend*.json"
_ACCOUNT = re.compile(rb'"user_id"\s*:\s*"([^"\\]{1,100})"')
_SENSITIVE = re.compile(r"prod-mc-(auth|billing).*\.json", re.IGNORECASE)
_CONVERSATION_FIELDS = (
    *("id", "user_id", "create_time", "modify_time", "title", "starred", "leaf_response_id"),
)
_RESPONSE_FIELDS = (
    *("_id", "id", "conversation_id", "message", "sender", "create_time", "parent_response_id"),
    *("model", "thinking_trace", "agent_thinking_traces", "steps", "web_search_results"),
    *("cited_web_search_results", "card_attachments_json", "file_attachments"),
    *("generated_image_urls", "error", "xai_user_id"),
)
# A response with its time in unix milliseconds, and what stands beside it: its share link.
_Timed = tuple[int | None, dict[str, Json], dict[str, Json]]


class GrokImporter:
    """Reads exports of Grok."""

    source = SOURCE
    label = "Grok"

    def recognises(self, export: Export) -> bool:
        """Say whether some file holds conversations with Grok's responses."""
        return records.shows(export, _CONVERSATION, _RESPONSES, _OURS) or any(
            # Without conversations there is little to tell it by but its name.
            member.head().lstrip().startswith(b"{")
            for member in export.find(_BACKEND)
        )

    def account(self, export: Export) -> str | None:
        """Return the user that the first conversation names."""
        for member in _backends(export):
            if found := _ACCOUNT.search(member.head()):
                return found[1].decode("utf-8", "replace")
        return None

    def is_whole_account(self, export: Export) -> bool:
        """Say yes to the ZIP as it comes, with what belongs to the account beside the chats."""
        return len(export.find(_BACKEND)) == 1 and any(
            _SENSITIVE.fullmatch(member.name) for member in export.members
        )

    def read(self, export: Export, notes: Notes) -> Iterator[Conversation]:
        """Yield the conversations, then projects, then what was made without a conversation."""
        assets = Assets(export.members)
        account = self.account(export)
        backends = _backends(export)
        posts: list[dict[str, Json]] = []

        def read(record: dict[str, Json], where: str) -> Conversation | None:
            if "responses" in record or "conversation" in record:
                return _conversation(record, where, assets, notes)
            if "workspace_id" in record:
                return read_project(record, account)
            if "original_prompt" in record or "media_type" in record:
                posts.append(record)
            else:
                notes.ignored["task"] += 1
            return None

        for member in backends:
            keys = ("conversations", "projects", "tasks", "media_posts")
            found = json_stream.items(member, notes, *keys)
            yield from records.conversations(found, read, notes)
        media = read_media(posts, assets, account)
        if media.messages:
            yield records.counted(media, notes)
        _note_ignored(export, backends, notes)


def _backends(export: Export) -> list[Member]:
    named = export.find(_BACKEND)
    return named or [
        member for member in records.json_members(export) if _RESPONSES.search(member.head())
    ]


def _note_ignored(export: Export, backends: list[Member], notes: Notes) -> None:
    for member in export.members:
        if _SENSITIVE.fullmatch(member.name):
            notes.ignored["account or payment data"] += 1
        elif member not in backends and not Assets.holds(member):
            notes.ignored[f"file {member.name}"] += 1


def _conversation(
    record: Mapping[str, Json], where: str, assets: Assets, notes: Notes
) -> Conversation:
    head = values.mapping(record.get("conversation"))
    responses = _responses(record, where, notes)
    leaf = values.text(head.get("leaf_response_id")) or None
    placed, active = order(_nodes(responses), leaf)
    ids = ExternalIds()
    messages: list[Message] = []
    loose = _loose_assets(head, responses, assets)
    for number, parent, (at_ms, raw, beside) in placed:
        content = read_content(raw, assets, notes)
        content.metadata.update((k, v) for k, v in beside.items() if k not in raw)
        if number == 1:
            for asset_id in loose:
                if (attachment := assets.attachment(asset_id)) is not None:
                    content.attach(attachment, data={"of": "conversation"})
        messages.append(_message(raw, content, number, parent, at_ms, ids, notes))
    if not messages:
        notes.warn(where, "the conversation holds no messages")
    created_at_ms = values.time_ms(head.get("create_time"))
    return Conversation(
        source=SOURCE,
        external_id=values.text(head.get("id"))
        or values.stable_id(SOURCE, str(created_at_ms), messages[0].text if messages else ""),
        account=values.optional_text(head.get("user_id")),
        title=values.text(head.get("title")).strip() or titles.from_messages(messages),
        created_at_ms=created_at_ms,
        updated_at_ms=values.time_ms(head.get("modify_time")),
        model=next((m.model for m in reversed(messages) if m.model), None),
        project=values.optional_text(head.get("workspace_id")),
        is_starred=head.get("starred") is True,
        active=active,
        messages=tuple(messages),
        metadata={
            **leftover(record, "conversation", "responses"),
            **leftover(head, *_CONVERSATION_FIELDS),
        },
    )


def _responses(record: Mapping[str, Json], where: str, notes: Notes) -> list[_Timed]:
    """Return the responses by time; one without a time comes after the one before it."""
    latest = 0
    found: list[tuple[int, _Timed]] = []
    for index, entry in enumerate(values.sequence(record.get("responses"))):
        outer = values.mapping(entry)
        raw = outer.get("response", outer)
        if not isinstance(raw, dict) or not raw:
            notes.skip(f"{where} response {index}", "it is not a message record")
            continue
        at_ms = values.time_ms(raw.get("create_time"))
        latest = latest if at_ms is None else at_ms
        beside = leftover(outer, "response") if raw is not outer else {}
        found.append((latest, (at_ms, raw, beside)))
    found.sort(key=lambda item: item[0])
    return [timed for _, timed in found]


def _nodes(responses: list[_Timed]) -> list[Node[_Timed]]:
    """Return the responses as nodes; if none names a parent, each answers the one before it."""
    parents = [values.text(raw.get("parent_response_id")) for _, raw, _ in responses]
    has_parents = any(parents)
    nodes: list[Node[_Timed]] = []
    for position, timed in enumerate(responses):
        parent = parents[position] or None
        if not has_parents and nodes:
            parent = nodes[-1].id
        nodes.append(Node(_id(timed[1]) or f"#{position}", parent, timed[0], timed))
    return nodes


def _id(raw: Mapping[str, Json]) -> str:
    found = raw.get("_id", raw.get("id"))
    return values.text(found) or values.text(values.mapping(found).get("$oid"))


def _loose_assets(head: Mapping[str, Json], responses: list[_Timed], assets: Assets) -> list[str]:
    """Return the files that the conversation names, and none of its messages does."""
    named: set[str] = set()
    for _, raw, _ in responses:
        for reference in values.sequence(raw.get("file_attachments")):
            named.add(values.text(reference))
    asset_ids = map(values.text, values.sequence(head.get("asset_ids")))
    return [a for a in asset_ids if a not in named and assets.is_held(a)]


def _message(
    raw: Mapping[str, Json],
    content: Content,
    number: int,
    parent: int | None,
    at_ms: int | None,
    ids: ExternalIds,
    notes: Notes,
) -> Message:
    sender = values.text(raw.get("sender"))
    if not sender:
        notes.unknown["sender (none)"] += 1
    # "assistant" in any case, or the name of a model.
    role = Role.USER if sender.lower() in ("human", "user") else Role.ASSISTANT
    model = values.optional_text(raw.get("model"))
    if role is Role.ASSISTANT and model is None and sender.lower() not in ("assistant", ""):
        model = sender
    metadata = {**leftover(raw, *_RESPONSE_FIELDS), **content.metadata}
    if metadata.get("query") == raw.get("message"):
        metadata.pop("query", None)
    return Message(
        number=number,
        parent=parent,
        role=role,
        external_id=ids.take(
            _id(raw) or values.stable_id(str(at_ms), sender, values.text(raw.get("message")))
        ),
        parts=tuple(content.parts),
        created_at_ms=at_ms,
        # Questions name it, too: it is the model that was asked.
        model=model if role is Role.ASSISTANT else None,
        attachments=tuple(content.attachments),
        metadata=metadata,
    )


IMPORTER = GrokImporter()
