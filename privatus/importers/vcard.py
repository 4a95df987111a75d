"""Reads vCards: 4.0 [RFC 6350], and 3.0 and 2.1 as phones and mail programs write them.

What a contact has no place for is kept line by line, in the form of 4.0, and written again at an
export. Nothing that a card points to is fetched.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from privatus.core import contact as limits
from privatus.core.contact import Contact, ContactField, ContactKey, FieldKind, PublicKeys
from privatus.core.errors import UnreadableInputError, UserError
from privatus.core.picture import media_type
from privatus.core.vcard_lines import (
    KEYS_MEDIA_TYPE,
    Line,
    decoded,
    escaped,
    lines_of,
    split,
    unescaped,
)

MAX_FILE_BYTES = 64 * 1024 * 1024
_MAX_CARDS = 20_000
_NAMESPACE = UUID("5c0f2a1e-8d5b-4c37-9a1f-7f5f3f0e7a11")
_FIELDS = {"EMAIL": FieldKind.EMAIL, "TEL": FieldKind.PHONE, "URL": FieldKind.URL}
# Types that say nothing to a person.
_SILENT = frozenset({"internet", "pref", "voice", "x-internet", "x400", "main"})
_ALONE = frozenset({"BEGIN", "END", "VERSION", "PRODID", "REV"})
# Only where it stands alone: looking for it everywhere would take hours in a hostile file.
_APPLE_LABEL = re.compile(r"\A_\$!<(.*)>!\$_\Z")
_DATA = re.compile(r"data:([\w.+-]+/[\w.+-]+)?(?:;[\w.+-]+=[^;,]*)*;base64,", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class VCards:
    """What a file of vCards holds; `problems` say what was left out, without naming anybody."""

    contacts: tuple[Contact, ...]
    problems: tuple[str, ...]


def is_vcard(raw: bytes) -> bool:
    """Say whether *raw* begins as a file of vCards does."""
    start = decoded(raw[:400]).lstrip("\ufeff \t\r\n").upper()
    return start.startswith("BEGIN:VCARD")


def read(raw: bytes, now_ms: int) -> VCards:
    """Return the contacts in a file of vCards; keys in it count as added at *now_ms*.

    Raises:
        UnreadableInputError: it is none, or larger than any address book.
    """
    if len(raw) > MAX_FILE_BYTES:
        limit = MAX_FILE_BYTES // (1024 * 1024)
        raise UnreadableInputError(f"a file of vCards has at most {limit} MiB; split it first")
    if not is_vcard(raw):
        raise UnreadableInputError("this is no file of vCards")
    problems: dict[str, None] = {}
    contacts = []
    for number, lines in enumerate(_cards(raw, problems)):
        if number >= _MAX_CARDS:
            problems[f"only the first {_MAX_CARDS:,} cards were read"] = None
            break
        reader = _Reader(lines, now_ms, problems)
        if (contact := reader.contact()) is not None:
            contacts.append(contact)
    return VCards(contacts=tuple(contacts), problems=tuple(problems))


def _cards(raw: bytes, problems: dict[str, None]) -> Iterator[list[Line]]:
    """Yield the lines of each card; a card within another (AGENT) is passed over."""
    card: list[Line] = []
    depth = 0
    for line in lines_of(raw):
        mark = (line.name, line.value.strip().upper())
        if mark == ("BEGIN", "VCARD"):
            depth += 1
            if depth == 1:
                card = []
            else:
                problems["a card within another was left out"] = None
        elif mark == ("END", "VCARD") and depth:
            depth -= 1
            if not depth:
                yield card
        elif depth == 1:
            card.append(line)
    if depth:
        problems["the last card is cut off, and was left out"] = None


class _Reader:
    """Makes one contact of the lines of a card."""

    def __init__(self, lines: Sequence[Line], now_ms: int, problems: dict[str, None]) -> None:
        self._lines = lines
        self._now_ms = now_ms
        self._problems = problems
        version = next((line.value.strip() for line in lines if line.name == "VERSION"), "3.0")
        self._is_old = version.startswith("2")
        self._labels = {
            line.group: _APPLE_LABEL.sub(r"\1", self._text(line))
            for line in lines
            if line.name == "X-ABLABEL" and line.group
        }
        self._kept: list[str] = []
        self._kept_chars = 0
        self._picture: bytes | None = None
        self._keys: list[ContactKey] = []

    def contact(self) -> Contact | None:
        """Return the contact; None if the card is of a group, or of nobody."""
        kinds = {self._text(line).lower() for line in self._of("KIND", "X-ADDRESSBOOKSERVER-KIND")}
        if "group" in kinds:
            self._problems["a group was left out: it is no person"] = None
            return None
        names = [text for line in self._of("FN") if (text := self._text(line).strip())]
        aliases = [text for line in self._of("NICKNAME") for text in self._texts(line)]
        fields = tuple(self._fields())
        called = [*names, *self._other_names(), *aliases, *(said.value for said in fields)]
        name = next(iter(called), "")
        if not name:
            self._problems["a card without a name was left out"] = None
            return None
        tags = [text for line in self._of("CATEGORIES") for text in self._texts(line)]
        notes = [text for line in self._of("NOTE") if (text := self._text(line).strip())]
        for line in self._lines:
            self._take(line)
        return Contact(
            public_id=self._public_id(name, fields),
            name=name[: limits.MAX_NAME_CHARS],
            aliases=_some([*names[1:], *aliases], limits.MAX_ALIASES, limits.MAX_NAME_CHARS, name),
            fields=fields[: limits.MAX_FIELDS],
            note="\n\n".join(notes)[: limits.MAX_NOTE_CHARS],
            tags=_some(tags, limits.MAX_TAGS, limits.MAX_TAG_CHARS),
            keys=tuple(self._keys[: limits.MAX_KEYS]),
            picture=self._picture,
            kept=tuple(self._kept),
            changed_at_ms=self._changed_at_ms(),
        )

    def _of(self, *names: str) -> Iterator[Line]:
        return (line for line in self._lines if line.name in names)

    def _text(self, line: Line) -> str:
        return line.value if self._is_old else unescaped(line.value)

    def _texts(self, line: Line) -> list[str]:
        return [text for part in split(line.value, ",") if (text := unescaped(part).strip())]

    def _other_names(self) -> Iterator[str]:
        """Yield what a card without FN is called: by N, else by ORG."""
        for line in self._of("N"):
            family, given, more, before, after = (
                *(unescaped(part).strip() for part in split(line.value, ";")[:5]),
                *("",) * 5,
            )[:5]
            if name := " ".join(" ".join((before, given, more, family, after)).split()):
                yield name
        for line in self._of("ORG"):
            if name := " ".join(unescaped(part) for part in split(line.value, ";")).strip():
                yield name

    def _fields(self) -> Iterator[ContactField]:
        for line in self._lines:
            kind = _FIELDS.get(line.name)
            value = self._text(line).strip() if kind else ""
            if kind is FieldKind.PHONE and value.lower().startswith("tel:"):
                value = value[4:]
            if kind is FieldKind.EMAIL and value.lower().startswith("mailto:"):
                value = value[7:]
            if kind and value:
                yield ContactField(
                    kind=kind,
                    value=value[: limits.MAX_VALUE_CHARS],
                    label=self._label(line)[: limits.MAX_VALUE_CHARS],
                )

    def _label(self, line: Line) -> str:
        if line.group in self._labels:
            return self._labels[line.group]
        types = [text for text in line.all("TYPE") if text.lower() not in _SILENT]
        # The old way is to shout.
        return ", ".join(text.lower() if text.isupper() else text for text in types)

    def _public_id(self, name: str, fields: Sequence[ContactField]) -> UUID:
        """Return what the same card has at every import: its UID, or one made of what it says."""
        uid = next((text for line in self._of("UID") if (text := self._text(line).strip())), "")
        try:
            return UUID(uid.removeprefix("urn:uuid:"))
        except ValueError:
            said = sorted(field.value for field in fields)
            return uuid5(_NAMESPACE, uid or "\0".join((name, *said)))

    def _changed_at_ms(self) -> int:
        for line in self._of("REV"):
            try:
                at = datetime.fromisoformat(self._text(line).strip())
                return max(0, round(at.timestamp() * 1000))
            except (ValueError, OverflowError, OSError):
                continue
        return 0

    def _take(self, line: Line) -> None:
        """Take a picture or key; keep what no field is for."""
        known = {*_ALONE, *_FIELDS, "FN", "NICKNAME", "NOTE", "CATEGORIES", "UID", "X-ABLABEL"}
        if line.name in known:
            return
        if line.name == "PHOTO" and self._take_picture(line):
            return
        if line.name == "KEY" and self._take_key(line):
            return
        self._keep(line)

    def _take_picture(self, line: Line) -> bool:
        """Take the first picture that can be shown; say whether the line is done with."""
        content = _bytes_of(line)
        if content is None:
            return False
        try:
            media_type(content)
        except UserError as error:
            self._problems[f"a picture was left out: {error}"] = None
        else:
            self._picture = self._picture or content
        return True

    def _take_key(self, line: Line) -> bool:
        if KEYS_MEDIA_TYPE not in line.value[:200].lower():
            return False
        content = _bytes_of(line)
        if content is None or len(content) != 2 * limits.KEY_BYTES:
            self._problems["a key that is none was left out"] = None
            return True
        keys = PublicKeys.of(content)
        self._keys.append(ContactKey(keys=keys, added_at_ms=self._now_ms))
        return True

    def _keep(self, line: Line) -> None:
        content = _bytes_of(line) if line.is_base64 else None
        if content is not None:
            packed = base64.b64encode(content).decode("ascii")
            value = f"data:application/octet-stream;base64,{packed}"
        elif self._is_old:
            value = ";".join(escaped(part) for part in split(line.value, ";"))
        else:
            value = line.value
        kept = line.written(value)
        self._kept_chars += len(kept)
        if self._kept_chars > limits.MAX_KEPT_CHARS:
            self._problems["what a card says beyond 64 KiB was left out"] = None
            return
        self._kept.append(kept)


def _bytes_of(line: Line) -> bytes | None:
    """Return the bytes that stand in a line, None if it only says where some are."""
    data = _DATA.match(line.value[:300])
    if not (data or line.is_base64):
        return None
    packed = line.value[data.end() :] if data else line.value
    try:
        return base64.b64decode("".join(packed.split()), validate=False)
    except (binascii.Error, ValueError):
        return b""


def _some(texts: Sequence[str], most: int, chars: int, but: str = "") -> tuple[str, ...]:
    found = dict.fromkeys(text[:chars] for text in texts if text != but)
    return tuple(found)[:most]
