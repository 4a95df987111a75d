"""Folding: the one form in which text and queries meet.

FTS5's `ascii` tokenizer, which reads what comes out of here, takes ASCII letters, ASCII digits
and every other character beyond ASCII as part of a word, and folds the case of ASCII only.  So
everything beyond ASCII that separates words leaves here as a space, and every spelling that
people take for the same one leaves here as the same characters:

    accents, case and width go            Müller, MULLER -> muller; but й stays й
    letters that stand for others         ß -> ss, ﬁ -> fi, ø -> o, final sigma -> sigma
    Arabic and Hebrew                     without vowel signs; one alef, yeh and heh
    digits                                of every script -> 0-9
    invisible characters                  gone; private ones separate, so that no text holds any
    emoji                                 words of their own, of one colour

Scripts that are written without spaces are cut into overlapping pairs, and the last character
of a run stands once more by itself: 東京都 -> 東京 京都 都.  A query for several characters is then
a phrase of pairs, and a query for a single one is the prefix 京*, which finds it as the first of
a pair or, at the end of a run, alone.
"""

from __future__ import annotations

import re
import unicodedata
from operator import add

# Changes whenever the same text may fold to something else, and an index must be built again.
VERSION = f"2 unicode {unicodedata.unidata_version}"

# Scripts without spaces between words; what is not a letter in these blocks is mapped away
# before the pairs are made. Korean has spaces, but its particles stick to the words.
_UNSPACED_RANGES = (
    (0x0E01, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1100, 0x11FF),  # Hangul letters
    (0x1780, 0x17FF),  # Khmer
    (0x3005, 0x31FF),  # kana, bopomofo
    (0x3400, 0x9FFF),  # Han
    (0xA960, 0xA97F),  # Hangul letters
    (0xA9E0, 0xA9FF),  # Myanmar
    (0xAA60, 0xAA7F),  # Myanmar
    (0xAC00, 0xD7FF),  # Hangul
    (0xF900, 0xFAFF),  # Han
    (0x1AFF0, 0x1B2FF),  # kana
    (0x20000, 0x3FFFD),  # Han
)


def _as_class(ranges: tuple[tuple[int, int], ...]) -> str:
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


def _gaps(ranges: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    starts = (0x80, *(last + 1 for _, last in ranges))
    ends = (*(first - 1 for first, _ in ranges), 0x10FFFF)
    return tuple(zip(starts, ends, strict=True))


# Bodies of regex character classes over folded text, for who must find words in it.
UNSPACED = _as_class(_UNSPACED_RANGES)
SPACED = "0-9A-Za-z" + _as_class(_gaps(_UNSPACED_RANGES))

_UNSPACED_RUN = re.compile(f"[{UNSPACED}]+")
_UNSPACED_PAIR = re.compile(f"[{UNSPACED}]{{2}}")
_TOKEN = re.compile("[0-9A-Za-z\x80-\U0010ffff]+")
_NON_ASCII = re.compile("[^\x00-\x7f]")
_MAYBE_UNSPACED = re.compile("[\u0e01-\U0003fffd]")
_ASCII_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}

# The typography of English text. Replacing these first leaves most texts pure ASCII.
_TYPOGRAPHY = "’‘“”—–…\u00a0•"  # noqa: RUF001 - these very characters

# Marks and fillers that say nothing about which word it is. Vowel signs and viramas of Indic
# scripts are not here: without them other words appear.
_IGNORED = re.compile(
    "["
    "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"  # accents
    "\u0483-\u0489"  # Cyrillic titlo
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"  # Hebrew points
    "\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"
    "\u0898-\u089f\u08ca-\u08ff"  # Arabic vowel signs, tatweel
    "\u0711\u0730-\u074a"  # Syriac points
    "\u115f\u1160\u3164\uffa0"  # Hangul fillers
    "\u17b4\u17b5\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef"  # variation selectors
    "\U0001f3fb-\U0001f3ff"  # skin tones
    "]"
)

# Modifier letters that people type as an apostrophe, or that are stress and length marks.
_APOSTROPHES = re.compile("[\u02b9-\u02c1\u02c6-\u02d1]")

# Letters that Unicode does not take apart but readers take for one another. The Arabic ones are
# alef, yeh, kaf and heh, named by number because they look alike in most editors.
_LETTERS = str.maketrans(
    dict(zip("øłđðħŧ", "olddht", strict=True))
    | {"æ": "ae", "œ": "oe", "þ": "th", "\u0131": "i"}
    | {"\u0671": "\u0627", "\u0649": "\u064a", "\u06cc": "\u064a", "\u06a9": "\u0643"}
    | dict.fromkeys("\u0629\u06c3\u06c1\u06d5\u06be", "\u0647")
)

_EMOJI = re.compile(
    "[\u231a\u231b\u23e9-\u23f3\u2600-\u27bf\u2b1b\u2b1c\u2b50\u2b55\U0001f000-\U0001faff]"
)

# More accents than this on one letter are no writing, and to put them in order takes the square of
# their number: the Unicode standard's own stream-safe format has this limit, too.
_MAX_MARKS = 30
# Holds each run of marks that is longer. One character in 31 is looked at before.
_MAYBE_MARKS = re.compile(r"[^\w\s\x00-\x7f]")
_MAYBE_MARKS_RUN = re.compile(rf"[^\w\s\x00-\x7f]{{{_MAX_MARKS + 1},}}")

# Longer texts are looked through for encoded files; shorter ones are not worth the look.
_LONG_CHARS = 4_000
_BLOB_CHARS = 256
_BLOB_KEPT_CHARS = 64
_BLOB = re.compile(f"[A-Za-z0-9+/=_-]{{{_BLOB_CHARS + 1},}}")


def fold(text: str) -> str:
    """Return *text* as the index and the queries spell it.

    The case of ASCII letters is left to the tokenizer. 500 characters take 0.1 µs if they are
    ASCII, 1 µs with typographic quotes, 6 µs in German, 25 µs in Russian, 80 µs in Chinese.
    """
    if text.isascii() and len(text) <= _LONG_CHARS:
        return text.replace("\0", " ") if "\0" in text else text
    folded = flatten(text)
    if folded.isascii() or not _MAYBE_UNSPACED.search(folded):
        return folded
    return _UNSPACED_RUN.sub(_pairs, folded)


def flatten(text: str) -> str:
    """Fold *text*, but leave runs of scripts without spaces whole."""
    if len(text) > _LONG_CHARS:
        text = _without_blobs(text)
    if "\0" in text:
        text = text.replace("\0", " ")
    if text.isascii():
        return text
    for character in _TYPOGRAPHY:
        text = text.replace(character, " ")
    return text if text.isascii() else _fold_characters(text)


def lowered(text: str) -> str:
    """Return a title, or words that it is to hold, as the two are compared."""
    return flatten(text).lower()


def words(text: str) -> list[str]:
    """Return the words of a piece of a query, in lower case, as the index has them.

    The last character of a run of pairs is left out at the end, where the run may go on in the
    text; a last word for which `stands_alone` holds must be looked for as a prefix.
    """
    found = _TOKEN.findall(fold(text).translate(_ASCII_LOWER))
    # A run of pairs always ends in its last character, so only that one can follow a pair.
    if len(found) > 1 and stands_alone(found[-1]) and _UNSPACED_PAIR.fullmatch(found[-2]):
        found.pop()
    return found


def stands_alone(word: str) -> bool:
    """Say whether *word* is a single character of a script written without spaces."""
    return len(word) == 1 and _UNSPACED_RUN.match(word) is not None


def has_spaces(text: str) -> bool:
    """Say whether spaces part the words of *text*, in all of its scripts."""
    return _UNSPACED_RUN.search(flatten(text)) is None


def _pairs(run: re.Match[str]) -> str:
    characters = run[0]
    return f" {' '.join(map(add, characters, characters[1:]))} {characters[-1]} "


def _without_blobs(text: str) -> str:
    """Return *text* with each base64 run cut to its beginning, since nobody looks for the rest.

    Jumps from space to space, which costs a few µs where there is no such run.
    """
    position, end = 0, len(text) - _BLOB_CHARS
    while position < end:
        space = text.rfind(" ", position, position + _BLOB_CHARS + 1)
        if space < 0:
            return _BLOB.sub(lambda blob: blob[0][:_BLOB_KEPT_CHARS] + " ", text)
        position = space + 1
    return text


def _without_piles(run: re.Match[str]) -> str:
    """Return *run* with the first marks on each letter only."""
    kept: list[str] = []
    height = 0
    for character in run[0]:
        height = height + 1 if unicodedata.combining(character) else 0
        if height <= _MAX_MARKS:
            kept.append(character)
    return "".join(kept)


def _fold_characters(text: str) -> str:
    if _MAYBE_MARKS.search(text[_MAX_MARKS :: _MAX_MARKS + 1]):
        text = _MAYBE_MARKS_RUN.sub(_without_piles, text)
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    beyond_ascii = len(text) - len(text.encode("ascii", "ignore"))
    if beyond_ascii * 8 < len(text):
        # Replacing a few kinds of characters is faster than asking the table for each.
        for character in set(_NON_ASCII.findall(text)):
            text = text.replace(character, _TABLE[ord(character)])
    else:
        text = text.translate(_TABLE)
    if "\u3099" in text or "\u309a" in text:
        # Half-width kana have their voice marks beside them.
        text = unicodedata.normalize("NFC", text)
    return text


class _Table(dict[int, str]):
    """What each character beyond ASCII folds to, filled as characters are met."""

    def __missing__(self, code_point: int) -> str:
        character = chr(code_point)
        folded = character if code_point < 0x80 else _fold_character(character)
        self[code_point] = folded
        return folded


_TABLE = _Table()


def _fold_character(character: str) -> str:
    category = unicodedata.category(character)
    if character in "йЙ":
        return "й"
    if category == "Cf" or _IGNORED.match(character):
        return ""
    if category in {"So", "Cn"} and _EMOJI.match(character):
        return f" {character} "
    if category == "Nd":
        return str(unicodedata.digit(character))
    tag = unicodedata.decomposition(character).partition(" ")[0]
    if category == "So" and tag in {"<square>", "<circle>", "<compat>"}:
        # ㎏, ㊗, №; and the radicals that PDF readers give for characters.
        inner = _fold_letters(character)
        return inner if "\u2e80" <= character <= "\u2fdf" else f" {inner} "
    if _separates(character):
        return " "
    folded = _fold_letters(character)
    return f" {folded} " if tag in {"<circle>", "<fraction>"} else folded


def _fold_letters(character: str) -> str:
    bare = _IGNORED.sub("", unicodedata.normalize("NFKD", character))
    folded = unicodedata.normalize("NFC", bare.casefold().translate(_LETTERS))
    return "".join(" " if _separates(letter) else letter for letter in folded)


def _separates(character: str) -> bool:
    if character.isascii():
        return False
    category = unicodedata.category(character)
    if category == "Cn":
        # A letter of a newer Unicode, unless it never can be one.
        return ord(character) & 0xFFFE == 0xFFFE or "\ufdd0" <= character <= "\ufdef"
    return category[0] in "PSZC" or _APOSTROPHES.match(character) is not None
