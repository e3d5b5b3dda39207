"""The collective answer: the synthesis in its parts, and the list of what people say together."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, current_app, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from storybank import web
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput
from storybank.meetings import grouping
from storybank.meetings.passages import passages
from storybank.meetings.team import meeting_for
from storybank.synthesis import answer_rules as rules
from storybank.synthesis import recommending, supporting, writing
from storybank.synthesis.answer_rules import Kind, Part, Side
from storybank.synthesis.lines import lines
from storybank.synthesis.sides import sides
from storybank.synthesis.writing import Between
from storybank.workshops.models import Workshop

Page = str | Response | tuple[str, int]
ANSWER = "/meetings/<purpose>/<int(max=2147483647):workshop_id>/answer"
for_the_team = uses(Purpose.WORKSHOP, Purpose.DECIDE, Purpose.TEACH, arg="purpose")


@for_the_team
def answer(use: Use, purpose: str, workshop_id: int) -> Page:
    """What the room said, what online said, and what all say together."""
    workshop, use = meeting_for(web.session(), use, workshop_id)
    return page(use, workshop)


@for_the_team
def write_part(use: Use, purpose: str, workshop_id: int) -> Page:
    """Write one part of the synthesis anew."""
    session, form = web.session(), request.form
    workshop, use = meeting_for(session, use, workshop_id)
    part = _part(form.get("part"))
    text = form.get("text", "")
    try:
        changed = writing.write(session, use, workshop, part, text, form.get("seen", ""))
    except BadInput as no:
        return page(use, workshop, {part.value: no.sentence}, {part.value: text}), 422
    except Between as between:
        fields = {"part": part.value, "seen": rules.seen(between.theirs)}
        send = url_for("synthesis.write_part", purpose=purpose, workshop_id=workshop_id)
        return page_between(session, workshop, between, part.heading, send, "text", fields)
    here = url_for("synthesis.answer", purpose=purpose, workshop_id=workshop_id, _anchor=part.value)
    if changed:
        web.say(f"Saved: {part.heading[0].lower()}{part.heading[1:]}.", undo=undo_at())
    else:
        web.say("Nothing changed: it says that already.", "notice")
    return redirect(here, 303)


@for_the_team
def recommend(use: Use, purpose: str, workshop_id: int) -> Page:
    """Add a resolution or a recommendation."""
    session, form = web.session(), request.form
    workshop, use = meeting_for(session, use, workshop_id)
    typed = {name: form.get(name, "") for name in ("kind", "words", "why")}
    if typed["kind"] not in set(Kind):
        return page(use, workshop, {"kind": "Choose which of the two it is."}, typed), 422
    kind = Kind(typed["kind"])
    try:
        made = recommending.add(session, use, workshop, kind, typed["words"], typed["why"])
    except BadInput as no:
        field = "why" if "the reason" in no.sentence else "words"
        return page(use, workshop, {field: no.sentence}, typed), 422
    web.say(f"Added as {kind} {made.number}. Now say what it stands on.", undo=undo_at())
    return redirect(
        url_for(
            "synthesis.recommendation", purpose=purpose, workshop_id=workshop_id,
            recommendation_id=made.id,
        ),
        303,
    )  # fmt: skip


def page(
    use: Use,
    workshop: Workshop,
    errors: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
) -> str:
    """The page, with what was typed where something is wrong with it."""
    session = web.session()
    shown = passages(session, use, workshop)
    items = {card.item_id for card in shown.cards}
    every = lines(session, workshop.id, items)
    return web.render(
        "synthesis/answer.html", use=use, workshop=workshop, errors=errors, typed=typed or {},
        parts=writing.parts(session, workshop.id), sides=sides(session, workshop), Side=Side,
        where=rules.WHERE_COUNTED, kinds=list(Kind), limit=rules.LONGEST_PART,
        of_kind={kind: [one for one in every if one.kind is kind] for kind in Kind},
        withdrawn=lines(session, workshop.id, items, removed=True),
        groups={one.id: one.name for one in grouping.groups(session, workshop.id)},
        asked=supporting.asked(session, workshop), gone=shown.gone, pieces=rules.pieces,
        has=current_app.view_functions,
        here={"purpose": workshop.use, "workshop_id": workshop.id},
    )  # fmt: skip


def page_between(
    session: Session, workshop: Workshop, between: Between, what: str, send: str, field: str,
    fields: Mapping[str, str | int],
) -> Page:  # fmt: skip
    """Both texts, where two wrote at once: what was sent stands in a form, to be sent again."""
    return web.render(
        "synthesis/between.html", workshop=workshop, between=between, what=what, send=send,
        field=field, fields=fields, here={"purpose": workshop.use, "workshop_id": workshop.id},
    ), 409  # fmt: skip


def undo_at() -> str | None:
    """Where the last act is taken back."""
    known = "synthesis.undo" in current_app.view_functions
    return url_for("synthesis.undo") if known else None


def _part(sent: str | None) -> Part:
    try:
        return Part(sent or "")
    except ValueError:
        raise BadInput("Choose which part you are writing.") from None


def add_to(bp: Blueprint) -> None:
    """Give the pages here their addresses."""
    bp.get(ANSWER)(answer)
    bp.post(f"{ANSWER}/part")(write_part)
    bp.post(f"{ANSWER}/recommend")(recommend)
