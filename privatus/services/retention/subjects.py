"""What a policy could be about, and by which time it is old."""

from __future__ import annotations

from privatus.core.retention import Action, Kind, Policy
from privatus.services.archiving.choosing import marked_ids
from privatus.storage.journal import ErrorLog, Metrics
from privatus.storage.states import States
from privatus.storage.store import Tables

# A log has one subject: its oldest entries.
LOG = 0


def journal(tables: Tables, kind: Kind) -> ErrorLog | Metrics:
    """Return the table that *kind* is about: of errors or of measurements."""
    return tables.error_log if kind is Kind.ERRORS else tables.metrics


def oldest_ms(tables: Tables, policy: Policy) -> dict[int, int]:
    """Return by subject the time by which it is old enough or not.

    What is in the trash has a rule of its own; what is merged goes with its hybrid. Pinned and
    starred chats are no subjects unless the policy says so.
    """
    match policy.kind:
        case Kind.CHATS:
            chats = tables.retention.changed_at_ms(_chats(tables, policy))
            return {**_archived(tables, policy), **chats}
        case Kind.MESSAGES:
            return tables.retention.oldest_messages_ms(_chats(tables, policy))
        case Kind.AUDIT:
            at_ms = tables.audit.oldest_ms()
            return {} if at_ms is None else {LOG: at_ms}
        case Kind.ERRORS | Kind.METRICS:
            at_ms = journal(tables, policy.kind).oldest_ms()
            return {} if at_ms is None else {LOG: at_ms}


def _chats(tables: Tables, policy: Policy) -> set[int]:
    listed = tables.conversations.matching(States(merged=False, trashed=False))
    return listed if policy.with_marked else listed - marked_ids(tables)


def _archived(tables: Tables, policy: Policy) -> dict[int, int]:
    """Return what is archived already, which a policy to destroy is about, too."""
    if policy.action is not Action.DESTROY:
        return {}
    return {
        record.id: record.sort_at_ms
        for record in tables.archived.all()
        if policy.with_marked or not record.is_marked
    }
