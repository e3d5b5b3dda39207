"""Pages of coding. This is their table of contents; each group of views has a module."""

from __future__ import annotations

from flask import Blueprint

from storybank.coding.views_codings import code, codings, remove, undo
from storybank.coding.views_desk import desk, put_on, rows, sentence_places
from storybank.coding.views_sentences import put_on_sentences, sentences
from storybank.coding.views_stories import stories

bp = Blueprint(
    "coding",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/coding/static",
)

bp.get("/stories/study")(stories)
bp.get("/desk/<int:story_id>")(desk)
bp.get("/desk/<int:story_id>/_rows")(rows)
bp.get("/desk/<int:story_id>/_sentences")(sentence_places)
bp.get("/desk/<int:story_id>/sentences")(sentences)
bp.post("/desk/<int:story_id>/sentences")(put_on_sentences)
bp.get("/desk/<int:story_id>/codings")(codings)
bp.post("/desk/<int:story_id>/codings")(put_on)
bp.post("/codings/<int:coding_id>/remove")(remove)
bp.post("/undo")(undo)
bp.get("/codes/<key>")(code)
