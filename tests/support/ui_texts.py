"""Which words the window says, read from its code.

`python tests/support/ui_texts.py de ui/chats` prints what the German catalogue lacks of a folder,
as it belongs into the catalogue.
"""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
_SINGLE = {"_", "mark"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One text, as gettext knows it."""

    source: str
    plural: str = ""


def texts_in(path: Path) -> Iterator[Text]:
    """Yield the texts that the module at *path* gives to gettext's functions."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        said = [
            argument.value
            for argument in node.args
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        ]
        if name in _SINGLE and said:
            yield Text(source=said[0])
        elif name == "ngettext" and len(said) >= 2:
            yield Text(source=said[0], plural=said[1])


def texts_of(folder: str) -> dict[Text, str]:
    """Return the texts of *folder* of the window, each with the file where it is first said."""
    found: dict[Text, str] = {}
    for path in sorted((_ROOT / folder).rglob("*.py")):
        for text in texts_in(path):
            found.setdefault(text, path.relative_to(_ROOT).as_posix())
    return found


def _print_missing(language: str, folder: str) -> None:
    sys.path.insert(0, str(_ROOT))
    from ui.i18n import read_catalogue

    path = _ROOT / "ui" / "locale" / language / "LC_MESSAGES" / "messages.po"
    known = {
        (entry.context, entry.source) for entry in (read_catalogue(path) if path.exists() else ())
    }
    for text, place in sorted(texts_of(folder).items(), key=lambda item: (item[1], item[0].source)):
        if ("", text.source) in known:
            continue
        lines = [f"\n#: {place}"]
        lines.append(f"msgid {json.dumps(text.source, ensure_ascii=False)}")
        if text.plural:
            lines.append(f"msgid_plural {json.dumps(text.plural, ensure_ascii=False)}")
            lines += ['msgstr[0] ""', 'msgstr[1] ""']
        else:
            lines.append('msgstr ""')
        sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    _print_missing(*sys.argv[1:3])
