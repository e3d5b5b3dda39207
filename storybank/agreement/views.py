"""Pages of coding together. This is their table of contents; each group of views has a module."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint(
    "agreement",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/agreement/static",
)
