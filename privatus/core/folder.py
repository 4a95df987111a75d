"""Folders: where a person keeps a chat, nested by their names, as `work/tax`.

A chat is in one folder at most: a folder says where it is, and tags say what it is about.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A folder; its name says what it lies in, its position where it stands among the others."""

    id: int
    name: str
    position: int = 0
    created_at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderCount:
    """A folder, and how many chats a list of it has; `all_conversations` also those within it."""

    folder: Folder
    conversations: int
    all_conversations: int
