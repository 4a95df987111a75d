"""The pages that there are, in the order of the rail."""

from __future__ import annotations

from ui.shell.pages import Page

BUILT_IN: tuple[Page, ...] = ()
