"""Address books as phones and mail programs write them, and what hostile ones cannot do."""

from __future__ import annotations

import base64
import os
from uuid import UUID

import pytest

from privatus.core.contact import Contact, ContactField, FieldKind, PublicKeys
from privatus.core.errors import UnreadableInputError
from privatus.importers import vcard
from support.people import png


def _card(*lines: str, version: str = "4.0") -> bytes:
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""]).encode()


def _read(*lines: str, version: str = "4.0") -> Contact:
    [contact] = vcard.read(_card(*lines, version=version), 7).contacts
    return contact


def _said(contact: Contact) -> list[tuple[str, str, str]]:
    return [(said.kind.value, said.value, said.label) for said in contact.fields]


def test_a_card_of_version_4_is_read() -> None:
    contact = _read(
        "UID:urn:uuid:4fbe8971-0bc3-424c-9c26-36c3e1eff6b1",
        "FN:Ada Lovelace",
        "N:Lovelace;Ada;;;",
        "NICKNAME:Countess,The \\, Engineer",
        'EMAIL;PID=1.1;TYPE="work,pref":ada@example.org',
        'TEL;VALUE=uri;TYPE="voice,home":tel:+1-555-555-5555',
        "URL:https://example.org/a\\,b",
        "NOTE:First line\\nsecond\\; line \\\\ end",
        "CATEGORIES:maths,engines",
        "BDAY:18151210",
        "REV:20240102T030405Z",
    )

    assert contact == Contact(
        public_id=UUID("4fbe8971-0bc3-424c-9c26-36c3e1eff6b1"),
        name="Ada Lovelace",
        aliases=("Countess", "The , Engineer"),
        fields=(
            ContactField(kind=FieldKind.EMAIL, value="ada@example.org", label="work"),
            ContactField(kind=FieldKind.PHONE, value="+1-555-555-5555", label="home"),
            ContactField(kind=FieldKind.URL, value="https://example.org/a,b"),
        ),
        note="First line\nsecond; line \\ end",
        tags=("maths", "engines"),
        kept=("N:Lovelace;Ada;;;", "BDAY:18151210"),
        changed_at_ms=1_704_164_645_000,
    )


def test_a_card_of_a_phone_is_read() -> None:
    contact = _read(
        "N:Lovelace;Ada;;;",
        "FN:Ada Lovelace",
        "EMAIL;TYPE=INTERNET;TYPE=HOME;TYPE=pref:ada@example.org",
        "item1.TEL:555 1234",
        "item1.X-ABLabel:_$!<Mobile>!$_",
        "item2.URL:https://example.org",
        "item2.X-ABLabel:Blog",
        f"PHOTO;ENCODING=b;TYPE=PNG:{base64.b64encode(png()).decode()}",
        version="3.0",
    )

    assert _said(contact) == [
        ("email", "ada@example.org", "home"),
        ("phone", "555 1234", "Mobile"),
        ("url", "https://example.org", "Blog"),
    ]
    assert contact.picture == png()


def test_an_old_card_in_quoted_printable_is_read() -> None:
    contact = _read(
        "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;Zo=C3=AB;;;",
        "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Zo=C3=AB M=C3=",
        "=BCller",
        "TEL;CELL;PREF:+49 30 1234",
        "NOTE;ENCODING=QUOTED-PRINTABLE:one=0D=0Atwo",
        "ADR;HOME;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:;;Stra=DFe 1;K=F6ln;;;",
        version="2.1",
    )

    assert contact.name == "Zoë Müller"
    assert _said(contact) == [("phone", "+49 30 1234", "cell")]
    assert contact.note == "one\r\ntwo"
    assert contact.kept == ("N:Müller;Zoë;;;", "ADR;TYPE=HOME:;;Straße 1;Köln;;;")


def test_an_old_picture_in_lines_of_its_own_is_read() -> None:
    packed = base64.b64encode(png(64)).decode()
    lines = [packed[at : at + 60] for at in range(0, len(packed), 60)]
    contact = _read(
        "N:Ada", f"PHOTO;PNG;BASE64:{lines[0]}", *(f" {line}" for line in lines[1:]), "",
        version="2.1",
    )  # fmt: skip

    assert contact.picture == png(64)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
def test_any_encoding_and_line_end_is_read(encoding: str, line_end: str) -> None:
    text = line_end.join(["BEGIN:VCARD", "VERSION:3.0", "FN:Zoë Müller", "END:VCARD"])

    [contact] = vcard.read(text.encode(encoding), 0).contacts

    assert contact.name == "Zoë Müller"


def test_a_fold_may_part_a_character() -> None:
    raw = _card("FN:Zoë").replace("ë".encode(), b"\xc3\r\n \xab")

    assert vcard.read(raw, 0).contacts[0].name == "Zoë"


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (["N:Lovelace;Ada;King;Lady;PhD"], "Lady Ada King Lovelace PhD"),
        (["ORG:Analytical;Engines"], "Analytical Engines"),
        (["NICKNAME:Countess"], "Countess"),
        (["EMAIL:ada@example.org"], "ada@example.org"),
        (["FN:", "N:;;;;", "TEL:5"], "5"),
    ],
)
def test_a_card_without_a_name_is_called_by_what_it_has(lines: list[str], name: str) -> None:
    assert _read(*lines).name == name


def test_the_same_card_has_the_same_id_at_every_import_and_others_another() -> None:
    ids = [
        _read(*lines).public_id
        for lines in (
            ["FN:Ada", "UID:abc"], ["FN:Countess", "UID:abc"],
            ["FN:Ada", "TEL:1"], ["FN:Ada", "TEL:2"], ["FN:Ada"],
        )
    ]  # fmt: skip

    assert ids[0] == ids[1]
    assert len(set(ids)) == 4
    assert _read("FN:Ada").public_id == ids[4]


def test_public_keys_come_along_and_those_of_other_programs_are_kept() -> None:
    raw = os.urandom(64)
    packed = base64.b64encode(raw).decode()
    contact = _read(
        "FN:Ada",
        f"KEY:data:application/x-privatus-keys;base64,{packed}",
        "KEY;MEDIATYPE=application/pgp-keys:https://example.org/ada.asc",
    )

    assert [key.keys for key in contact.keys] == [PublicKeys.of(raw)]
    assert contact.keys[0].verified is None
    assert contact.kept == ("KEY;MEDIATYPE=application/pgp-keys:https://example.org/ada.asc",)


def test_a_picture_elsewhere_is_not_fetched_but_kept() -> None:
    contact = _read("FN:Ada", "PHOTO:https://example.org/ada.png")

    assert contact.picture is None
    assert contact.kept == ("PHOTO:https://example.org/ada.png",)


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (["FN:A", f"PHOTO:data:image/png;base64,{'AAAA' * 10}"], "picture"),
        (["FN:A", f"PHOTO:data:image/png;base64,{'AAAA' * 200_000}"], "picture"),
        (["FN:A", "KEY:data:application/x-privatus-keys;base64,AAAA"], "key"),
        (["FN:A", f"X-BIG:{'x' * 70_000}"], "64 KiB"),
        (["FN:A", "BEGIN:VCARD", "FN:B", "END:VCARD"], "within another"),
        (["FN:A", "END:VCARD", "BEGIN:VCARD", "NOTE:nobody"], "without a name"),
        (["FN:A", "END:VCARD", "BEGIN:VCARD", "FN:Friends", "KIND:group"], "group"),
    ],
)
def test_what_cannot_be_taken_is_left_out_and_said(lines: list[str], problem: str) -> None:
    found = vcard.read(_card(*lines), 0)

    assert [contact.name for contact in found.contacts] == ["A"]
    assert [said for said in found.problems if problem in said]


@pytest.mark.parametrize("raw", [b"", b"hello", b"BEGIN:VCALENDAR\r\n", b"\x00" * 50])
def test_what_is_no_vcard_is_told(raw: bytes) -> None:
    with pytest.raises(UnreadableInputError, match="no file of vCards"):
        vcard.read(raw, 0)


def test_a_card_that_is_cut_off_leaves_the_others(tmp_path: object) -> None:
    found = vcard.read(_card("FN:A") + b"BEGIN:VCARD\r\nFN:B\r\n", 0)

    assert [contact.name for contact in found.contacts] == ["A"]
    assert "cut off" in found.problems[0]


def test_a_hostile_card_takes_no_more_than_its_size() -> None:
    many = b"".join(b"X-%d:y\r\n" % number for number in range(50_000))
    deep = b"BEGIN:VCARD\r\n" * 10_000
    parameters = "FN" + ";A=b" * 5_000 + ":Ada"
    for raw in (
        _card("FN:A").replace(b"FN:A", b"FN:A\r\n" + many),
        _card("FN:A") + deep,
        _card("FN:A", parameters),
        _card("FN:A", "X:" + "\\" * 100_000),
        _card("FN:A", "NICKNAME:" + "," * 100_000),
        _card("FN:A", *(f"TEL:{number}" for number in range(1_000))),
        _card("FN:A", "NOTE:" + "x" * 5_000_000),
    ):
        [contact] = vcard.read(raw, 0).contacts
        assert contact.name == "A"
        assert len(contact.fields) <= 100
        assert len(contact.note) <= 20_000
        assert sum(map(len, contact.kept)) <= 64 * 1024


def test_a_label_that_begins_again_and_again_is_gone_through_once() -> None:
    # At once if it is; for hours if something looks again from each place.
    labels = b"item1.X-ABLabel:" + b"_$!<" * 1_000_000 + b"\r\n"
    raw = b"BEGIN:VCARD\r\nFN:Ada\r\nitem1.EMAIL:a@example.org\r\n" + labels + b"END:VCARD\r\n"

    [contact] = vcard.read(raw, 0).contacts

    assert contact.fields[0].label.startswith("_$!<")


def test_a_file_of_too_many_cards_is_read_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vcard, "_MAX_CARDS", 3)

    found = vcard.read(_card("FN:A") * 5, 0)

    assert len(found.contacts) == 3
    assert "only the first 3 cards" in found.problems[0]
