"""QR codes: for a terminal, as a picture, and square by square for who draws them."""

from __future__ import annotations

import io
from collections.abc import Sequence

from privatus.core.errors import UserError

# Light squares around a code; readers look for them.
BORDER = 4


def squares(text: str) -> Sequence[Sequence[bool]]:
    """Return the rows of the code, True where it is dark, without the border.

    Raises:
        UserError: the text is too long for a code.
    """
    return [[bool(dark) for dark in row] for row in _code(text).matrix]


def terminal(text: str) -> str:
    """Return the code as lines for a terminal, two rows in each.

    Raises:
        UserError: the text is too long for a code.
    """
    out = io.StringIO()
    _code(text).terminal(out=out, border=2, compact=True)
    return out.getvalue()


def picture(text: str, *, is_svg: bool = False, scale: int = 8) -> bytes:
    """Return the code as PNG or SVG.

    Raises:
        UserError: the text is too long for a code.
    """
    out = io.BytesIO()
    _code(text).save(out, kind="svg" if is_svg else "png", scale=scale, border=BORDER, light="#fff")
    return out.getvalue()


def _code(text: str):  # type: ignore[no-untyped-def]
    import segno

    try:
        # The least correction: what is on a screen has no scratches, and squares stay large.
        return segno.make(text, error="l", micro=False, boost_error=True)
    except segno.DataOverflowError:
        raise UserError("this is too long for a QR code; make what it says shorter") from None
