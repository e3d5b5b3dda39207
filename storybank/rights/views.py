"""The pages of rights: for storytellers, for anybody who complains, and for stewards."""

from __future__ import annotations

from flask import Blueprint

from storybank.rights import views_complaint, views_desk, views_mine, views_steps

bp = Blueprint(
    "rights",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/rights/static",
)
# Numbers that no database could hold are no page's.
NUMBER = "int(max=2147483647)"
MINE, DESK = "/my/rights", "/steward/rights"
ONE_OF_MINE, ONE = f"{MINE}/<{NUMBER}:request_id>", f"{DESK}/<{NUMBER}:request_id>"
TASK = f"/steward/recipients/<{NUMBER}:task_id>"

for rule, view in (
    (MINE, views_mine.mine),
    (f"{MINE}/ask", views_mine.new),
    (ONE_OF_MINE, views_mine.one_of_mine),
    ("/my/everything", views_mine.everything),
    ("/complain", views_complaint.complain),
    ("/complain/sent", views_complaint.sent),
    (DESK, views_desk.desk),
    (f"{DESK}/new", views_desk.new_by_steward),
    (ONE, views_desk.request_page),
    (f"{ONE}/letter", views_desk.letter),
    ("/steward/recipients", views_desk.recipient_tasks),
):
    bp.get(rule)(view)

for rule, view in (
    (f"{MINE}/ask", views_mine.ask),
    (f"{ONE_OF_MINE}/take-back", views_mine.take_back),
    ("/complain", views_complaint.send_complaint),
    (f"{DESK}/new", views_desk.record),
    (f"{ONE}/acknowledge", views_steps.acknowledge),
    (f"{ONE}/stop-clock", views_steps.stop_clock),
    (f"{ONE}/start-clock", views_steps.start_clock),
    (f"{ONE}/extend", views_steps.extend),
    (f"{ONE}/answer", views_steps.answer),
    (f"{ONE}/sign-off", views_steps.sign_off),
    (f"{ONE}/send-back", views_steps.send_back),
    (f"{ONE}/take-back", views_steps.take_back_for_them),
    (f"{ONE}/note", views_steps.note),
    (f"{TASK}/told", views_desk.told),
    (f"{TASK}/not-told", views_desk.not_told),
):
    bp.post(rule)(view)
