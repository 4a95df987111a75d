"""What a contact may say, and how two are known to be one person."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from privatus.core import contact as limits
from privatus.core.contact import Contact, ContactField, FieldKind
from privatus.core.errors import UserError
from privatus.core.picture import media_type
from privatus.search import folding
from privatus.vault.identity import are_usable

# More contacts with one name or address than this are no doubles of one another.
_MOST_ALIKE = 20
# Fewer digits than this are an extension, which many have.
_SHORTEST_PHONE = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubles:
    """Contacts that seem to be one person, the older first, and by what: key, e-mail or name."""

    first: Contact
    second: Contact
    by: str


def checked(contact: Contact) -> Contact:
    """Return *contact* with its words tidied, once each.

    Raises:
        UserError: it says more than a contact may, or a picture or key is none.
    """
    name = _line(contact.name)
    tidied = replace(
        contact,
        name=name,
        aliases=_once((said for a in contact.aliases if (said := _line(a)) != name), folded),
        fields=_fields(contact.fields),
        note=_text(contact.note).strip(),
        tags=_once((_line(tag) for tag in contact.tags), str.casefold),
    )
    if not tidied.name:
        raise UserError("a contact needs a name")
    _check_sizes(tidied)
    if tidied.picture is not None:
        media_type(tidied.picture)
    if not all(are_usable(key.keys) for key in tidied.keys):
        raise UserError("a public key is none that anybody can have; ask for the card again")
    return tidied


def _check_sizes(contact: Contact) -> None:
    names = (contact.name, *contact.aliases)
    values = [text for said in contact.fields for text in (said.value, said.label)]
    for is_too_much, what, limit in (
        (max(map(len, names)) > limits.MAX_NAME_CHARS, "a name", limits.MAX_NAME_CHARS),
        (len(contact.note) > limits.MAX_NOTE_CHARS, "a note", limits.MAX_NOTE_CHARS),
        (
            max(map(len, values), default=0) > limits.MAX_VALUE_CHARS,
            "a field",
            limits.MAX_VALUE_CHARS,
        ),
        (
            max(map(len, contact.tags), default=0) > limits.MAX_TAG_CHARS,
            "a tag of a contact",
            limits.MAX_TAG_CHARS,
        ),
    ):
        if is_too_much:
            raise UserError(f"{what} has at most {limit:,} characters; make it shorter")
    for found, what, limit in (
        (contact.aliases, "other names", limits.MAX_ALIASES),
        (contact.fields, "fields", limits.MAX_FIELDS),
        (contact.tags, "tags", limits.MAX_TAGS),
        (contact.keys, "keys", limits.MAX_KEYS),
    ):
        if len(found) > limit:
            raise UserError(f"a contact has at most {limit} {what}; leave some out")


def folded(text: str) -> str:
    """Return *text* as names are compared: without case, accents and width."""
    return " ".join(folding.words(text))


def phone_digits(text: str) -> str:
    """Return what tells two phone numbers apart: the last nine digits."""
    return "".join(str(unicodedata.digit(c, "")) for c in text)[-9:]


def finds(contact: Contact, words: Sequence[str]) -> bool:
    """Say whether each of *words*, which are folded, begins a word of what *contact* says."""
    said = [contact.name, *contact.aliases, *contact.tags, contact.note]
    said += [text for field in contact.fields for text in (field.value, field.label)]
    found = folding.words("\n".join(said))
    return all(any(word.startswith(wanted) for word in found) for wanted in words)


def is_called(contact: Contact, name: str) -> bool:
    """Say whether *name* is in a name of the contact, word by word, or is an address of theirs."""
    wanted = folding.words(name)
    for called in (contact.name, *contact.aliases):
        words = folding.words(called)
        if wanted and all(any(word.startswith(w) for word in words) for w in wanted):
            return True
    return folded(name) in {folded(value) for value in contact.values(FieldKind.EMAIL)}


def identities(contact: Contact) -> Iterator[tuple[str, str]]:
    """Yield by what the contact is known again: (kind, value), the surest first."""
    for key in contact.keys:
        yield "key", key.keys.signing.hex()
    for value in contact.values(FieldKind.EMAIL):
        yield "e-mail", value.casefold()
    for value in contact.values(FieldKind.PHONE):
        if len(digits := phone_digits(value)) >= _SHORTEST_PHONE:
            yield "phone", digits
    for name in (contact.name, *contact.aliases):
        if words := folded(name):
            yield "name", words


def doubles(contacts: Iterable[Contact]) -> list[Doubles]:
    """Return the pairs that seem to be one person, each once, the surest first."""
    known: dict[tuple[str, str], list[Contact]] = {}
    for contact in contacts:
        for said in dict.fromkeys(identities(contact)):
            known.setdefault(said, []).append(contact)
    found: dict[tuple[int, int], Doubles] = {}
    surest = ("key", "e-mail", "phone", "name")
    for (by, _), alike in sorted(known.items(), key=lambda item: surest.index(item[0][0])):
        if len(alike) > _MOST_ALIKE:
            continue
        for first, second in combinations(sorted(alike, key=lambda c: c.id), 2):
            pair = Doubles(first=first, second=second, by=by)
            found.setdefault((first.id, second.id), pair)
    return list(found.values())


def joined(kept: Contact, other: Contact) -> Contact:
    """Return *kept* with all that *other* says beside it.

    Raises:
        UserError: together they say more than a contact may.
    """
    note = kept.note
    if other.note and other.note not in note:
        note = f"{note}\n\n{other.note}".strip()
    merged = replace(
        kept,
        aliases=tuple(
            name
            for name in (*kept.aliases, other.name, *other.aliases)
            if folded(name) != folded(kept.name)
        ),
        fields=(*kept.fields, *other.fields),
        note=note,
        tags=(*kept.tags, *other.tags),
        is_blocked=kept.is_blocked or other.is_blocked,
        picture=kept.picture or other.picture,
        kept=tuple(dict.fromkeys((*kept.kept, *other.kept))),
    )
    for key in other.keys:
        known = merged.key_of(key.keys)
        if known is None or (key.verified and not known.verified):
            merged = merged.with_key(key)
    return checked(merged)


def _fields(fields: Iterable[ContactField]) -> tuple[ContactField, ...]:
    found: dict[tuple[FieldKind, str], ContactField] = {}
    for said in fields:
        tidied = replace(said, value=_line(said.value), label=_line(said.label))
        if tidied.value:
            found.setdefault((said.kind, tidied.value.casefold()), tidied)
    return tuple(found.values())


def _once(texts: Iterable[str], key: Callable[[str], str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for text in texts:
        if text:
            found.setdefault(key(text) or text, text)
    return tuple(found.values())


def _line(text: str) -> str:
    return " ".join(_text(text).split())


def _text(text: str) -> str:
    """Return *text* without what no sealed value can hold, and with line feeds alone."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return plain.encode("utf-8", "replace").decode()
