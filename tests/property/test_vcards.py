"""What is written as vCards is read again as it was, and no bytes break the reader."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from privatus.core.contact import Contact, ContactField, ContactKey, FieldKind, PublicKeys
from privatus.core.errors import UnreadableInputError, UserError
from privatus.exporters import vcard as writer
from privatus.importers import vcard as reader
from privatus.services.contact_rules import checked
from support.people import png

_text = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60)
_note = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n"), max_size=200)
# A label is one or more types; some say nothing, and capitals are the old way of writing them.
_label = st.sampled_from(["", "home", "work, mobile", "Büro 3", 'the "old" one', "a:b;c", "^n"])
_fields = st.builds(ContactField, kind=st.sampled_from(FieldKind), value=_text, label=_label)
_keys = st.binary(min_size=64, max_size=64).map(
    lambda raw: ContactKey(keys=PublicKeys.of(raw), added_at_ms=7)
)
_kept = st.sampled_from(
    ["BDAY:--0203", "X-A;TYPE=home:b", "item1.ADR;LABEL=\"1, Street\":;;a\\,b;c;;;", "X-E:ü" * 40]
)  # fmt: skip
_contacts = st.builds(
    Contact,
    public_id=st.uuids(),
    name=_text,
    aliases=st.lists(_text, max_size=3).map(tuple),
    fields=st.lists(_fields, max_size=4).map(tuple),
    note=_note,
    tags=st.lists(_text, max_size=3).map(tuple),
    keys=st.lists(_keys, max_size=2, unique_by=lambda key: key.keys.signing).map(tuple),
    picture=st.sampled_from([None, png(), png(3)]),
    kept=st.lists(_kept, max_size=3, unique=True).map(tuple),
    changed_at_ms=st.integers(1, 4_000_000_000).map(lambda seconds: seconds * 1000),
)


def _tidied(contact: Contact) -> Contact | None:
    try:
        # Keys of chance are none; whether they are is not what is tested here.
        return replace(checked(replace(contact, keys=())), keys=contact.keys)
    except UserError:
        return None


def _comparable(contact: Contact) -> Contact:
    fields = tuple(
        replace(said, value=said.value[4:] if said.value.lower().startswith("tel:") else said.value)
        for said in contact.fields
    )
    return replace(contact, fields=fields)


@given(st.lists(_contacts, max_size=3))
def test_contacts_come_back_from_a_file_as_they_went(contacts: list[Contact]) -> None:
    said = [tidied for contact in contacts if (tidied := _tidied(contact))]
    raw = writer.write(said)

    if not said:
        return
    found = reader.read(raw, 7)

    assert list(found.contacts) == [_comparable(contact) for contact in said]
    assert not found.problems
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75
    assert raw.decode().count("\n") == raw.decode().count("\r\n")


@given(st.binary(max_size=500).map(lambda raw: b"BEGIN:VCARD\r\n" + raw + b"\r\nEND:VCARD"))
def test_no_bytes_break_the_reader(raw: bytes) -> None:
    for contact in reader.read(raw, 0).contacts:
        assert contact.name and isinstance(contact.public_id, UUID)
        again = reader.read(writer.write([contact]), 0)
        assert [other.name for other in again.contacts] == [contact.name]


_LINES = ["FN", "N", "TEL", "PHOTO", "KEY", "NOTE", "item1.X-ABLabel", "REV", "UID", "BEGIN", "END"]
_PARAMETERS = ["", ";TYPE=a", ";ENCODING=b", ";QUOTED-PRINTABLE", ";CHARSET=utf-7", ';X="a', ";;"]
_VALUES = ["VCARD", "a", "=", "=C3=", "\\", "data:image/png;base64,AAAA", ";;;;", "99999999", "%"]
_line = st.tuples(
    st.sampled_from(_LINES), st.sampled_from(_PARAMETERS), st.just(":"),
    st.sampled_from(_VALUES) | st.text(max_size=9),
).map("".join)  # fmt: skip


@given(st.lists(_line, max_size=12))
def test_no_lines_break_the_reader(lines: list[str]) -> None:
    raw = "\r\n".join(["BEGIN:VCARD", *lines, "END:VCARD"]).encode("utf-8", "replace")
    try:
        contacts = reader.read(raw, 0).contacts
    except UnreadableInputError:
        return
    for contact in contacts:
        assert writer.write([contact])
