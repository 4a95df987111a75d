"""Headings with lines below them: shown on the screen, and as Markdown for paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

# What Markdown would take for its own.
_SIGNS = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_{}[]<>()#+-.!|~"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading and what stands below it; steps are numbered."""

    heading: str
    lines: Sequence[str] = ()
    steps: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A title and its sections."""

    title: str
    sections: Sequence[Section] = field(default=())

    @property
    def markdown(self) -> str:
        """Return it as Markdown, in which no name of a folder is taken for a sign."""
        parts = [f"# {self.title.translate(_SIGNS)}"]
        for section in self.sections:
            parts.append(f"## {section.heading.translate(_SIGNS)}")
            parts += [line.translate(_SIGNS) for line in section.lines]
            numbered = (f"{n}. {s.translate(_SIGNS)}" for n, s in enumerate(section.steps, 1))
            parts.append("\n".join(numbered))
        return "\n\n".join(filter(None, parts)) + "\n"
