"""All importers, and which of them an export is for."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from operator import eq

from privatus.core.errors import UnreadableInputError
from privatus.importers import (
    aistudio,
    chatgpt,
    claude,
    copilot,
    deepseek,
    gemini,
    generic,
    grok,
    mistral,
    privatus_json,
)
from privatus.importers.base import Importer
from privatus.importers.export import Export, Member, nested_members
from privatus.importers.own_exports import own_format

# In this order they are asked. ChatGPT comes late: DeepSeek's conversations have a `mapping`, too,
# and an empty list could be anyone's.  The generic one comes last: it takes what has messages.
BUILT_IN: tuple[Importer, ...] = (
    privatus_json.IMPORTER,
    deepseek.IMPORTER,
    claude.IMPORTER,
    mistral.IMPORTER,
    grok.IMPORTER,
    gemini.IMPORTER,
    aistudio.IMPORTER,
    copilot.IMPORTER,
    chatgpt.IMPORTER,
    generic.IMPORTER,
)

# A folder with the folders of providers, in which a Takeout has the folders of its products.
_MAX_DEPTH = 2
# Each is looked into by every importer. Google has no more products; a Drive has more folders.
_MAX_FOLDERS = 100
# More loose files than this are one export's; each is looked into by every importer.
_MAX_LOOSE = 200
# An official export, unpacked, holds one of these.
_OF_ACCOUNT = frozenset({"user.json", "users.json", "export_manifest.json", "chat.html"})


def find(export: Export) -> Importer:
    """Return the importer that recognises *export* by its content.

    Raises:
        UnreadableInputError: none does.
    """
    importer = _recogniser(export)
    if importer is not None:
        return importer
    if own := own_format(export):
        raise UnreadableInputError(
            f"{export.name} is an export of Privatus as {own}; only one as JSON can be imported"
        )
    raise UnreadableInputError(
        f"{export.name} is not an export that Privatus knows; it reads those of {_known()},"
        " and plain JSON with messages of a role and a content"
    )


def readable() -> str:
    """Return whose exports are read: the end of what is said of those of others."""
    return f"it reads those of {_known()}, and plain JSON with messages of a role and a content"


def _known() -> str:
    return ", ".join(importer.label for importer in BUILT_IN if importer is not generic.IMPORTER)


def find_all(export: Export) -> list[tuple[Importer, Export]]:
    """Return every importer that *export* is for, each with the part that it reads.

    Mostly that is one, and all of it. A Takeout can hold Gemini and AI Studio, and a folder the
    exports of several providers, each in a folder, a ZIP or a file of its own.

    Raises:
        UnreadableInputError: none recognises it.
    """
    parts, rest = _collection(export) or _parts(export, export.members, _MAX_DEPTH)
    _name_packed(export)
    if not parts:
        return [(find(export), export)]
    importers: list[Importer] = [i for i in BUILT_IN if i.source in parts]
    if len(importers) == 1:
        return [(importers[0], export)]
    # Uploads lie loose beside ChatGPT's conversations; the others' name what is theirs.
    keeper: Importer = chatgpt.IMPORTER if chatgpt.IMPORTER in importers else importers[0]
    parts[keeper.source] += rest
    exports = [export.part(parts[importer.source]) for importer in importers]
    # Said once, by who reads first.
    exports[0].problems += export.problems
    return list(zip(importers, exports, strict=True))


def _collection(export: Export) -> tuple[dict[str, list[Member]], list[Member]] | None:
    """Part a folder in which exports of several providers lie loose, as files or ZIPs.

    Where no export lies loose, the folders in it may be what a person keeps ZIPs in.
    None if it holds those of one provider at most: then what lies beside them may be theirs.
    """
    if not export.is_folder:
        return None
    loose, folders = _by_folder(export.members)
    found, rest = _by_owner(export, loose)
    kept = [] if found or len(folders) > _MAX_FOLDERS else folders
    # A ZIP beside other files may be what was uploaded to a chat.
    near = [member for folder in kept if all(map(_is_zip, folder)) for member in folder]
    zips = {m.path: inside for m in rest + near if (inside := _inside(export, m))}
    if len(found) < 2 and not zips:
        return None
    rest = [member for member in rest if member.path not in zips]
    is_official = _is_official(loose)
    for member in rest:
        is_json = member.name.lower().endswith(".json") and not is_official
        if _is_zip(member) or is_json:
            export.problems.append((member.path, "it is no export that Privatus knows"))
    export.members = [m for member in export.members for m in zips.get(member.path, [member])]
    unpacked = ([m for m in folder if m.path not in zips] for folder in folders)
    # Each ZIP by itself: what lies beside it may be of another provider.
    for folder in [*zips.values(), *filter(None, unpacked)]:
        inner, unknown = _parts(export, folder, _MAX_DEPTH - 1)
        for source, known in inner.items():
            found.setdefault(source, []).extend(known)
        rest += unknown
    return found, rest


def _by_owner(
    export: Export, loose: Sequence[Member]
) -> tuple[dict[str, list[Member]], list[Member]]:
    """Return loose files by the source that knows each by itself, and the others."""
    found: dict[str, list[Member]] = {}
    rest: list[Member] = []
    is_official = _is_official(loose)
    for member in loose:
        importer = None
        is_upload = chatgpt.UPLOAD.match(member.name) is not None
        # A ZIP that packs nothing looks like what is in it.
        if len(loose) <= _MAX_LOOSE and not is_upload and not _is_zip(member):
            importer = _recogniser(export.part([member]))
        # In what belongs to an account are messages, too, and an empty list could be anyone's.
        is_doubtful = (is_official and importer is generic.IMPORTER) or (
            importer is not None and member.head(64).strip() == b"[]"
        )
        importer = None if is_doubtful else importer
        if importer is None:
            rest.append(member)
        else:
            found.setdefault(importer.source, []).append(member)
    return found, rest


def _is_official(loose: Sequence[Member]) -> bool:
    return any(member.name.lower() in _OF_ACCOUNT for member in loose)


def _inside(export: Export, member: Member) -> list[Member]:
    """Return what is in a ZIP if that is somebody's export; of an upload, nothing."""
    if not _is_zip(member) or chatgpt.UPLOAD.match(member.name):
        return []
    try:
        inside = nested_members(export, member, 1)
    except UnreadableInputError as error:
        export.problems.append((member.path, str(error)))
        return []
    importer = _recogniser(export.part(inside)) if inside else None
    return [] if importer is None or importer is generic.IMPORTER else inside


def _name_packed(export: Export) -> None:
    """Say which ZIPs of a folder are exports by themselves and were left as they are."""
    if not export.is_folder:
        return
    zips = [m for m in export.members if _is_zip(m) and ".zip/" not in m.path.lower()]
    for member in zips[:_MAX_LOOSE]:
        # By itself, so that it is closed again, and what is wrong with an upload is not told.
        with Export(export.name) as looked_into:
            if _inside(looked_into, member):
                export.problems.append(
                    (member.path, "it is an export by itself and was not read; import this ZIP")
                )


def _is_zip(member: Member) -> bool:
    return member.name.lower().endswith(".zip")


def _parts(
    export: Export, members: Sequence[Member], depth: int
) -> tuple[dict[str, list[Member]], list[Member]]:
    """Return members by the source of who reads them, and those that nobody knows.

    Files are parted by folder, but not where an export lies loose beside the folders: they are
    its own, and what is in them may have been uploaded to a chat.
    """
    loose, folders = _by_folder(members)
    whole = list(members)
    # What was uploaded says nothing of whose export it is.
    own = [member for member in loose if not chatgpt.UPLOAD.match(member.name)] or loose
    importer = _recogniser(export.part(own)) if own else None
    # A JSON file of nobody's says nothing of what is in the folders.
    importer = None if importer is generic.IMPORTER else importer
    if importer is None and not (depth and 1 < len(folders) <= _MAX_FOLDERS):
        importer = _recogniser(export.part(whole))
        if importer is None:
            return {}, whole
    if importer is not None:
        return {importer.source: whole}, []
    found: dict[str, list[Member]] = {}
    rest = loose
    for folder in folders:
        inner, unknown = _parts(export, folder, depth - 1)
        for source, known in inner.items():
            found.setdefault(source, []).extend(known)
        rest += unknown
    if len(found) == 1:
        # Files that one importer alone cannot place may be what its records refer to.
        return dict.fromkeys(found, whole), []
    return found, rest


def _by_folder(members: Sequence[Member]) -> tuple[list[Member], list[list[Member]]]:
    """Return the files that lie loose, and those of each folder, below the folders of all."""
    paths = [member.path.split("/") for member in members]
    low, high = min(path[:-1] for path in paths), max(path[:-1] for path in paths)
    shared = len(list(takewhile(bool, map(eq, low, high))))
    loose: list[Member] = []
    folders: dict[str, list[Member]] = {}
    for member, path in zip(members, paths, strict=True):
        if len(path) == shared + 1:
            loose.append(member)
        else:
            folders.setdefault(path[shared], []).append(member)
    return loose, list(folders.values())


def _recogniser(export: Export) -> Importer | None:
    return next((importer for importer in BUILT_IN if importer.recognises(export)), None)
