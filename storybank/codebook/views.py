"""Pages of the codebook: their table of contents. Those on which codes meet passages stand in the
room above (``coding/views_recoding.py``), and have their addresses here too."""

from __future__ import annotations

from flask import Blueprint

from storybank import web
from storybank.codebook import service
from storybank.codebook import views_codes as codes
from storybank.codebook import views_families as families
from storybank.codebook import views_proposals as proposals
from storybank.codebook import views_versions as versions
from storybank.people.login import open_to
from storybank.people.rules import Role

bp = Blueprint(
    "codebook",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/codebook/static",
)

NUMBER = "int(max=2147483647)"
BOTH = ["GET", "POST"]


@bp.get("/codebook/_about/<key>")
@open_to(Role.RESEARCHER, Role.FACILITATOR, Role.STEWARD)
def about(key: str) -> str:
    """What one code means, as a part of a page."""
    return web.render("codebook/_about.html", code=service.code(web.session(), key))


bp.route("/codebook/new", methods=BOTH)(codes.new_code)
bp.route("/codebook/<key>/edit", methods=BOTH)(codes.edit_code)
bp.route("/codebook/<key>/move", methods=BOTH)(codes.move_code)
bp.post("/codebook/<key>/shift")(codes.shift_code)
bp.route("/codebook/<key>/retire", methods=BOTH)(codes.retire)
bp.post("/codebook/<key>/bring-back")(codes.bring_back)

bp.route("/codebook/families/new", methods=BOTH)(families.new_family)
bp.route("/codebook/families/<family_key>/edit", methods=BOTH)(families.edit_family)
bp.post("/codebook/families/<family_key>/shift")(families.shift_family)
bp.post("/codebook/families/<family_key>/delete")(families.delete_family)

bp.get("/codebook/changes")(versions.history)
bp.get("/codebook/print")(versions.paper)
bp.get("/codebook/versions")(versions.all_versions)
bp.post("/codebook/versions")(versions.keep)
bp.get("/codebook/versions/compare")(versions.compare)
bp.get(f"/codebook/versions/<{NUMBER}:version_id>")(versions.version)
bp.get(f"/codebook/file/<{NUMBER}:version_id>.<any(toml, json):written>")(versions.download)
bp.post("/codebook/load")(versions.load)

IDEA = f"/codebook/proposals/<{NUMBER}:idea_id>"
bp.route("/codebook/proposals", methods=BOTH)(proposals.all_proposals)
bp.get(IDEA)(proposals.proposal)
bp.post(f"{IDEA}/remark")(proposals.remark)
bp.post(f"{IDEA}/answer")(proposals.answer)
