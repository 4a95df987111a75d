"""Documents that a model wrote into its answer between tags of the provider's own.

Claude's of 2024 is `<antArtifact identifier="poem" type="text/markdown">…</antArtifact>`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

# Attributes longer than that are no tag, and a text full of "<tag" must not be read n² times.
_VALUE = r"(?:\"[^\"]{0,2000}\"|'[^']{0,2000}')"
_TAG = r"(?<!`)<(NAMES)((?:\s[^<>\"']{0,200}" + _VALUE + r"){0,20}\s*)>"
_ATTRIBUTE = re.compile(r"([\w-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


@dataclass(frozen=True, slots=True)
class Tagged:
    """What stood between one pair of tags."""

    tag: str
    attributes: Mapping[str, str]
    body: str


def pattern(*names: str) -> re.Pattern[str]:
    """Return what `split` needs to find the tags called *names*."""
    return re.compile(_TAG.replace("NAMES", "|".join(map(re.escape, names))))


def split(text: str, tags: re.Pattern[str]) -> Iterator[str | Tagged]:
    """Yield *text* in its order: plain text, and what stands between tags.

    A tag that is not closed reaches to the end if it has attributes (an answer that was cut
    off); without attributes it is a word about the tag, and stays text.
    """
    done = position = 0
    unclosed: set[str] = set()
    while found := tags.search(text, position):
        tag = found[1]
        position = found.end()
        end = -1 if tag in unclosed else text.find(f"</{tag}>", position)
        attributes = {
            name: html.unescape(double or single)
            for name, double, single in _ATTRIBUTE.findall(found[2])
        }
        if end < 0 and not attributes:
            # What is not closed from here on is not closed further on: do not look again.
            unclosed.add(tag)
            continue
        if before := text[done : found.start()].strip("\n"):
            yield before
        yield Tagged(tag, attributes, text[position : end if end >= 0 else None].strip("\n"))
        done = position = end + len(tag) + 3 if end >= 0 else len(text)
    if after := text[done:].strip("\n"):
        yield after
