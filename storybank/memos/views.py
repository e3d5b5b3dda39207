"""Pages of memos. This is their table of contents; each group of views has a module."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint(
    "memos",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/memos/static",
)
