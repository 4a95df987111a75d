"""Finds what tells of a person, or opens something of theirs, in any text.

Each kind has a cheap sign (an @, digits, a prefix) that is looked for first, and a test that a
match must pass: a card number its check digit, an IBAN its remainder, a phone number the rules of
its country. No pattern here looks further than a bounded way, so no text makes it slow.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple

from privatus.exporters.secret_rules import secrets

EMAIL, PHONE, IBAN, CARD, ADDRESS, SECRET = (
    "e-mail", "phone", "IBAN", "card", "IP address", "secret",
)  # fmt: skip
KINDS = (EMAIL, PHONE, IBAN, CARD, ADDRESS, SECRET)


class Finding(NamedTuple):
    """Where something stands; `value` is the same for the same thing written otherwise."""

    start: int
    end: int
    kind: str
    value: str


# Also as HTML says it, and as wide as Chinese letters are.
_AT = re.compile(r"@|%40|\uff20|&(?:#64|#x40|commat);")
_LOCAL = re.compile(r"[\w.!#$&'*+/=?^`{|}~-]{1,64}\Z")
_LOCAL_CHARS = 64
_DOMAIN = re.compile(r"[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_GAPS = r" \u00a0\u2007\u2009\u202f"
_GAP = re.compile(f"[{_GAPS}]")
# No word goes on there; what Markdown emphasizes stands between lines.
_BEGINS, _ENDS = r"(?:(?<!\w)|(?<=\W_)|(?<=^_))", r"(?:(?!\w)|(?=_(?!\w)))"
_CARD = re.compile(rf"{_BEGINS}(?<!\.)\d(?:[{_GAPS}-]?\d){{12,18}}{_ENDS}")
_CARD_BEGINS = re.compile(r"4|5[1-5]|2[2-7]|3[0-8]|6")
_GROUP = re.compile(r"\d{4,}")
_SHORTEST_CARD = 13
_IBAN = re.compile(
    rf"(?:(?<![A-Za-z0-9])|(?<=IBAN))[A-Za-z]{{2}}\d{{2}}(?:[{_GAPS}-]?[A-Za-z0-9]){{11,30}}"
)
_PHONE = re.compile(
    rf"(?:(?<!\w)\+|{_BEGINS}(?<![/#-])(?<!\d[.,])[(\d]|(?<=\d,)0(?=[1-9]))"
    rf"[\d{_GAPS}().\-/\u2010-\u2015]{{5,24}}\d{_ENDS}"
)
# A day, an hour or a year may stand before a number.
_BEFORE = re.compile(
    rf"(?:(?:(?:19|20)\d\d|\d\d?)(?!\d)[.)]?[{_GAPS}]*){{1,6}}(?=\(?0\d|\(?\d{{3}})"
)
# So many groups after a number are looked at as none of it.
_MOST_AFTER = 3
_GROUP_ENDS = re.compile(r"\d(?!\d)")
_DATE = re.compile(r"\(?(?:(?:19|20)\d\d([-./])\d\d?\1\d|\d\d?([-./])\d\d?\2(?:19|20)\d\d)")
_IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?!\w|\.\d)")
_IPV6 = re.compile(r"(?<!\w)[0-9A-Fa-f:]{2,42}(?:(?:\d{1,3}\.){3}\d{1,3})?(?!\w)")
_BETWEEN = re.compile(r"[^A-Za-z0-9]")
# Letters and digits in all, by country: what follows belongs to the sentence.
_IBAN_CHARS = {
    country: chars
    for chars, countries in {
        15: "NO", 16: "BE", 18: "DK FI FO GL NL", 19: "MK SI", 20: "AT BA EE KZ LT LU XK",
        21: "CH HR LI LV", 22: "BG BH CR DE GB GE IE ME RS VA", 23: "AE GI IL IQ TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG", 25: "LY PT ST", 26: "IS TR",
        27: "BI DJ FR GR IT MC MR SM", 28: "AL AZ BY CY DO GT HU LB NI PL SV",
        29: "BR EG PS QA UA", 30: "JO KW MU", 31: "MT SC", 32: "LC", 33: "RU",
    }.items()
    for country in countries.split()
}  # fmt: skip


def find(text: str, region: str | None = None) -> list[Finding]:
    """Return what is found in *text*, in order and without overlaps.

    *region*: the country ("DE") whose phone numbers are written without its prefix; None: only
    those with one are found.
    """
    found: list[Finding] = []
    taken = bytearray(len(text))
    for look in _LOOKS:
        for finding in look(text, region):
            if not any(taken[finding.start : finding.end]):
                taken[finding.start : finding.end] = b"\1" * (finding.end - finding.start)
                found.append(finding)
    return sorted(found)


def _secrets(text: str, _region: str | None) -> Iterator[Finding]:
    for start, end in secrets(text):
        yield Finding(start, end, SECRET, text[start:end])


def _emails(text: str, _region: str | None) -> Iterator[Finding]:
    # From each @ to both sides: looking for what stands before it from everywhere would take
    # time that grows with the square of a text without any.
    for at in _AT.finditer(text):
        local = _LOCAL.search(text, max(at.start() - _LOCAL_CHARS, 0), at.start())
        domain = _DOMAIN.match(text, at.end())
        if local is not None and domain is not None:
            value = f"{local.group()}@{domain.group()}".casefold()
            yield Finding(local.start(), domain.end(), EMAIL, value)


def _ibans(text: str, _region: str | None) -> Iterator[Finding]:
    for match in _IBAN.finditer(text):
        chars = _IBAN_CHARS.get(match.group()[:2].upper())
        end = _end_of(text, match.start(), chars) if chars else match.end()
        value = _BETWEEN.sub("", text[match.start() : end]).upper()
        if (chars is None or len(value) == chars) and _is_iban(value):
            yield Finding(match.start(), end, IBAN, value)


def _end_of(text: str, start: int, chars: int) -> int:
    """Return where so many letters and digits from *start* on end."""
    for at in range(start, min(start + 2 * chars, len(text))):
        chars -= text[at].isalnum()
        if not chars:
            return at + 1
    return len(text)


def _is_iban(value: str) -> bool:
    try:
        turned = "".join(str(int(char, 36)) for char in value[4:] + value[:4])
    except ValueError:
        return False
    return int(turned) % 97 == 1


def _cards(text: str, _region: str | None) -> Iterator[Finding]:
    for match in _CARD.finditer(text):
        for start, end in _runs(match.group()):
            value = _BETWEEN.sub("", match.group()[start:end])
            if _CARD_BEGINS.match(value) and _is_card(value):
                yield Finding(match.start() + start, match.start() + end, CARD, value)
                break


def _runs(digits: str) -> Iterator[tuple[int, int]]:
    """Yield where a card number may be: all of it, or whole groups beside a date or a code."""
    yield 0, len(digits)
    groups = [group.span() for group in _GROUP.finditer(digits)]
    for first, (start, _) in enumerate(groups):
        for _, end in reversed(groups[first:]):
            if sum(map(str.isdigit, digits[start:end])) >= _SHORTEST_CARD:
                yield start, end


def _is_card(value: str) -> bool:
    """Say whether the last digit is the one that the others ask for (ISO/IEC 7812)."""
    digits = [int(char) for char in reversed(value)]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _addresses(text: str, _region: str | None) -> Iterator[Finding]:
    for pattern, sign in ((_IPV4, "."), (_IPV6, ":")):
        if sign not in text:
            continue
        for match in pattern.finditer(text):
            # A colon beside it may be the sentence's.
            for written in dict.fromkeys((match.group(), match.group().strip(":"))):
                with suppress(ValueError):
                    address = ipaddress.ip_address(written)
                    start = match.start() + match.group().index(written)
                    # They are the same for everybody.
                    if not (address.is_loopback or address.is_unspecified):
                        yield Finding(start, start + len(written), ADDRESS, str(address))
                    break


def _phones(text: str, region: str | None) -> Iterator[Finding]:
    at = 0
    while match := _PHONE.search(text, at):
        if date := _DATE.match(match.group()):
            at = match.start() + date.end()
            continue
        for end in _phone_ends(match.group()):
            if value := _phone(match.group()[:end], region):
                at = match.start() + end
                yield Finding(match.start(), at, PHONE, value)
                break
        else:
            before = _BEFORE.match(text, match.start(), match.end())
            at = before.end() if before else match.end()


def _phone_ends(written: str) -> Sequence[int]:
    """Return where a phone number may end: what comes after it may be a year or an hour."""
    if written[0] not in "+(0":
        return (len(written),)
    return [group.end() for group in _GROUP_ENDS.finditer(written)][: -_MOST_AFTER - 2 : -1]


def _phone(written: str, region: str | None) -> str | None:
    """Return *written* as all write it who have it, if it is a phone number."""
    if not 7 <= sum(map(str.isdigit, written)) <= 15:
        return None
    # Takes some milliseconds to load, and more for each country that it meets.
    import phonenumbers

    written = _GAP.sub(" ", written)
    if written.startswith("00"):
        written = "+" + written[2:]
    with suppress(phonenumbers.NumberParseException):
        number = phonenumbers.parse(written, region)
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return None


# The first that finds something has it: a password in an address is no e-mail.
_LOOKS: tuple[Callable[[str, str | None], Iterator[Finding]], ...] = (
    _secrets, _emails, _ibans, _cards, _addresses, _phones,
)  # fmt: skip
