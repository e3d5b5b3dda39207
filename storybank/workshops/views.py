"""Pages of workshops. This is their table of contents; each group of views has a module."""

from __future__ import annotations

from flask import Blueprint

from storybank.workshops.views_packs import draw, move, pack, put_back, put_in, take_out
from storybank.workshops.views_printing import cards, print_pack
from storybank.workshops.views_workshops import (
    audience,
    new_pack,
    new_workshop,
    workshop,
    workshops,
)

bp = Blueprint(
    "workshops", __name__, template_folder="templates", static_folder="static",
    static_url_path="/workshops/static",
)  # fmt: skip

bp.get("/workshops")(workshops)
bp.route("/workshops/new", methods=["GET", "POST"])(new_workshop)
bp.get("/workshops/<int:workshop_id>")(workshop)
bp.route("/workshops/<int:workshop_id>/audience", methods=["GET", "POST"])(audience)
bp.route("/workshops/<int:workshop_id>/packs/new", methods=["GET", "POST"])(new_pack)
bp.get("/packs/<purpose>/<int:pack_id>")(pack)
bp.get("/packs/<purpose>/<int:pack_id>/draw")(draw)
bp.post("/packs/<purpose>/<int:pack_id>/draw")(put_in)
bp.post("/packs/<purpose>/<int:pack_id>/move")(move)
bp.post("/packs/<purpose>/<int:pack_id>/take-out")(take_out)
bp.post("/packs/<purpose>/<int:pack_id>/put-back")(put_back)
bp.post("/packs/<purpose>/<int:pack_id>/print")(print_pack)
bp.get("/packs/<purpose>/<int:pack_id>/cards")(cards)
