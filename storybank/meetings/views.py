"""Pages of live workshops. This is their table of contents; each group of views has a module."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint(
    "meetings", __name__, template_folder="templates", static_folder="static",
    static_url_path="/meetings/static",
)  # fmt: skip

# No number in an address is larger than the database can hold.
NUMBER = "int(max=2147483647)"
