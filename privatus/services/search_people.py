"""What a search says of people: who takes part in a conversation."""

from __future__ import annotations

from collections.abc import Iterable

from privatus.search import folding
from privatus.services.contact_rules import is_called
from privatus.storage.store import Tables


def chats_with(tables: Tables, names: Iterable[str]) -> set[int]:
    """Return the conversations in which somebody takes part who is called one of *names*.

    That is a contact, by a name or an e-mail address; the account that the chat came from; or
    the model that it is with. A name that nobody has finds nothing.

    Raises:
        TamperedError: a contact is not what was sealed.
    """
    found: set[int] = set()
    for name in names:
        contacts = [c.id for c in tables.contacts.all() if is_called(c, name)]
        found |= {row.conversation_id for row in tables.participants.of_contacts(contacts)}
        accounts = [i for i, known in tables.accounts.names().items() if _is_in(name, known)]
        found |= tables.participants.of_accounts(accounts)
        models = [i for i, known in tables.models.names().items() if _is_in(name, known)]
        found |= tables.participants.of_models(models)
    return found


def _is_in(name: str, known: str) -> bool:
    wanted, words = folding.words(name), folding.words(known)
    return bool(wanted) and all(any(word.startswith(w) for word in words) for w in wanted)
