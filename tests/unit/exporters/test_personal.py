"""What a redaction finds, what it leaves alone, and that no text makes it slow."""

from __future__ import annotations

import pytest

from privatus.exporters.personal import find
from privatus.exporters.redaction import Redactor

_BLOCK = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk=\n-----END OPENSSH PRIVATE KEY-----"

_FOUND = {
    "write to ada@example.org.": ("e-mail", "ada@example.org"),
    "<Bob.X+1@sub.example.co.uk>": ("e-mail", "Bob.X+1@sub.example.co.uk"),
    "mailto:a%40example.org": ("e-mail", "a%40example.org"),
    "jürgen@müller.example": ("e-mail", "jürgen@müller.example"),
    "call +49 30 901820 today": ("phone", "+49 30 901820"),
    "call 0049 30 901820 today": ("phone", "0049 30 901820"),
    "ring (030) 901820": ("phone", "(030) 901820"),
    "tel:+12125550123x": None,
    "tel:+12125550123,": ("phone", "+12125550123"),
    "DE89 3704 0044 0532 0130 00 is mine": ("IBAN", "DE89 3704 0044 0532 0130 00"),
    "gb82west12345698765432": ("IBAN", "gb82west12345698765432"),
    "DE88 3704 0044 0532 0130 00": None,
    "card 4111 1111 1111 1111.": ("card", "4111 1111 1111 1111"),
    "card 378282246310005": ("card", "378282246310005"),
    "card 4111 1111 1111 1112": None,
    "from 192.168.1.20:8080": ("IP address", "192.168.1.20"),
    "2001:db8::8a2e:370:7334": ("IP address", "2001:db8::8a2e:370:7334"),
    "on 127.0.0.1 and ::1": None,
    "version 1.2.3, at 10:11:12, std::vector": None,
    "sk-proj-abcdefghijklmnopqrstuvwxyz123456": (
        "secret", "sk-proj-abcdefghijklmnopqrstuvwxyz123456",
    ),
    f"ghp_{'a1' * 18}": ("secret", f"ghp_{'a1' * 18}"),
    "AKIAIOSFODNN7EXAMPLE": ("secret", "AKIAIOSFODNN7EXAMPLE"),
    "password: hunter2!x": ("secret", "hunter2!x"),
    "das Passwort ist geheim123": ("secret", "geheim123"),
    '{"api_key": "abc123def456"}': ("secret", "abc123def456"),
    "the password is wrong, and the token is missing.": None,
    "password=********": None,
    "https://user:s3cr3t@host.example/x": ("secret", "s3cr3t"),
    "Authorization: Bearer abcdef0123456789abcdef": ("secret", "abcdef0123456789abcdef"),
    _BLOCK: ("secret", _BLOCK),
    "2024-11-22 10:30:55 and 22.11.2024 and 1735812672345": None,
    "550e8400-e29b-41d4-a716-446655440000": None,
    "da39a3ee5e6b4b0d3255bfef95601890afd80709": None,
    "3.14159265358979 and 10,000,000": None,
    # Beside a date, a code, a year or an hour.
    "4111 1111 1111 1111 12/27": ("card", "4111 1111 1111 1111"),
    "4111 1111 1111 1111 123": ("card", "4111 1111 1111 1111"),
    "call +49 170 1234567 (2024)": ("phone", "+49 170 1234567"),
    "at 10 030 901820": ("phone", "030 901820"),
    "on 12.03. 0170 1234567": ("phone", "0170 1234567"),
    "0170 1234567 at 12 or 0170 12": ("phone", "0170 1234567"),
    # As sentences, tables and Markdown write it.
    "Nr.0170 1234567": ("phone", "0170 1234567"),
    "Ada,0170 1234567,Berlin": ("phone", "0170 1234567"),
    "17,01701234567": ("phone", "01701234567"),
    "_0170 1234567_": ("phone", "0170 1234567"),
    "0170\u202f1234567": ("phone", "0170\u202f1234567"),
    "4111\u20091111\u20091111\u20091111": ("card", "4111\u20091111\u20091111\u20091111"),
    "DE89-3704-0044-0532-0130-00": ("IBAN", "DE89-3704-0044-0532-0130-00"),
    "IBANDE89370400440532013000": ("IBAN", "DE89370400440532013000"),
    "ada&#64;example.org": ("e-mail", "ada&#64;example.org"),
    "ada\uff20example.org": ("e-mail", "ada\uff20example.org"),
    "IMG_20240112_101010 and 2024-01-02 03:04:05": None,
}  # fmt: skip


@pytest.mark.parametrize("text", _FOUND)
def test_what_tells_of_a_person_is_found_and_nothing_else(text: str) -> None:
    found = [(finding.kind, text[finding.start : finding.end]) for finding in find(text, "DE")]

    expected = _FOUND[text]
    assert found == ([] if expected is None else [expected])


def test_a_number_without_prefix_is_one_of_the_country_that_was_said() -> None:
    assert find("ring 030 901820") == []
    assert [f.value for f in find("ring 030 901820", "DE")] == ["+4930901820"]


def test_numbers_in_a_line_are_found_one_after_the_other() -> None:
    numbers = ["0170 1234567", "0171 7654321", "0172 2345678", "0173 3456789", "0174 4567890"]

    assert len(find(" ".join(numbers), "DE")) == len(numbers)


def test_the_same_thing_has_the_same_placeholder_however_it_is_written() -> None:
    redactor = Redactor("DE")

    texts = [
        redactor.text("Ada@Example.org or +49 30 901820, DE89370400440532013000"),
        redactor.text("ada@example.org, (030) 901820, b@example.org, DE89 3704 0044 0532 0130 00"),
    ]

    assert texts == [
        "[e-mail 1] or [phone 1], [IBAN 1]",
        "[e-mail 1], [phone 1], [e-mail 2], [IBAN 1]",
    ]
    assert dict(redactor.replaced) == {"e-mail": 3, "phone": 2, "IBAN": 2}


@pytest.mark.parametrize(
    "text",
    ["a", "1", "1 ", "@", "a@", "a:", "password is ", ".", "-----BEGIN PRIVATE KEY-----", "eyJ",
     "(1 ", "01 ", "0 ", "0170 12 ", "DE11", "sk-", "http://", "a.", "[e-mail 1]"],
)  # fmt: skip
def test_a_long_text_of_one_piece_is_gone_through_once(text: str) -> None:
    # Some seconds if it is; minutes if something looks again from each place.
    find(text * (200_000 // len(text)), "DE")


def test_what_was_redacted_has_nothing_left_to_redact() -> None:
    redactor = Redactor("DE")
    text = " ".join(_FOUND)

    once = redactor.text(text)

    assert find(once, "DE") == []
    assert redactor.text(once) == once
