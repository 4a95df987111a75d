"""Texts that would make one document of endless length, each in another way."""

from __future__ import annotations

_ROW = "|" + "a |" * 2_000
ENDLESS = {
    "lines": "some words here\n" * 3_000,
    "one line": "word " * 10_000,
    "one word": "a" * 50_000,
    "styles": "**a** *b* `c` " * 3_500,
    "items": "- an item\n" * 4_000,
    "one item": "1. an item\n" + "   that goes on\n" * 3_000,
    "quote": "> some words here\n" * 3_000,
    "empty headings": "#\n" * 4_000,
    "formulas": "$x$ " * 4_000,
    "links": "https://a.example/b " * 2_500,
    "columns": f"{_ROW}\n{_ROW.replace('a', '-')}\n{_ROW}",
    "long cells": "|a|b|\n|-|-|\n" + ("|" + "x " * 3_000 + "|y|\n") * 8,
    "rows": "|a|b|\n|-|-|\n" + "|x|y|\n" * 8_000,
    "code": "```\n" + "a line\n" * 6_000 + "```",
    "code in an item": "- a\n\n  ```\n" + "  a line\n" * 6_000 + "  ```\n",
}
