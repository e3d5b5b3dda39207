"""Pages of this room."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint(
    "receiving", __name__, template_folder="templates", static_folder="static",
    static_url_path="/receiving/static",
)  # fmt: skip
