"""Finding chats that are there twice, word by word or nearly so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from privatus.core import clock
from privatus.core.duplicates import DuplicateChat, DuplicateGroup
from privatus.core.errors import AccessError, TamperedError, UserError
from privatus.core.jobs import Job
from privatus.services import conversation_ids
from privatus.services.conversation_ids import Target
from privatus.services.signing import METHOD, Signer, alike
from privatus.storage.conversations import StoredConversation
from privatus.storage.not_duplicates import Pair
from privatus.storage.signatures import Signature
from privatus.storage.store import READING_ONLY, Store, Tables

# So many chats are read between two commits, and while others wait to read.
_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class DismissChange:
    """Which pairs were said to be no duplicates that were not so before."""

    pairs: tuple[Pair, ...]
    is_taken_back: bool = False


class DuplicateService:
    """Finds duplicates, and remembers what is none."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._signer = Signer(store.scope)

    def find(self, job: Job | None = None) -> list[DuplicateGroup]:
        """Return groups of chats that are alike, the most alike first.

        Reads each chat once, about 500 a second; what was read is kept, sealed, so that the
        next time only what has changed is read. What lies in the trash or is read in a hybrid
        is left out, and so is what was said to be no duplicate.

        Raises:
            AccessError: the vault is open for reading only.
            JobCancelled: the person stopped it; what was read until then is kept.
        """
        if not self._store.is_writable:
            raise AccessError(READING_ONLY)
        job = job or Job()
        self._sign(job)
        with self._store.snapshot() as tables:
            signatures = {s.conversation_id: s for s in self._signatures(tables, job)}
            pairs = alike(list(signatures.values()))
            dismissed = tables.not_duplicates.all()
            near = {pair: value for pair, value in pairs.items() if pair not in dismissed}
            return _groups(tables, near, signatures)

    def dismiss(self, targets: Sequence[Target | int]) -> DismissChange:
        """Remember that none of these chats is a duplicate of another of them.

        *targets*: row ids, as a group has them, or the ids that a person sees.

        Raises:
            UserError: there are fewer than two, or one of them is not there.
            AccessError: the vault is open for reading only.
        """
        with self._store.transaction() as tables:
            ids = dict.fromkeys(
                t if isinstance(t, int) else conversation_ids.find(tables, t).id for t in targets
            )
            if len(ids) < 2:
                raise UserError("name two chats or more that are no duplicates of each other")
            known = tables.not_duplicates.all()
            pairs = [Pair.of(*pair) for pair in combinations(ids, 2)]
            change = DismissChange(tuple(pair for pair in pairs if pair not in known))
            tables.not_duplicates.insert(change.pairs, clock.now_ms())
        return change

    def undo(self, change: DismissChange) -> DismissChange:
        """Forget what `dismiss` remembered, or remember it again; return what takes this back.

        Raises:
            AccessError: the vault is open for reading only.
        """
        with self._store.transaction() as tables:
            tables.not_duplicates.delete(change.pairs)
            if change.is_taken_back:
                there = tables.conversations.public_ids([i for pair in change.pairs for i in pair])
                pairs = [pair for pair in change.pairs if set(pair) <= there.keys()]
                tables.not_duplicates.insert(pairs, clock.now_ms())
        return replace(change, is_taken_back=not change.is_taken_back)

    def _sign(self, job: Job) -> None:
        """Bring all signatures up to date."""
        with self._store.snapshot() as tables:
            stale, models = tables.signatures.stale(METHOD), tables.models.names()
        for start in range(0, len(stale), _AT_ONCE):
            job.report("reading chats", start, len(stale))
            made: list[tuple[StoredConversation, Signature]] = []
            for row_id in stale[start : start + _AT_ONCE]:
                with self._store.snapshot() as tables:
                    made += self._signed(tables, row_id, models)
            with self._store.transaction() as tables:
                for stored, signature in made:
                    # Not of what was changed, or deleted for good, meanwhile.
                    present = tables.conversations.get(stored.id)
                    if present is not None and present.version == stored.version:
                        tables.signatures.put(present.container, signature)

    def _signed(
        self, tables: Tables, row_id: int, models: dict[int, str]
    ) -> list[tuple[StoredConversation, Signature]]:
        """Return a chat with its signature; nothing if it has gone or does not open."""
        try:
            stored = tables.conversations.get(row_id)
            if stored is None:
                return []
            rows = tables.messages.of_conversation(stored.id, stored.container)
            place = stored.id, stored.version, stored.message_count
            return [(stored, self._signer.sign(place, [row.decode(models) for row in rows]))]
        except TamperedError:
            # `check` names it; the others are to be compared all the same.
            return []

    def _signatures(self, tables: Tables, job: Job) -> list[Signature]:
        found, total = [], tables.signatures.count_shown()
        for number, row in enumerate(tables.signatures.shown()):
            if not number % _AT_ONCE:
                job.report("comparing", number, total)
            found.append(tables.signatures.open_row(row))
        return found


def _groups(
    tables: Tables, pairs: dict[Pair, float], signatures: dict[int, Signature]
) -> list[DuplicateGroup]:
    leaders: dict[int, int] = {}

    def leader(row_id: int) -> int:
        while leaders.setdefault(row_id, row_id) != row_id:
            leaders[row_id] = leaders[leaders[row_id]]
            row_id = leaders[row_id]
        return row_id

    for pair in pairs:
        leaders[leader(pair.first_id)] = leader(pair.second_id)
    members: dict[int, list[int]] = {}
    for row_id in leaders:
        members.setdefault(leader(row_id), []).append(row_id)
    least: dict[int, float] = {}
    for pair, value in pairs.items():
        at = leader(pair.first_id)
        least[at] = min(value, least.get(at, 1.0))
    stored = {c.id: c for c in tables.conversations.some(list(leaders))}
    found = [
        _group([(stored[i], signatures[i]) for i in ids], least[at]) for at, ids in members.items()
    ]
    return sorted(found, key=lambda group: (-group.similarity, group.chats[0].row_id))


def _group(members: Sequence[tuple[StoredConversation, Signature]], least: float) -> DuplicateGroup:
    newest = max(chat.sort_at_ms for chat, _ in members)
    longest = max(signature.words for _, signature in members)
    ordered = sorted(members, key=lambda m: (-m[1].words, -m[0].sort_at_ms, m[0].id))
    return DuplicateGroup(
        chats=tuple(
            DuplicateChat(
                row_id=chat.id,
                id=chat.public_id,
                title=chat.title,
                source=chat.source,
                messages=chat.message_count,
                words=signature.words,
                created_at_ms=chat.created_at_ms,
                updated_at_ms=chat.updated_at_ms,
                is_newest=chat.sort_at_ms == newest,
                is_longest=signature.words == longest,
            )
            for chat, signature in ordered
        ),
        similarity=least,
        is_exact=len({signature.exact for _, signature in members}) == 1,
    )
