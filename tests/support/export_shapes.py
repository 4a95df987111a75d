"""One export of each provider, small, with all that its importer knows how to read.

To be mangled by tests: whatever is wrong with such a file, an importer goes on.
"""

from __future__ import annotations

import hashlib

from privatus.core.conversation import Json
from support.chat_shapes import CHATGPT, CHATGPT_BESIDE, CLAUDE, DEEPSEEK, GROK, MISTRAL

GEMINI_PAGE = """<html><body><div class="outer-cell mdl-cell"><div class="mdl-grid">
<div class="header-cell"><p class="mdl-typography--title">Gemini Apps<br></p></div>
<div class="content-cell mdl-typography--body-1">Prompted&nbsp;Why?<br>Attached 1 file.<br>
-&nbsp; <a href="x.png">x.png</a><br>Jan 2, 2026, 3:04:05 PM CST<br><p>So <b>it</b> is</p>
<h3>H</h3><ol start="2"><li>a<ul><li>b</li></ul></li></ol><pre><code class="language-py">1
</code></pre><table><tr><th>a</th><td>b|<table><tr><td>c</td></tr></table></td></tr></table>
<blockquote>q<br>r</blockquote><img src="y.png" alt="i"><a href="https://u">l</a>&amp;&#233;</div>
<div class="content-cell mdl-typography--caption"><b>Details:</b><br>
<a href="https://gemini.google.com/app/abc123">there</a></div></div></div></body></html>"""
GEMINI_ROW = {
    "header": "Gemini Apps",
    "title": "Prompted Why?",
    "time": "2026-03-01T10:00:00Z",
    "titleUrl": "https://gemini.google.com/app/abc123",
    "products": ["Gemini Apps"],
    "safeHtmlItem": [{"html": "<p>So</p>"}],
    "subtitles": [{"name": "Attached 1 file."}, {"name": "-  x.png", "url": "x.png"}],
    "attachedFiles": ["x.png"],
    "details": [{"name": "Request", "value": "x"}],
    "userInteractions": [{"userInteraction": {"request": "{}", "response": "y"}}],
}
AISTUDIO = {
    "runSettings": {"model": "models/gemini"},
    "systemInstruction": {"parts": [{"text": "Be brief"}]},
    "chunkedPrompt": {
        "chunks": [
            {"role": "user", "text": "x", "inlineImage": {"mimeType": "image/png", "data": "AA=="}},
            {
                "role": "model",
                "text": "y",
                "createTime": "2026-03-01T10:00:00Z",
                "parts": [
                    {"text": "y", "thought": True, "thoughtSignature": "s"},
                    {"executableCode": {"language": "PYTHON", "code": "1"}},
                    {"codeExecutionResult": {"outcome": "OK", "output": "1"}},
                ],
                "grounding": {"groundingSources": [{"title": "t", "uri": "u"}]},
                "youtubeVideo": {"id": "v"},
                "driveDocument": {"id": "d"},
            },
        ],
        "pendingInputs": [{"text": "z"}],
    },
}
WORKSPACE = {
    "title": "x",
    "conversation_turns": [
        {"user_turn": {"prompt": "x"}},
        {"system_turn": {"text": [{"data": "y", "citations": []}]}},
    ],
}
CLAUDE_ARTIFACT = {
    "id": "a-1",
    "title": "T",
    "kind": "html",
    "created_at": "2026-01-02T10:00:00Z",
    "owner_account": {"uuid": "u-1"},
    "active_version": "v-2",
    "versions": [{"id": "v-1", "created_at": "2026-01-02T10:00:00Z"}, "v-2"],
}
COPILOT = (
    'Conversation,Time,Author,Message\r\nx,2026-03-01 09:00:00,AI,"a, ""b"""\r\n'
    "x,2026-03-01 09:00:00,Human,q\r\n",
    "CreatedAt,MessageContent,Author,ChatName\r\n3/1/2026 9:00:00 +00:00,q,user,x\r\n",
    "Timestamp,ClientApp,Prompt\r\n2026-03-01T09:00:00Z,Windows,q\r\n",
)
PRIVATUS = {
    "format": "privatus-export",
    "version": 1,
    "conversations": [
        {
            "id": "6f1c1f6e-3c1d-4d52-9d0b-5b1c8f3a2e10",
            "kind": "ai",
            "source": "claude",
            "external_id": "c-1",
            "account": "a",
            "title": "A chat",
            "created_at": "2026-01-02T10:00:00.000Z",
            "updated_at": "2026-01-02T10:00:00.001Z",
            "model": "m",
            "project": "p",
            "is_archived": False,
            "is_starred": True,
            "is_missing_at_source": False,
            "tags": [],
            "annotations": [
                {
                    "message_id": None,
                    "passage": None,
                    "colour": None,
                    "text": "why",
                    "created_at": "2026-01-02T10:00:00Z",
                }
            ],
            "active_id": "6f1c1f6e-3c1d-4d52-9d0b-5b1c8f3a2e10.2",
            "metadata": {"a": [1, {"b": None}]},
            "messages": [
                {
                    "id": "6f1c1f6e-3c1d-4d52-9d0b-5b1c8f3a2e10.1",
                    "parent_id": None,
                    "role": "user",
                    "external_id": "m-1",
                    "created_at": "2026-01-02T10:00:00.000Z",
                    "author": "A",
                    "model": None,
                    "is_hidden": False,
                    "is_missing_at_source": False,
                    "parts": [
                        {"kind": "text", "text": "Why?"},
                        {"kind": "image", "text": "", "name": "n", "attachment": 0, "data": {}},
                    ],
                    "attachments": [
                        {
                            "name": "a.png",
                            "media_type": "image/png",
                            "size_bytes": 2,
                            "external_id": "f",
                            "sha256": hashlib.sha256(b"hi").hexdigest(),
                            "metadata": {},
                        }
                    ],
                    "metadata": {},
                },
                {
                    "id": "6f1c1f6e-3c1d-4d52-9d0b-5b1c8f3a2e10.2",
                    "parent_id": "6f1c1f6e-3c1d-4d52-9d0b-5b1c8f3a2e10.1",
                    "role": "assistant",
                    "external_id": "m-2",
                    "created_at": None,
                    "author": None,
                    "model": "m",
                    "is_hidden": True,
                    "is_missing_at_source": True,
                    "parts": [{"kind": "code", "text": "1", "name": "python", "url": "https://u"}],
                    "attachments": [],
                    "metadata": {"x": 1.5},
                },
            ],
        }
    ],
}
GENERIC = {
    "conversations": [
        {
            "id": "c-1",
            "title": "A chat",
            "model": "m",
            "created_at": "2026-01-02T10:00:00Z",
            "messages": [
                {"role": "system", "content": "Be brief"},
                {"role": "user", "content": "Why?", "timestamp": 1767348000},
                {
                    "role": "assistant",
                    "content": [{"type": "text", "text": "So."}, {"type": "image_url"}],
                    "reasoning_content": "Hm",
                    "tool_calls": [{"function": {"name": "n", "arguments": "{}"}}],
                },
                {"role": "tool", "content": "1", "tool_call_id": "t"},
            ],
        }
    ]
}

# By what they are: the files of an export, JSON as values, anything else as bytes.
EXPORTS: dict[str, dict[str, Json | bytes]] = {
    "chatgpt": {
        "conversations.json": [CHATGPT, {**CHATGPT, "conversation_id": "c-2"}],
        **CHATGPT_BESIDE,
        "file_1-a.png": b"\x89PNG\r\n\x1a\n and more",
    },
    "claude": {"conversations.json": CLAUDE, "users.json": [{"uuid": "u-1", "full_name": "A"}]},
    "claude artifacts": {
        "artifacts/a-1/artifact.json": CLAUDE_ARTIFACT,
        "artifacts/a-1/comments.json": [{"text": "c"}],
        "artifacts/a-1/versions/v-1/index.html": b"<p>Hi</p>",
        "artifacts/a-1/versions/v-2/index.html": b"<p>Ho</p>",
        "artifacts/a-1/versions/v-3/a.png": b"\x89PNG",
    },
    "mistral": {"chat-c-1.json": MISTRAL, "chat-c-1-files/a.png": b"\x89PNG"},
    "deepseek": {"conversations.json": DEEPSEEK, "user.json": {"user_id": "u"}},
    "grok": {
        "prod-grok-backend.json": GROK,
        "prod-mc-auth-mgmt-api.json": {"user": {"userId": "u"}},
        "prod-mc-asset-server/i/content": b"\x89PNG",
    },
    "gemini html": {
        "Takeout/My Activity/Gemini Apps/MyActivity.html": (GEMINI_PAGE * 2).encode(),
        "Takeout/My Activity/Gemini Apps/x.png": b"\x89PNG",
    },
    "gemini json": {
        "Takeout/My Activity/Gemini Apps/MyActivity.json": [GEMINI_ROW] * 3,
        "Takeout/My Activity/Gemini Apps/x.png": b"\x89PNG",
    },
    "workspace": {"conversation_1.txt": WORKSPACE},
    "aistudio": {"Takeout/Drive/Google AI Studio/My prompt": AISTUDIO},
    **{f"copilot {n}": {"activity.csv": table.encode()} for n, table in enumerate(COPILOT)},
    "privatus": {
        "privatus-export.json": PRIVATUS,
        f"files/{hashlib.sha256(b'hi').hexdigest()}": b"hi",
    },
    "generic": {"chats.json": GENERIC},
}
