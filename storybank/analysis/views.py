"""Pages of queries, tables and pictures: their table of contents; each group has a module."""

from __future__ import annotations

from flask import Blueprint

from storybank.analysis.views_framework import (
    cell,
    change_framework,
    framework,
    frameworks,
    new_framework,
    remove_framework,
)
from storybank.analysis.views_lines import code_lines, over_time, story_line
from storybank.analysis.views_pictures import by_attribute, links, of_codes, pictures, together
from storybank.analysis.views_queries import (
    build,
    queries,
    query_help,
    remove_query,
    save_query,
    saved_query,
)

bp = Blueprint(
    "analysis",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/analysis/static",
)

# Numbers that no database could hold are no page's.
NUMBER = "int(max=2147483647)"
QUERY = f"<{NUMBER}:query_id>"

bp.get("/queries")(queries)
bp.get("/queries/build")(build)
bp.get("/queries/help")(query_help)
bp.post("/queries/saved")(save_query)
bp.route(f"/queries/saved/{QUERY}", methods=["GET", "POST"])(saved_query)
bp.post(f"/queries/saved/{QUERY}/remove")(remove_query)

bp.get("/pictures")(pictures)
bp.add_url_rule("/pictures/frequencies", "frequencies", of_codes)
bp.get("/pictures/together")(together)
bp.add_url_rule("/pictures/network", "network", links)
bp.get("/pictures/by")(by_attribute)
bp.add_url_rule("/pictures/time", "timeline", over_time)
bp.get("/pictures/lines")(code_lines)
bp.add_url_rule(f"/pictures/lines/<{NUMBER}:story_id>", "code_line", story_line)

FRAMEWORK = f"/pictures/frameworks/<{NUMBER}:framework_id>"
CELL = f"{FRAMEWORK}/<{NUMBER}:story_id>/<{NUMBER}:code_id>"

bp.get("/pictures/frameworks")(frameworks)
bp.route("/pictures/frameworks/new", methods=["GET", "POST"])(new_framework)
bp.get(FRAMEWORK)(framework)
bp.route(f"{FRAMEWORK}/change", methods=["GET", "POST"])(change_framework)
bp.post(f"{FRAMEWORK}/remove")(remove_framework)
bp.add_url_rule(CELL, "framework_cell", cell, methods=["GET", "POST"])
