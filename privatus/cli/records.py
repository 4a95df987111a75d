"""What `--json` prints: the keys are a promise to scripts."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from privatus.core.conversation import (
    Conversation,
    ConversationSummary,
    ConversationVersion,
    Message,
)
from privatus.services.annotation_export import record
from privatus.services.rendering import iso

if TYPE_CHECKING:
    from privatus.core.annotation import FoundAnnotation
    from privatus.core.folder import FolderCount
    from privatus.core.tag import TagCount, TagRuleCount
    from privatus.services.search import SearchResult
    from privatus.services.statistics import VaultStatistics
    from privatus.services.trash import TrashedConversation

Record = dict[str, Any]


def summary_record(summary: ConversationSummary) -> Record:
    """Return one line of a list."""
    return {
        "id": str(summary.id),
        "title": summary.title,
        "source": summary.source,
        "merged_of": list(summary.sources),
        "kind": summary.kind.value,
        "created_at": iso(summary.created_at_ms),
        "updated_at": iso(summary.updated_at_ms),
        "messages": summary.messages,
        "is_pinned": summary.is_pinned,
        "is_starred": summary.is_starred,
        "is_unread": summary.is_unread,
        "is_archived": summary.is_archived,
        "is_in_trash": summary.deleted_at_ms is not None,
        "folder": summary.folder,
        "tags": list(summary.tags),
    }


def conversation_record(conversation: Conversation, *, all_branches: bool) -> Record:
    """Return a conversation with the messages of its active branch, or all of them."""
    messages = conversation.messages if all_branches else conversation.active_path()
    return {
        "id": str(conversation.id),
        "title": conversation.title,
        "source": conversation.source,
        "kind": conversation.kind.value,
        "created_at": iso(conversation.created_at_ms),
        "updated_at": iso(conversation.updated_at_ms),
        "model": conversation.model,
        "project": conversation.project,
        "is_archived": conversation.in_archive,
        "is_pinned": conversation.is_pinned,
        "is_starred": conversation.has_star,
        "is_unread": conversation.is_unread,
        "is_missing_at_source": conversation.is_missing_at_source,
        "tags": list(conversation.tags_of()),
        "notes": _notes(conversation),
        "summary": conversation.summary and conversation.summary.plain,
        "messages": [_message_record(conversation, message) for message in messages],
    }


def _message_record(conversation: Conversation, message: Message) -> Record:
    return {
        "id": f"{conversation.id}.{message.number}",
        "parent_id": None if message.parent is None else f"{conversation.id}.{message.parent}",
        "role": message.role.value,
        "model": message.model,
        "created_at": iso(message.created_at_ms),
        "content": message.text,
        "tags": list(conversation.tags_of(message.number)),
        "notes": _notes(conversation, message.number),
        "attachments": [
            {
                "name": attachment.name,
                "media_type": attachment.media_type,
                "size_bytes": attachment.size_bytes,
                "is_in_vault": attachment.open is not None,
            }
            for attachment in message.attachments
        ],
    }


def _notes(conversation: Conversation, number: int | None = None) -> list[Record]:
    return [
        {
            "id": said.id,
            "quote": said.passage and said.passage.quote,
            "colour": said.colour,
            "text": said.text,
            "created_at": iso(said.created_at_ms),
        }
        for said in conversation.annotations_of(number)
    ]


def version_record(version: ConversationVersion) -> Record:
    """Return what one import or edit changed in a conversation."""
    return {
        "version": version.number,
        "actor": version.actor,
        "kind": version.kind,
        "description": version.description,
        "created_at": iso(version.created_at_ms),
        "added": version.added,
        "changed": version.changed,
        "missing": version.missing,
        "removed": list(version.numbers("removed")),
        "restored": list(version.numbers("restored")),
        "conflicts": list(version.numbers("conflicts")),
    }


def search_record(result: SearchResult) -> Record:
    """Return the hits of a search."""
    return {
        "query": result.query,
        "total": result.total,
        "total_is_exact": result.total_is_exact,
        "is_ranked": result.is_ranked,
        "ranked_within": result.ranked_within,
        "hits": [
            {
                "conversation_id": str(hit.conversation_id),
                "message_id": hit.message_id,
                "title": hit.title,
                "source": hit.source,
                "role": hit.role and hit.role.value,
                "created_at": iso(hit.created_at_ms),
                "is_archived": hit.is_archived,
                "snippet": hit.snippet.text,
                "note": None if hit.note is None else hit.note.text,
                "note_number": hit.annotation_id,
                "score": round(hit.score, 4),
            }
            for hit in result
        ],
        "milliseconds": round(result.milliseconds, 3),
    }


def tag_record(count: TagCount) -> Record:
    """Return a tag, and on how much it is."""
    return {
        "name": count.tag.name,
        "colour": count.tag.colour,
        "created_at": iso(count.tag.created_at_ms),
        "conversations": count.conversations,
        "messages": count.messages,
        "all_conversations": count.all_conversations,
    }


def folder_record(count: FolderCount) -> Record:
    """Return a folder, and how many conversations are in it."""
    return {
        "name": count.folder.name,
        "created_at": iso(count.folder.created_at_ms),
        "conversations": count.conversations,
        "all_conversations": count.all_conversations,
    }


def trashed_record(found: TrashedConversation) -> Record:
    """Return a conversation in the trash, since when, and when it goes for good."""
    return {
        **summary_record(found.summary),
        "deleted_at": iso(found.summary.deleted_at_ms),
        "goes_at": iso(found.goes_at_ms),
    }


def rule_record(count: TagRuleCount) -> Record:
    """Return a rule, and how many conversations have its tag by it."""
    return {
        "number": count.rule.id,
        "tag": count.tag.name,
        "query": count.rule.query,
        "created_at": iso(count.rule.created_at_ms),
        "conversations": count.conversations,
        "exceptions": len(count.rule.exceptions),
    }


def annotation_record(found: FoundAnnotation) -> Record:
    """Return a note or highlight, and where it stands now, in characters of the message."""
    return record(found)


def statistics_record(statistics: VaultStatistics) -> Record:
    """Return the counts and sizes of the vault."""
    return asdict(statistics)
