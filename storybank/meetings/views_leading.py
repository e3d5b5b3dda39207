"""Addresses of the pages from which a workshop is planned, led and looked at."""

from __future__ import annotations

from flask import Blueprint

from storybank.meetings import (
    views_groups,
    views_moderation,
    views_prompts,
    views_rehearsal,
    views_stage,
    views_undoing,
    views_wall,
    views_watch,
)

# No number in an address is larger than the database can hold.
NUMBER = "int(max=2147483647)"
PLAN = f"/workshops/<{NUMBER}:workshop_id>"
LIVE = f"/meetings/<purpose>/<{NUMBER}:workshop_id>"


def add_to(bp: Blueprint) -> None:
    """Give these pages their addresses."""
    both = ["GET", "POST"]
    add = bp.add_url_rule
    bp.route(f"{PLAN}/groups", methods=both)(views_groups.plan_groups)
    for end in ("groups/new", f"groups/<{NUMBER}:group_id>"):
        bp.route(f"{PLAN}/{end}", methods=both)(views_groups.plan_group)
    bp.route(f"{PLAN}/prompts", methods=both)(views_prompts.plan_prompts)
    for end in ("parts/new", f"parts/<{NUMBER}:segment_id>"):
        bp.route(f"{PLAN}/{end}", methods=both)(views_prompts.plan_part)
    for end in ("prompts/new", f"prompts/<{NUMBER}:prompt_id>"):
        bp.route(f"{PLAN}/{end}", methods=both)(views_prompts.plan_prompt)
    add(f"{LIVE}/stage", "stage", views_stage.stage_page)
    add(f"{LIVE}/stage/now", "poll_stage", views_stage.poll_stage)
    bp.post(f"{LIVE}/stage/act")(views_stage.act)
    bp.post(f"{LIVE}/stage/observers")(views_stage.observers)
    bp.post(f"{LIVE}/stage/fill")(views_rehearsal.fill)
    add(f"{LIVE}/wall", "wall", views_wall.wall_page)
    add(f"{LIVE}/wall/now", "poll_wall", views_wall.poll_wall)
    bp.get(f"{LIVE}/code")(views_wall.code_qr)
    bp.get(f"{LIVE}/moderation")(views_moderation.moderation)
    bp.post(f"{LIVE}/moderation")(views_moderation.decide)
    bp.get(f"{LIVE}/moderation/log")(views_moderation.moderation_log)
    bp.route(f"{LIVE}/moderation/policy", methods=both)(views_moderation.policy)
    bp.post("/workshops/undo")(views_undoing.undo)
    bp.post("/workshops/redo")(views_undoing.redo)
    bp.get("/watch/<token>")(views_watch.watch)
    bp.get("/watch/<token>/now")(views_watch.poll_watch)
