"""Pages of coding. This is their table of contents; each group of views has a module."""

from __future__ import annotations

from flask import Blueprint

from storybank.codebook.views import bp as codebook
from storybank.coding import views_recoding
from storybank.coding.views_acts import acts, redo, undo
from storybank.coding.views_changes import coding, fits, merge, nudge, set_flags, split
from storybank.coding.views_checks import checks
from storybank.coding.views_codings import code, codings, remove
from storybank.coding.views_desk import desk, put_on, rows, sentence_places
from storybank.coding.views_new_codes import put_new
from storybank.coding.views_sentences import put_on_sentences, sentences
from storybank.coding.views_shortcuts import shortcuts, turn_shortcuts
from storybank.coding.views_stories import stories
from storybank.coding.views_voices import say_who, who

bp = Blueprint(
    "coding",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/coding/static",
)

# Numbers that no database could hold are no page's.
NUMBER = "int(max=2147483647)"
STORY, CODING = f"<{NUMBER}:story_id>", f"<{NUMBER}:coding_id>"

bp.get("/stories/study")(stories)
bp.get("/desk/shortcuts")(shortcuts)
bp.post("/desk/shortcuts")(turn_shortcuts)
bp.get(f"/desk/{STORY}")(desk)
bp.get(f"/desk/{STORY}/_rows")(rows)
bp.get(f"/desk/{STORY}/_sentences")(sentence_places)
bp.get(f"/desk/{STORY}/sentences")(sentences)
bp.post(f"/desk/{STORY}/sentences")(put_on_sentences)
bp.get(f"/desk/{STORY}/codings")(codings)
# A long story holds hundreds of these addresses, so they are short.
bp.get(f"/desk/{STORY}/<{NUMBER}:paragraph>")(codings)
bp.post(f"/desk/{STORY}/codings")(put_on)
bp.post(f"/desk/{STORY}/codes")(put_new)
bp.get(f"/stories/<purpose>/{STORY}/who")(who)
bp.post(f"/stories/<purpose>/{STORY}/who")(say_who)
bp.get("/codings/checks")(checks)
bp.get(f"/codings/{CODING}")(coding)
bp.post(f"/codings/{CODING}/nudge")(nudge)
bp.post(f"/codings/{CODING}/split")(split)
bp.post(f"/codings/{CODING}/merge")(merge)
bp.post(f"/codings/{CODING}/flags")(set_flags)
bp.post(f"/codings/{CODING}/fits")(fits)
bp.post(f"/codings/{CODING}/remove")(remove)
bp.get("/acts")(acts)
bp.post("/undo")(undo)
bp.post("/redo")(redo)
bp.get("/codes/<key>")(code)

views_recoding.add_pages(codebook)
