"""Pieces of which searches are made up, for tests that type whatever there is."""

from __future__ import annotations

import random

# fmt: off
WORDS = [
    "key", "rotation", "Key", "lock", "a", "ab", "b.", "don't", "foo.bar", "café", "CAFÉ",
    "straße", "東京", "東京都", "京都", "京", "都", "ไทย", "ภาษาไทย", "대한", "हिन्दी", "йод", "👍",
    "tokyo東京", "c++",
]
FILTERS = [
    "source:claude", "-source:grok", "role:user", "role:assistant", "model:gpt-4*",
    "model:gpt-4o", "has:code", "in:title", "in:thinking", "-in:files", "tag:work",
    "-tag:home", "since:2025", "until:7d", "is:starred", "project:garden", "sorce:claude",
    "foo:bar", "role:x", "since:2025-13",
]
JOINTS = ["OR", "AND", "NOT", "-", "(", ")", '"', '"', "*", "NEAR(", ")", ", 3)", "|", "“", "!!"]
_ODD = [
    "\0", "\x1a", "\ufeff", "\u2028", "\u202e", "\u200d", "\ue000", "\ue000sgrok", "\uffff",
    "\U0010ffff", "e\u0301" * 50, "\u0301" * 99, "ﷺ", "ß" * 300, "İ", "\u0131", "9" * 400,
    "x" * 1990, "since:", "since:9999", "since:0000", "since:99999999d", "until:0d", "until:-1d",
    "NEAR(a b, 99999999999999999999)", "NEAR(a, -1)", "(" * 60, "-" * 60, '"' * 61, "*" * 9,
    "model:", "model:*", "model:**", "project:", 'project:""', 'project:"', "is:", "in:title" * 9,
    "{a b}:c", "title:", "-title:x", "^a", "a + b", "rowid:1", "' OR 1=1 --", "%", "_", "\\", ":",
]
# fmt: on


def any_search(chance: random.Random) -> str:
    """Return what somebody, or somebody's cat, may type."""
    search = ""
    for _ in range(chance.randint(1, 12)):
        piece = chance.choice(chance.choice([WORDS, WORDS, FILTERS, JOINTS, _ODD]))
        if chance.random() < 0.1:
            at = chance.randint(0, len(piece))
            piece = piece[:at] + chr(chance.randrange(0xD800)) + piece[at + 1 :]
        search += piece + chance.choice(["", " ", " ", " ", "  ", "\t", "\u3000"])
    return search
