"""The pages that there are, in the order of the rail."""

from __future__ import annotations

from ui.analytics.page import PAGE as ANALYTICS
from ui.annotations.page import PAGE as NOTES
from ui.archives.page import PAGE as ARCHIVES
from ui.backups.page import PAGE as BACKUPS
from ui.chats.page import PAGE as CHATS
from ui.contacts.page import PAGE as CONTACTS
from ui.imports.page import PAGE as IMPORTS
from ui.merging.page import PAGE as DUPLICATES
from ui.retention.page import PAGE as RETENTION
from ui.search.page import PAGE as SEARCH
from ui.settings.page import PAGE as SETTINGS
from ui.shell.pages import Page
from ui.versions.page import PAGE as VERSIONS

BUILT_IN: tuple[Page, ...] = (
    CHATS,
    SEARCH,
    IMPORTS,
    NOTES,
    CONTACTS,
    ANALYTICS,
    BACKUPS,
    VERSIONS,
    DUPLICATES,
    ARCHIVES,
    RETENTION,
    SETTINGS,
)
