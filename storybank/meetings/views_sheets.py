"""Typing in sheets that came back on paper: one form a sheet, the next in one press."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

from flask import Blueprint, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from storybank import web
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput, Conflict
from storybank.meetings import noted, noting, sheets, team
from storybank.meetings.agenda import Agenda, agenda
from storybank.meetings.answer_rules import Stance
from storybank.meetings.grouping import groups
from storybank.meetings.models import Prompt
from storybank.meetings.note_forms import answers_from
from storybank.meetings.noted import Entry
from storybank.meetings.sheets import Same, Twice
from storybank.web.jinja import plural
from storybank.workshops.models import Workshop

Page = str | Response | tuple[str, int]
for_the_team = uses(Purpose.WORKSHOP, Purpose.DECIDE, Purpose.TEACH, arg="purpose")


@for_the_team
def type_sheets(use: Use, purpose: str, workshop_id: int) -> Page:
    """The form for the next sheet, and the sheets typed in so far."""
    session = web.session()
    workshop, _ = team.meeting_for(session, use, workshop_id)
    typed = {"group": request.args.get("group", ""), "part": request.args.get("part", "")}
    return _page(session, use, workshop, typed)


@for_the_team
def keep_sheet(use: Use, purpose: str, workshop_id: int) -> Page:
    """Keep the answers of one sheet, and go on to the next."""
    session, form = web.session(), request.form
    workshop, _ = team.meeting_for(session, use, workshop_id)
    typed = dict(form.items())
    same = next((one for one in Same if one == form.get("same")), None)
    field = "sheet"
    try:
        number = noted.clean_sheet(form.get("sheet", ""))
        form_id = noted.id_of(form.get("form", ""))
        sent: list[Entry] = []
        for prompt in _asked(agenda(session, workshop_id), typed):
            entry = _entry(form, form_id, prompt)
            if entry is not None:
                field = f"text-{prompt.id}"
                noting.check(prompt, entry)
                sent.append(entry)
        field = "sheet"
        kept_as, kept = sheets.enter(session, use, workshop_id, number, sent, same)
    except Twice as before:
        return _page(session, use, workshop, typed, before=before), before.status
    except (BadInput, Conflict) as no:
        return _page(session, use, workshop, typed, {field: no.sentence}), no.status
    web.say(
        f"Sheet {kept_as} is kept: {plural(len(kept), 'answer')}.",
        undo=url_for("meetings.take_back_note", purpose=purpose, workshop_id=workshop_id),
        fields={"ids": ",".join(one.id for one in kept), "sheet": "1"}, label="Take it back",
    )  # fmt: skip
    more: dict[str, Any] = {key: typed[key] for key in ("group", "part") if typed.get(key)}
    return redirect(_here(workshop, **more), 303)


def _page(
    session: Session, use: Use, workshop: Workshop, typed: Mapping[str, str],
    errors: Mapping[str, str] | None = None, before: Twice | None = None,
) -> str:  # fmt: skip
    plan = agenda(session, workshop.id)
    listed = sheets.typed(session, use, workshop.id)
    here = {"purpose": use.purpose.value, "workshop_id": workshop.id}
    return web.render(
        "meetings/sheets.html", workshop=workshop, here=here, plan=plan,
        asked=_asked(plan, typed), part=_part(plan, typed), groups=groups(session, workshop.id),
        typed=typed, errors=errors, before=before, stances=list(Stance),
        fresh=typed.get("form") if errors or before else str(uuid4()), listed=listed,
        missing=sheets.missing(listed), following=typed.get("sheet", sheets.next_number(listed)),
        takes=workshop.status != "draft" and workshop.wiped_at is None,
    )  # fmt: skip


def _part(plan: Agenda, typed: Mapping[str, str]) -> int:
    """The part of the plan whose questions are on the sheet; 0 for all questions."""
    parts = {str(line.segment.id): line.segment.id for line in plan.lines if line.segment}
    return parts.get(typed.get("part", ""), 0)


def _asked(plan: Agenda, typed: Mapping[str, str]) -> Sequence[Prompt]:
    part = _part(plan, typed)
    return [one for one in plan.prompts if not part or one.segment_id == part]


def _entry(form: Mapping[str, str], form_id: str, prompt: Prompt) -> Entry | None:
    """What stands on the sheet for one question; None where nothing does."""
    group, text = form.get("group", ""), form.get(f"text-{prompt.id}", "")
    said: dict[str, Any] = answers_from(form, prompt.id)
    if not text.strip() and not any(said.values()):
        return None
    entry = Entry(
        id=noted.id_on_sheet(form_id, prompt.id), prompt_id=prompt.id, text=text,
        may_quote=form.get("may_quote") == "yes", **said,
    )  # fmt: skip
    short = group.isascii() and group.isdigit() and len(group) < 10
    return replace(entry, group_id=int(group) if short else None)


def _here(workshop: Workshop, **more: Any) -> str:
    return url_for("meetings.sheets", purpose=workshop.use, workshop_id=workshop.id, **more)


def add_to(bp: Blueprint, live: str) -> None:
    """Give the pages here their addresses below a workshop's own."""
    bp.get(f"{live}/sheets", endpoint="sheets")(type_sheets)
    bp.post(f"{live}/sheets")(keep_sheet)
