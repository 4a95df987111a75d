"""What was searched and opened since the vault was unlocked; locking forgets it."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import QObject

from privatus.services.search import Hit
from ui.session import Session

_MOST = 8


class Recent(QObject):
    """The last searches and hits, the newest first; one for each session."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.queries: list[str] = []
        self.hits: list[Hit] = []

    @classmethod
    def of(cls, session: Session) -> Recent:
        """Return the one of *session*, made when it is first asked for."""
        return session.findChild(Recent) or cls(session)

    def searched(self, query: str) -> None:
        """Remember a search that led somewhere."""
        query = query.strip()
        if query:
            self.queries = [query, *(q for q in self.queries if q != query)][:_MOST]

    def opened(self, hit: Hit) -> None:
        """Remember what was opened; of a chat, only the last place."""
        kept: list[Hit] = [h for h in self.hits if _chat(h) != hit.conversation_id]
        self.hits = [hit, *kept][:_MOST]


def _chat(hit: Hit) -> UUID:
    return hit.conversation_id
