"""Pages of suggestions. This is their table of contents; each group of views has a module."""

from __future__ import annotations

from flask import Blueprint

from storybank.suggest.views_answers import (
    change,
    confirm,
    decline,
    not_now,
    one,
    similar,
    undo,
)
from storybank.suggest.views_beside import first_pass_done, part, set_settings, settings
from storybank.suggest.views_figures import (
    figures,
    figures_chances,
    figures_code,
    figures_learning,
    figures_people,
)
from storybank.suggest.views_help import (
    codebook_help,
    codebook_help_code,
    help_bring_back,
    help_put_aside,
)
from storybank.suggest.views_queue import answer_together, on_story, queue, read_together
from storybank.suggest.views_sample import sample, sample_draw, sample_save, sample_skip

bp = Blueprint(
    "suggest",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/suggestions/static",
)
ID = "<int(max=2147483647):{}>"
STORY, ONE = ID.format("story_id"), ID.format("suggestion_id")

bp.get("/suggestions")(queue)
bp.get("/suggestions/together")(read_together)
bp.post("/suggestions/together")(answer_together)
bp.get("/suggestions/settings")(settings)
bp.post("/suggestions/settings")(set_settings)
bp.get(f"/suggestions/story/{STORY}")(on_story)
bp.get(f"/suggestions/story/{STORY}/_part")(part)
bp.post(f"/suggestions/story/{STORY}/first-pass")(first_pass_done)
bp.get(f"/suggestions/{ONE}")(one)
bp.get(f"/suggestions/{ONE}/similar")(similar)
bp.post(f"/suggestions/{ONE}/confirm")(confirm)
bp.post(f"/suggestions/{ONE}/change")(change)
bp.post(f"/suggestions/{ONE}/decline")(decline)
bp.post(f"/suggestions/{ONE}/not-now")(not_now)
bp.post(f"/suggestions/{ONE}/undo")(undo)

# How well suggestions do.
bp.get("/suggestions/figures")(figures)
bp.get("/suggestions/figures/chances")(figures_chances)
bp.get("/suggestions/figures/learning")(figures_learning)
bp.get("/suggestions/figures/people")(figures_people)
bp.get("/suggestions/figures/code/<key>")(figures_code)

# Hints for the codebook.
bp.get("/suggestions/codebook")(codebook_help)
bp.get("/suggestions/codebook/<key>")(codebook_help_code)
bp.post("/suggestions/codebook/aside")(help_put_aside)
bp.post("/suggestions/codebook/back")(help_bring_back)

# One sentence at a time, drawn by lot.
SAMPLE = f"/suggestions/sample/{ID.format('sample_id')}"
bp.get("/suggestions/sample")(sample)
bp.post("/suggestions/sample/draw")(sample_draw)
bp.post(SAMPLE)(sample_save)
bp.post(f"{SAMPLE}/skip")(sample_skip)
