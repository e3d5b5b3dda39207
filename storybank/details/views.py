"""Pages of personal details. This is their table of contents; each group of views has a module."""

from __future__ import annotations

from flask import Blueprint

from storybank.details.views_check import add, answer, check, look, redo, sign, undo
from storybank.details.views_original import open_original, original, put_back, retitle
from storybank.details.views_stories import look_all, stories

bp = Blueprint(
    "details",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/details/static",
)

# Numbers that no database could hold are no page's.
STORY = "/details/<purpose>/<int(max=2147483647):story_id>"
KEPT = "/details/keep/<int(max=2147483647):story_id>"

bp.get("/details/<purpose>")(stories)
bp.post("/details/<purpose>/look")(look_all)
bp.post("/details/<purpose>/undo")(undo)
bp.post("/details/<purpose>/redo")(redo)
bp.get(STORY)(check)
bp.post(f"{STORY}/look")(look)
bp.post(f"{STORY}/answer")(answer)
bp.post(f"{STORY}/add")(add)
bp.post(f"{STORY}/sign")(sign)
bp.get(f"{KEPT}/original")(original)
bp.post(f"{KEPT}/original")(open_original)
bp.post(f"{KEPT}/put-back")(put_back)
bp.post(f"{KEPT}/title")(retitle)
