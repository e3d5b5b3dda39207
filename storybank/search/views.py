"""Pages of searching. This is their table of contents; each group of views has a module."""

from __future__ import annotations

from flask import Blueprint

from storybank.search.views_api import about, api, document
from storybank.search.views_keys import keys, revoke
from storybank.search.views_results import like, marked, results
from storybank.search.views_saved import open_saved, put_back, remove, save, saved

__all__ = ["api", "bp", "marked"]

bp = Blueprint(
    "search",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/search/assets",
)

# No number in an address is larger than the database can hold.
NUMBER = "int(max=2147483647)"
ONE = f"/search/<purpose>/saved/<{NUMBER}:search_id>"

bp.get("/search/<purpose>")(results)
bp.get("/search/<purpose>/like/<place>")(like)
bp.get("/search/<purpose>/saved")(saved)
bp.post("/search/<purpose>/saved")(save)
bp.get(ONE)(open_saved)
bp.post(f"{ONE}/remove")(remove)
bp.post(f"{ONE}/put-back")(put_back)
bp.route("/me/keys", methods=["GET", "POST"])(keys)
bp.post(f"/me/keys/<{NUMBER}:search_key_id>/revoke")(revoke)
bp.get("/api")(about)
bp.get("/api/openapi.json")(document)
