"""A table of a chat answer, collected cell by cell and written as Markdown."""

from __future__ import annotations


class Table:
    """The rows and cells seen so far; a table inside a cell becomes text of that cell."""

    def __init__(self) -> None:
        self._rows: list[list[list[str]]] = []
        self._depth = 1

    @property
    def is_done(self) -> bool:
        """Say whether the table's own end tag was seen."""
        return self._depth == 0

    def start(self, tag: str) -> None:
        """Begin a row or a cell, or a table within."""
        if tag == "table":
            self._depth += 1
        elif self._depth > 1:
            return
        elif tag == "tr":
            self._rows.append([])
        else:
            if not self._rows:
                self._rows.append([])
            self._rows[-1].append([])

    def end(self, tag: str) -> None:
        """End a row, a cell or a table."""
        if tag == "table":
            self._depth -= 1

    def add(self, text: str) -> None:
        """Add a piece of text to the cell that is open."""
        if not self._rows:
            self._rows.append([])
        if not self._rows[-1]:
            self._rows[-1].append([])
        self._rows[-1][-1].append(" ".join(text.split()).replace("|", "\\|"))

    def markdown(self) -> str:
        """Return the table, its first row as the head, or "" if it holds no text."""
        rows = [[" ".join(cell) for cell in row] for row in self._rows if row]
        if not any(cell for row in rows for cell in row):
            return ""
        # Markdown drops cells beyond the head's, so the head is as wide as the widest row.
        width = max(len(row) for row in rows)
        head = rows[0] + [""] * (width - len(rows[0]))
        lines = [head, ["---"] * width, *rows[1:]]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)
