"""Pages of queries, tables and pictures: their table of contents; each group has a module."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint(
    "analysis",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/analysis/static",
)
