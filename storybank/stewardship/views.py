"""Pages of the steward's desk. This is their table of contents; each group has a module.

To add a group: write ``views_<noun>.py``, import its views here and give each an address.
"""

from __future__ import annotations

from flask import Blueprint

from storybank.stewardship.views_audit import audit
from storybank.stewardship.views_organisation import organisation, save_organisation
from storybank.stewardship.views_publishing import (
    answer_second_look,
    compare,
    compare_set,
    publish,
    publish_set,
    second_look,
)
from storybank.stewardship.views_today import today
from storybank.stewardship.views_wordings import (
    draft,
    drop_draft,
    save_draft,
    wording,
    wordings,
)

bp = Blueprint(
    "stewardship", __name__, template_folder="templates", static_folder="static",
    static_url_path="/static/stewardship",
)  # fmt: skip

# No number in an address is larger than the database can hold.
NUMBER = "int(max=2147483647)"
ONE = "/steward/wordings/<code>"
SECOND_LOOK = f"/steward/second-look/<{NUMBER}:proposal_id>"

bp.get("/steward")(today)
bp.get("/steward/audit")(audit)

bp.get("/steward/organisation")(organisation)
bp.post("/steward/organisation")(save_organisation)

bp.get("/steward/wordings")(wordings)
bp.get("/steward/wordings/all/publish")(compare_set)
bp.post("/steward/wordings/all/publish")(publish_set)
bp.get(ONE)(wording)
bp.get(f"{ONE}/draft")(draft)
bp.post(f"{ONE}/draft")(save_draft)
bp.post(f"{ONE}/draft/drop")(drop_draft)
bp.get(f"{ONE}/publish")(compare)
bp.post(f"{ONE}/publish")(publish)
bp.get(SECOND_LOOK)(second_look)
bp.post(SECOND_LOOK)(answer_second_look)
