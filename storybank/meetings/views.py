"""Pages of live workshops. This is their table of contents; each group of views has a module."""

from __future__ import annotations

from flask import Blueprint

from storybank.meetings import views_leading, views_notes, views_sheets
from storybank.meetings.views_joining import join, leave, left, my_seat
from storybank.meetings.views_mine import (
    bring_back_answer,
    edit_answer,
    hide_answer,
    my_answers,
    tell_yours,
)
from storybank.meetings.views_seat import poll_seat, seat, seat_answers, seat_question, send

bp = Blueprint(
    "meetings", __name__, template_folder="templates", static_folder="static",
    static_url_path="/meetings/static",
)  # fmt: skip

# No number in an address is larger than the database can hold.
NUMBER = "int(max=2147483647)"

# Those who take part, without an account.
QUESTION = f"/seat/questions/<{NUMBER}:prompt_id>"
ANSWER = "/seat/answers/<uuid:response_id>"

bp.route("/join", methods=["GET", "POST"])(join)
bp.route("/join/<join_code>", methods=["GET", "POST"])(join)
bp.get("/left")(left)
bp.get("/seat")(seat)
bp.get("/seat/now")(poll_seat)
bp.get(QUESTION)(seat_question)
bp.get(f"{QUESTION}/answers")(seat_answers)
bp.post(f"{QUESTION}/answer")(send)
bp.get("/seat/answers")(my_answers)
bp.route(f"{ANSWER}/edit", methods=["GET", "POST"])(edit_answer)
bp.post(f"{ANSWER}/hide")(hide_answer)
bp.post(f"{ANSWER}/bring-back")(bring_back_answer)
bp.route("/seat/me", methods=["GET", "POST"])(my_seat)
bp.route("/seat/leave", methods=["GET", "POST"])(leave)
bp.get("/seat/your-story")(tell_yours)

# Those who plan, lead and look on.
views_leading.add_to(bp)

# Those who write down what others say, or type in what they wrote on paper.
for notes in (views_notes, views_sheets):
    notes.add_to(bp, f"/meetings/<purpose>/<{NUMBER}:workshop_id>")
