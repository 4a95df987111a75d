"""What a message is made of, ready to be laid out: no Qt and no Markdown any more.

Made off the GUI thread. `plain` of a block is, character by character, the text of the document
that shows it, so that positions in it mean the same to the view, to finding and to copying.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from privatus.core.conversation import Attachment, Message
from ui.reader.tracking import Span

BOLD, ITALIC, STRIKE, CODE, LINK, FORMULA, DISPLAY = 1, 2, 4, 8, 16, 32, 64
# A line break inside a paragraph, and what stands for a formula, as Qt has them.
LINE_BREAK, OBJECT = "\u2028", "\ufffc"
# Whoever wants more of a message opens it as text.
_SPOKEN_CHARS = 4_000


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one style. `target` is where a link leads, or a formula's TeX."""

    text: str
    style: int = 0
    target: str = ""
    colour: str = ""  # the token that colours code; empty: that of text


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of a text."""

    runs: tuple[Run, ...]
    heading: int = 0  # 1 to 6
    quotes: int = 0  # how many quotes it stands in
    lists: int = 0  # how many lists it stands in
    number: int | None = None  # of a numbered item that begins here
    is_item: bool = False  # an item begins here
    is_tight: bool = False
    is_rule: bool = False
    is_centred: bool = False
    language: str | None = None  # code inside a list or quote
    lines: tuple[int, int] = (0, 0)  # of the Markdown source
    spans: tuple[Span, ...] = ()  # as of a block

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(slots=True, kw_only=True, eq=False)
class Block:
    """One thing under the other in a message."""

    depth: int = 0  # 1: inside something that folds
    source: str = ""  # the Markdown that it was made of
    # Where the characters of `plain` stand in the message's text, if somebody asked for it.
    spans: Sequence[Span] = ()

    @property
    def plain(self) -> str:
        """Return its text as its document holds it."""
        return ""

    @property
    def copied(self) -> str:
        """Return what is copied of all of it."""
        return self.plain.replace(LINE_BREAK, "\n")


@dataclass(eq=False, kw_only=True)
class Words(Block):
    """Paragraphs."""

    paragraphs: tuple[Paragraph, ...]

    @cached_property
    def plain(self) -> str:
        return "\n".join(paragraph.text for paragraph in self.paragraphs)

    @property
    def copied(self) -> str:
        return "\n".join(map(marked_text, self.paragraphs)).replace(LINE_BREAK, "\n")

    @property
    def has_formula(self) -> bool:
        return OBJECT in self.plain


@dataclass(eq=False, kw_only=True)
class Code(Block):
    """Code in a box; long code is several boxes without a seam."""

    runs: tuple[Run, ...]
    language: str = ""
    is_continued: bool = False  # from the box above
    goes_on: bool = False  # in the box below
    whole: str = ""  # all of it; empty: `plain` is all

    @cached_property
    def plain(self) -> str:
        return "".join(run.text for run in self.runs)

    @property
    def all_copied(self) -> str:
        """Return all of the code of which this may be one box of several."""
        return self.whole or self.copied


@dataclass(eq=False, kw_only=True)
class Table(Block):
    """Rows of cells; the first is the head."""

    rows: tuple[tuple[tuple[Run, ...], ...], ...]
    aligned: tuple[str, ...] = ()  # left, center, right: of each column; empty: not said
    is_right_to_left: bool = False

    @property
    def order(self) -> range:
        """Return the columns from left to right; Qt does not turn tables round."""
        columns = range(len(self.rows[0]))
        return columns[::-1] if self.is_right_to_left else columns

    @cached_property
    def texts(self) -> list[list[str]]:
        """Return the text of each cell."""
        return [["".join(run.text for run in cell) for cell in row] for row in self.rows]

    @cached_property
    def plain(self) -> str:
        # Each cell begins with a mark, and the table ends with one.
        cells = (row[column] for row in self.texts for column in self.order)
        return "".join("\ufdd0" + cell for cell in cells) + "\ufdd1"

    @property
    def copied(self) -> str:
        return "\n".join("\t".join(row) for row in self.texts).replace(LINE_BREAK, " ")


class FoldKind(enum.Enum):
    """What it is that is folded; the value is its icon."""

    THINKING = "brain"
    TOOL_CALL = "wrench"
    TOOL_RESULT = "terminal"
    ARTIFACT = "file-code"
    SYSTEM = "settings"
    FILE = "file-text"
    UNKNOWN = "braces"


@dataclass(eq=False, kw_only=True)
class Fold(Block):
    """A line that opens to more."""

    kind: FoldKind
    title: str = ""
    blocks: tuple[Block, ...] = ()
    index: int = 0  # among the folds of its message
    is_open_first: bool = False  # before anybody touched it
    is_open: bool = False  # as the flow that holds it shows it


@dataclass(eq=False, kw_only=True)
class Picture(Block):
    """An image of the vault; None: the export did not hold it."""

    attachment: Attachment | None
    caption: str = ""

    @property
    def copied(self) -> str:
        return f"[{self.caption or (self.attachment.name if self.attachment else '')}]"


@dataclass(eq=False, kw_only=True)
class FileLine(Block):
    """A file of the vault, or the name of one."""

    attachment: Attachment | None
    name: str
    icon: str = "file"

    @property
    def copied(self) -> str:
        return f"[{self.name}]"


@dataclass(eq=False, kw_only=True)
class Remark(Block):
    """Something said beside the message: "thought for 12 seconds", an error."""

    text: str
    icon: str = "info"

    @property
    def plain(self) -> str:
        return self.text


@dataclass(kw_only=True, eq=False)
class Prepared:
    """A message, ready to be laid out."""

    message: Message
    blocks: tuple[Block, ...]
    is_aside: bool = False  # not said by anybody: a tool's answer, a hidden prompt

    @property
    def closed(self) -> frozenset[int]:
        """Return the folds that are closed before anybody touched them."""
        blocks = [block for block, _is_folded in everything(self.blocks)]
        folds = (block for block in blocks if isinstance(block, Fold))
        return frozenset(fold.index for fold in folds if not fold.is_open_first)

    @cached_property
    def _places(self) -> dict[int, int]:
        return {id(block): at for at, (block, _) in enumerate(everything(self.blocks))}

    def place_of(self, block: Block) -> int:
        """Return the number of one of its blocks among all, also the folded ones."""
        return self._places[id(block)]

    @cached_property
    def text(self) -> str:
        """What a screen reader says: what is seen, without marks of Markdown."""
        gathered: list[str] = []
        size = 0
        for block, is_folded in everything(self.blocks):
            said = block.title if isinstance(block, Fold) else block.copied
            if said and not is_folded:
                gathered.append(said)
                size += len(said)
            if size > _SPOKEN_CHARS:
                break
        return "\n".join(gathered)[:_SPOKEN_CHARS]


def flow(blocks: tuple[Block, ...], turned: frozenset[int] = frozenset()) -> list[Block]:
    """Return the blocks that are seen, one under the other; *turned* folds were touched."""
    seen: list[Block] = []
    for block in blocks:
        seen.append(block)
        if isinstance(block, Fold):
            block.is_open = block.is_open_first ^ (block.index in turned)
            if block.is_open:
                seen += flow(block.blocks, turned)
    return seen


def whole_text(blocks: tuple[Block, ...]) -> str:
    """Return the text of all blocks, also of what is folded."""
    said = (
        f"{block.title}:" if isinstance(block, Fold) else block.copied
        for block, _is_folded in everything(blocks)
    )
    return "\n\n".join(filter(None, said))


def everything(blocks: tuple[Block, ...], is_folded: bool = False) -> list[tuple[Block, bool]]:
    """Return all blocks, and whether each lies in something that folds."""
    found: list[tuple[Block, bool]] = []
    for block in blocks:
        found.append((block, is_folded))
        if isinstance(block, Fold):
            found += everything(block.blocks, is_folded or not block.is_open_first)
    return found


def marked_text(paragraph: Paragraph) -> str:
    """Return a paragraph as it is copied: with the mark of an item, formulas as written."""
    mark = ""
    if paragraph.is_item:
        mark = "• " if paragraph.number is None else f"{paragraph.number}. "
    tex = "".join(run.target if run.style & FORMULA else run.text for run in paragraph.runs)
    return "  " * max(0, paragraph.lists - 1) + mark + tex
