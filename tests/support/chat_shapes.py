"""Records of ChatGPT, Claude, Mistral, DeepSeek and Grok with all that their importers know."""

from __future__ import annotations

import json

from privatus.core.conversation import Json
from support.chatgpt_records import START_S, answered, node, parts, said, text, told, tree

CITATION = "\ue200cite\ue202turn0search1\ue201"
CHATGPT = tree(
    node("root", None, children=["s"]),
    node("s", "root", said("s", "", author={"role": "system"}, weight=0.0), children=["u"]),
    node("u", "s", said("u", {"content_type": "user_editable_context", "user_profile": "I"})),
    node(
        "q",
        "u",
        said(
            "q",
            parts(
                {"content_type": "image_asset_pointer", "asset_pointer": "sediment://file_1"},
                {"content_type": "audio_transcription", "text": "Why?"},
                {
                    "content_type": "real_time_user_audio_video_asset_pointer",
                    "audio_asset_pointer": {"asset_pointer": "sediment://file_2"},
                    "frames_asset_pointers": ["sediment://file_3"],
                },
                "Why?",
            ),
            1,
            metadata={"attachments": [{"id": "file_1", "name": "a.png", "size": 1}]},
        ),
    ),
    node(
        "t",
        "q",
        answered("t", {"content_type": "thoughts", "thoughts": [{"summary": "S", "content": "c"}]}),
    ),
    node(
        "c",
        "t",
        answered(
            "c",
            {"content_type": "code", "language": "json", "text": '{"name": "n", "content": "c"}'},
            2,
            recipient="canmore.create_textdoc",
        ),
    ),
    node(
        "o",
        "c",
        told(
            "o",
            "python",
            {"content_type": "execution_output", "text": "2"},
            metadata={
                "aggregate_result": {
                    "messages": [{"message_type": "image", "image_url": "file-service://file-4"}]
                }
            },
        ),
    ),
    node(
        "w",
        "o",
        told("w", "web", {"content_type": "tether_quote", "url": "u", "title": "t", "text": "q"}),
    ),
    node(
        "x",
        "w",
        told(
            "x",
            "computer",
            {
                "content_type": "computer_output",
                "screenshot": {"asset_pointer": "sediment://file_5"},
                "state": {"title": "t"},
            },
        ),
    ),
    node(
        "a",
        "x",
        answered(
            "a",
            text(f"So {CITATION} 【1†source】 [f](sandbox:/mnt/data/f.csv)"),
            START_S,
            metadata={
                "model_slug": "gpt-5",
                "citations": [
                    {
                        "start_ix": 1,
                        "metadata": {"url": "https://u", "extra": {"cited_message_idx": 1}},
                    }
                ],
                "content_references": [
                    {"matched_text": CITATION, "items": [{"title": "t", "url": "https://u"}]}
                ],
            },
        ),
    ),
)
CHATGPT_BESIDE: dict[str, Json] = {
    "user.json": {"id": "user-1"},
    "message_feedback.json": [{"id": "a", "conversation_id": "c-1", "rating": "thumbsUp"}],
    "shared_conversations.json": [{"id": "s", "conversation_id": "c-1"}],
    "group_chats.json": {"chats": []},
    "export_manifest.json": {"logical_files": {"conversations.json": {"files": ["x"]}}},
    "conversation_asset_file_names.json": {"file_1.dat": "a.png"},
    "library_files.json": [
        {
            "id": {"id": "l"},
            "file_id": "file_6",
            "file_name": "f.csv",
            "origination_thread_id": "c-1",
        }
    ],
}
_IMAGE_CARD = {"id": "k", "image_chunk": {"imageUuid": "i", "imageUrl": "u/i.png", "progress": 100}}
CLAUDE = [
    {
        "uuid": "c-1",
        "name": "A chat",
        "created_at": "2026-01-02T10:00:00Z",
        "account": {"uuid": "u-1"},
        "project": {"uuid": "p", "name": "P"},
        "current_leaf_message_uuid": "b",
        "chat_messages": [
            {
                "uuid": "a",
                "sender": "human",
                "text": "Why?",
                "content": [
                    {"type": "text", "text": "Why?", "citations": [{"url": "u", "title": "t"}]}
                ],
                "created_at": "2026-01-02T10:00:00Z",
                "attachments": [{"file_name": "a.txt", "extracted_content": "x", "file_size": 1}],
                "files": [{"file_uuid": "f", "file_name": "a.png"}],
                "parent_message_uuid": "00000000-0000-4000-8000-000000000000",
            },
            {
                "uuid": "b",
                "sender": "assistant",
                "content": [
                    {"type": "thinking", "thinking": "Hm", "summaries": [{"summary": "S"}]},
                    {
                        "type": "tool_use",
                        "id": "t",
                        "name": "artifacts",
                        "input": {"command": "create", "id": "d", "content": "Hi", "title": "T"},
                    },
                    {
                        "type": "tool_use",
                        "name": "artifacts",
                        "input": {"command": "update", "id": "d", "old_str": "H", "new_str": "h"},
                    },
                    {
                        "type": "tool_result",
                        "tool_use_id": "t",
                        "content": [
                            {"type": "text", "text": "ok"},
                            {"type": "knowledge", "title": "K", "url": "u"},
                            {"type": "image", "source": {"data": "aGk="}},
                            {"type": "local_resource", "file_path": "/a"},
                        ],
                    },
                    {"type": "text", "text": '<antArtifact identifier="x">y</antArtifact>'},
                    {"type": "voice_note", "text": "v"},
                    {"type": "flag", "flag": "f"},
                ],
                "created_at": "2026-01-02T10:00:01Z",
                "parent_message_uuid": "a",
            },
        ],
    },
    {
        "uuid": "p-1",
        "name": "P",
        "prompt_template": "x",
        "docs": [{"filename": "a", "content": "b"}],
    },
    {
        "account_uuid": "u",
        "project_memories": {"p": "m"},
        "memory_files": [{"path": "/a", "content": "b"}],
    },
    {
        "uuid": "d-1",
        "project": {"name": "P"},
        "messages": [
            {
                "uuid": "m",
                "role": "assistant",
                "content": {
                    "content": "x",
                    "contentBlocks": [
                        {"type": "tool_call", "toolCall": {"name": "n", "input": {}}}
                    ],
                    "attachments": [{"name": "n", "content": "c"}],
                },
            }
        ],
    },
]
MISTRAL = [
    {
        "id": name,
        "chatId": "c-1",
        "role": "user",
        "content": "Why?",
        "contentChunks": [
            {"type": "text", "text": "Why?"},
            {"type": "reference", "referenceIds": [1]},
            {"type": "tool_call", "name": "n", "publicArguments": "{}", "publicResult": None},
            {"type": "image_url", "imageUrl": "data:image/png;base64,aGk="},
        ],
        "createdAt": "2026-01-02T10:00:00Z",
        "canvas": [{"title": "t", "content": "c"}],
        "quotes": [{"text": "q"}],
        "files": [{"type": "image", "name": "a.png"}],
    }
    for name in ("a", "b")
]
DEEPSEEK = [
    {
        "id": "c-1",
        "title": "A chat",
        "inserted_at": "2026-01-02T10:00:00+08:00",
        "mapping": {
            "root": {"id": "root", "parent": None, "children": ["1"], "message": None},
            "1": {
                "id": "1",
                "parent": "root",
                "children": ["2"],
                "message": {
                    "files": [{"file_name": "a"}],
                    "model": "m",
                    "inserted_at": "2026-01-02T10:00:00+08:00",
                    "fragments": [
                        {"type": "REQUEST", "content": "Why?"},
                        {
                            "type": "SEARCH",
                            "content": None,
                            "results": [{"url": "u", "title": "t"}],
                        },
                    ],
                },
            },
            "2": {"id": "2", "parent": "1", "message": {"role": "ASSISTANT", "content": "So."}},
        },
    }
]
GROK = {
    "conversations": [
        {
            "conversation": {
                "id": "c",
                "user_id": "u",
                "leaf_response_id": "b",
                "asset_ids": ["i"],
            },
            "responses": [
                {
                    "response": {
                        "_id": "a",
                        "sender": "human",
                        "message": 'Why?<grok:render card_id="k"></grok:render>',
                        "create_time": {"$date": {"$numberLong": "1767348000000"}},
                        "file_attachments": ["i"],
                        "card_attachments_json": [json.dumps(_IMAGE_CARD)],
                    },
                    "share_link": None,
                },
                {
                    "response": {
                        "_id": "b",
                        "parent_response_id": "a",
                        "sender": "grok-4",
                        "message": "So.",
                        "thinking_trace": "Hm",
                        "steps": [
                            {"tagged_text": {"header": "h"}, "tool_usage_results": [{"a": 1}]}
                        ],
                        "web_search_results": [{"url": "u", "title": "t", "preview": "p"}],
                        "cited_web_search_results": [{"url": "u"}],
                        "generated_image_urls": ["u"],
                        "error": {"a": 1},
                    }
                },
            ],
        }
    ],
    "projects": [{"workspace_id": "w", "name": "P", "conversation_starters": ["s"]}],
    "tasks": [{"task_id": "t"}],
    "media_posts": [{"id": "m", "original_prompt": "p", "media_type": "image"}],
}
