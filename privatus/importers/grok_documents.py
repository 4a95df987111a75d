"""What Grok's export holds beside conversations: projects, pictures made, files that lie about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from privatus.core.conversation import Conversation, Json, PartKind, Role
from privatus.importers import values
from privatus.importers.content import Content, leftover
from privatus.importers.document import Sheet, document
from privatus.importers.grok_assets import Assets

SOURCE = "grok"


def read_project(record: Mapping[str, Json], account: str | None) -> Conversation:
    """Return a project: its description, its instructions and the questions to begin with."""
    title = values.text(record.get("name"))
    known = ("workspace_id", "name", "create_time", "modify_time", "conversation_starters")
    return document(
        source=SOURCE,
        external_id=values.text(record.get("workspace_id"))
        or values.stable_id(SOURCE, "project", title),
        account=account,
        title=title,
        project=title or None,
        created_at_ms=values.time_ms(record.get("create_time")),
        updated_at_ms=values.time_ms(record.get("modify_time")),
        sheets=_project_sheets(record),
        metadata={
            "document": "project",
            **leftover(record, *known, "description", "custom_personality"),
        },
    )


def _project_sheets(record: Mapping[str, Json]) -> Iterator[Sheet]:
    starters = map(values.text, values.sequence(record.get("conversation_starters")))
    texts = (
        ("description", Role.USER, values.text(record.get("description"))),
        ("instructions", Role.SYSTEM, values.text(record.get("custom_personality"))),
        ("conversation_starters", Role.USER, "\n".join(f"- {s}" for s in starters if s)),
    )
    for external_id, role, text in texts:
        if text:
            content = Content()
            content.add(PartKind.TEXT, text)
            yield Sheet(external_id=external_id, role=role, content=content)


def read_media(
    posts: Iterable[Mapping[str, Json]], assets: Assets, account: str | None
) -> Conversation:
    """Return what was made outside a conversation, and the files that nothing else names."""
    sheets = [_post(post, position, assets) for position, post in enumerate(posts)]
    sheets += [_file(asset_id, assets) for asset_id in assets.unused()]
    return document(
        source=SOURCE,
        external_id=values.stable_id(SOURCE, "media", account or ""),
        account=account,
        title="Media and files",
        sheets=sheets,
        metadata={"document": "media"},
    )


def _post(post: Mapping[str, Json], position: int, assets: Assets) -> Sheet:
    content = Content()
    post_id, link = values.text(post.get("id")), values.text(post.get("link"))
    prompt = values.text(post.get("original_prompt"))
    found = assets.attachment(post_id) if assets.is_held(post_id) else assets.in_url(link)
    kind = PartKind.VIDEO if post.get("media_type") == "video" else PartKind.IMAGE
    more = leftover(post, "id", "link", "original_prompt", "media_type", "create_time")
    if found is not None:
        content.attach(found, text=prompt, kind=kind, data=more)
    else:
        content.add(kind, prompt, url=link or None, data=more)
    return Sheet(
        external_id=post_id or values.stable_id("post", link, prompt, str(position)),
        role=Role.USER,
        content=content,
        created_at_ms=values.time_ms(post.get("create_time")),
    )


def _file(asset_id: str, assets: Assets) -> Sheet:
    content = Content()
    attachment = assets.attachment(asset_id)
    if attachment is not None:
        content.attach(attachment)
    return Sheet(external_id=asset_id, role=Role.USER, content=content)
