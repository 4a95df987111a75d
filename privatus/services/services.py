"""All that a person can do with an open vault: one attribute a service."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from privatus.search.index import Index
from privatus.services.after_import import AfterImport
from privatus.services.analytics import AnalyticsService
from privatus.services.annotations import AnnotationService
from privatus.services.archiving.archives import ArchiveService
from privatus.services.audit import AuditService
from privatus.services.backups.proving import OpenVault
from privatus.services.backups.service import BackupService
from privatus.services.contact_files import ContactFileService
from privatus.services.contacts import ContactService
from privatus.services.conversations import ConversationService
from privatus.services.direct_notes import DirectNotes
from privatus.services.duplicates import DuplicateService
from privatus.services.editing import EditingService
from privatus.services.exports import ExportService
from privatus.services.folders import FolderService
from privatus.services.identity import IdentityService
from privatus.services.import_preview import ImportPreviewService
from privatus.services.imports import ImportService
from privatus.services.integrity import IntegrityService
from privatus.services.journal.journal import JournalService
from privatus.services.listing import ListingService
from privatus.services.marks import MarkService
from privatus.services.merging import MergeService
from privatus.services.pages import PageService
from privatus.services.passwords import PasswordService
from privatus.services.purging import PurgeService
from privatus.services.related import RelatedService
from privatus.services.retention.carrying_out import CarryingOut
from privatus.services.retention.retention import RetentionService
from privatus.services.saved_searches import SavedSearchService
from privatus.services.search import SearchService
from privatus.services.splitting import SplitService
from privatus.services.statistics import StatisticsService
from privatus.services.summaries import SummaryService
from privatus.services.tags import TagService
from privatus.services.titles import TitleService
from privatus.services.trash import TrashService
from privatus.services.versions import VersionService
from privatus.storage.database import Database
from privatus.storage.store import Store
from privatus.vault.keys import Keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What services are made of."""

    store: Store
    index: Index | None  # None: open for reading only
    index_reader: Database
    keys: Keys
    folder: Path
    repairs: list[str]
    warnings: list[str]
    open_vault: OpenVault  # another one, for a restore drill


class Services:
    """The services of a vault that is open."""

    def _make_services(self, parts: Parts) -> None:
        store, index = parts.store, parts.index
        self.import_previews = ImportPreviewService(store)
        self.conversations = ConversationService(store, index)
        self.versions = VersionService(store, index)
        self.editing = EditingService(store, index, self.versions)
        self.titles = TitleService(store, self.editing)
        self.listing = ListingService(store)
        self.marks = MarkService(store)
        self.folders = FolderService(store)
        self.search = SearchService(store, parts.index_reader)
        self.tags = TagService(store, self.search)
        self.annotations = AnnotationService(store, self.search)
        self.merging = MergeService(store, index)
        self.splitting = SplitService(store, index, self.versions)
        self.duplicates = DuplicateService(store)
        self.summaries = SummaryService(store)
        self.related = RelatedService(self.search)
        self.imports = ImportService(
            store, index, AfterImport(self.tags.rules, self.merging.updates)
        )
        self.saved_searches = SavedSearchService(store)
        self.pages = PageService(store)
        self.exports = ExportService(store, self.conversations, self.search)
        self._make_keeping(parts)
        self.analytics = AnalyticsService(store, self.search)
        self.statistics = StatisticsService(store, parts.folder)
        self.integrity = IntegrityService(
            store, parts.keys, index, parts.folder, parts.repairs, parts.warnings
        )
        self.identity = IdentityService(store)
        self.notes = DirectNotes(store, index, self.conversations)
        self.contacts = ContactService(store, self.notes)
        self.contact_files = ContactFileService(store)
        self.passwords = PasswordService(store, parts.keys, parts.folder)
        self.audit = AuditService(store)
        self.journal = JournalService(store)
        self.backups = BackupService(store, parts.keys, parts.folder, parts.open_vault, index)

    def _close_services(self) -> None:
        """End what services hold open, whatever one of them raises."""
        with ExitStack() as closing:
            closing.callback(self.search.close)
            if "backups" in vars(self):
                closing.callback(self.backups.browsing.close)

    def _make_keeping(self, parts: Parts) -> None:
        """Make the services that take something out of the database."""
        store, index = parts.store, parts.index
        self.purging = PurgeService(store, index, parts.folder)
        self.trash = TrashService(store, self.purging)
        self.archives = ArchiveService(store, index, parts.folder, self.search)
        self.retention = RetentionService(
            store,
            CarryingOut(
                store=store,
                index=index,
                archives=self.archives,
                purging=self.purging,
                editing=self.editing,
            ),
        )
