"""Pages of the steward's desk. This is their table of contents; each group has a module.

To add a group: write ``views_<noun>.py``, import its views here and give each an address.
"""

from __future__ import annotations

from flask import Blueprint

from storybank.stewardship.banner import banner
from storybank.stewardship.views_asks import ask, asks, record_answer
from storybank.stewardship.views_assist import (
    assist,
    begin_assisting,
    end_assisting,
    find_assisted,
)
from storybank.stewardship.views_assisted_story import (
    assist_story,
    record_assisted,
    resume_assisted,
    stop_assisted,
)
from storybank.stewardship.views_audit import audit
from storybank.stewardship.views_corrections import accept_correction, correction
from storybank.stewardship.views_evidence import (
    confirm_read_back,
    evidence,
    evidence_file,
    read_back,
)
from storybank.stewardship.views_holds import close_hold, holds, open_hold, review_hold
from storybank.stewardship.views_organisation import organisation, save_organisation
from storybank.stewardship.views_others import decide_other, others, register_other
from storybank.stewardship.views_papers import assisted_receipt, paper
from storybank.stewardship.views_parties import join, leave, note_on_teller, parties
from storybank.stewardship.views_publishing import (
    answer_second_look,
    compare,
    compare_set,
    publish,
    publish_set,
    second_look,
)
from storybank.stewardship.views_today import today
from storybank.stewardship.views_waiting import waiting
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

ASSISTED = f"/assist/<{NUMBER}:story_id>"
STORY = f"/steward/stories/<{NUMBER}:story_id>"
HOLD = f"/steward/holds/<{NUMBER}:hold_id>"

bp.app_context_processor(banner)
bp.get("/assist")(assist)
bp.post("/assist")(begin_assisting)
bp.post("/assist/end")(end_assisting)
bp.get("/assist/find")(find_assisted)
bp.get(f"/assist/receipts/<{NUMBER}:receipt_id>")(assisted_receipt)
bp.get(ASSISTED)(assist_story)
bp.post(ASSISTED)(record_assisted)
bp.post(f"{ASSISTED}/stop")(stop_assisted)
bp.post(f"{ASSISTED}/resume")(resume_assisted)
bp.get(f"{ASSISTED}/paper")(paper)

bp.get(f"{STORY}/people")(parties)
bp.post(f"{STORY}/people")(join)
bp.post(f"{STORY}/people/leave")(leave)
bp.post(f"{STORY}/people/note")(note_on_teller)
bp.get(f"{STORY}/others")(others)
bp.post(f"{STORY}/others")(register_other)
bp.post(f"{STORY}/others/<{NUMBER}:other_id>")(decide_other)
bp.get(f"{STORY}/evidence")(evidence)
bp.get(f"{STORY}/evidence/<{NUMBER}:evidence_id>")(evidence_file)
bp.get(f"{STORY}/read-back")(read_back)
bp.post(f"{STORY}/read-back")(confirm_read_back)

bp.get("/steward/holds")(holds)
bp.post("/steward/holds")(open_hold)
bp.post(f"{HOLD}/close")(close_hold)
bp.post(f"{HOLD}/review")(review_hold)
bp.get("/steward/waiting/<kind>")(waiting)
bp.get("/steward/asks")(asks)
bp.get(f"/steward/asks/<{NUMBER}:ask_id>")(ask)
bp.post(f"/steward/asks/<{NUMBER}:ask_id>")(record_answer)
bp.get(f"/steward/corrections/<{NUMBER}:request_id>")(correction)
bp.post(f"/steward/corrections/<{NUMBER}:request_id>")(accept_correction)
