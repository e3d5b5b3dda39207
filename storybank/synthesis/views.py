"""Pages of the collective answer. This is their table of contents; views have a module a group."""

from __future__ import annotations

from flask import Blueprint

from storybank.synthesis import (
    views_acts,
    views_answer,
    views_cluster,
    views_clusters,
    views_recommendation,
    views_report,
    views_seat,
    views_teller,
    views_telling,
)

bp = Blueprint(
    "synthesis", __name__, template_folder="templates", static_folder="static",
    static_url_path="/synthesis/static",
)  # fmt: skip

# No number in an address is larger than the database can hold.
NUMBER = "int(max=2147483647)"

for pages in (
    views_answer, views_recommendation, views_report, views_seat, views_teller, views_telling,
):  # fmt: skip
    pages.add_to(bp)

for groups in (views_clusters, views_cluster, views_acts):
    groups.add_to(bp)
