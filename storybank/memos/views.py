"""Pages of memos. This is their table of contents; each group of views has a module."""

from __future__ import annotations

from flask import Blueprint

from storybank.memos.views_acts import answer, link, remove, reopen, settle, unlink
from storybank.memos.views_list import as_csv, as_markdown, memos
from storybank.memos.views_reading import memo, part
from storybank.memos.views_writing import edit, new

bp = Blueprint(
    "memos",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/memos/static",
)

# Numbers that no database could hold are no page's.
NUMBER = "int(max=2147483647)"
MEMO, LINK, STORY = f"<{NUMBER}:memo_id>", f"<{NUMBER}:link_id>", f"<{NUMBER}:story_id>"

bp.get("/memos")(memos)
bp.get("/memos.csv")(as_csv)
bp.get("/memos.md")(as_markdown)
bp.route("/memos/new", methods=["GET", "POST"])(new)
bp.get(f"/memos/{MEMO}")(memo)
bp.route(f"/memos/{MEMO}/edit", methods=["GET", "POST"])(edit)
bp.post(f"/memos/{MEMO}/answers")(answer)
bp.post(f"/memos/{MEMO}/remove")(remove)
bp.post(f"/memos/{MEMO}/settle")(settle)
bp.post(f"/memos/{MEMO}/reopen")(reopen)
bp.post(f"/memos/{MEMO}/links")(link)
bp.post(f"/memos/{MEMO}/links/{LINK}/remove")(unlink)
bp.get(f"/memos/story/{STORY}")(part)
