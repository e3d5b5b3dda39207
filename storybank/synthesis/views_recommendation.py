"""One resolution or recommendation: its words, what it stands on, who is for it, who agrees."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.consent.rules import Use
from storybank.errors import BadInput, Conflict
from storybank.meetings import grouping
from storybank.meetings.passages import passages
from storybank.meetings.team import meeting_for
from storybank.synthesis import answer_rules as rules
from storybank.synthesis import evidence, recommending, signing, supporting
from storybank.synthesis.answer_rules import Counts, Says
from storybank.synthesis.lines import lines
from storybank.synthesis.sides import sides
from storybank.synthesis.views_answer import Page, for_the_team, page_between, undo_at
from storybank.synthesis.writing import Between
from storybank.workshops.models import Workshop

ONE = (
    "/meetings/<purpose>/<int(max=2147483647):workshop_id>/recommendations/"
    "<int(max=2147483647):recommendation_id>"
)
FIELDS = {Says.FOR: "for_n", Says.LIVE_WITH: "live_with_n", Says.UNSURE: "unsure_n",
          Says.AGAINST: "against_n"}  # fmt: skip


@for_the_team
def recommendation(use: Use, purpose: str, workshop_id: int, recommendation_id: int) -> Page:
    """One of them, with forms for all that can be done with it."""
    workshop, use = meeting_for(web.session(), use, workshop_id)
    return page(use, workshop, recommendation_id)


@for_the_team
def reword(use: Use, purpose: str, workshop_id: int, recommendation_id: int) -> Page:
    """Give it other words. Who agreed with the words before is asked anew."""
    session, form = web.session(), request.form
    workshop, use = meeting_for(session, use, workshop_id)
    typed = {name: form.get(name, "") for name in ("words", "why")}
    before = lines(session, workshop.id, (), ids=[recommendation_id])
    try:
        changed = recommending.reword(
            session, use, workshop, recommendation_id, typed["words"], typed["why"],
            form.get("n", 0, web.number),
        )  # fmt: skip
    except BadInput as no:
        field = "why" if "the reason" in no.sentence else "words"
        return page(use, workshop, recommendation_id, {field: no.sentence}, typed), 422
    except Between as between:
        now = recommending.current(session, recommendation_id)
        send = url_for("synthesis.reword", purpose=purpose, workshop_id=workshop_id,
                       recommendation_id=recommendation_id)  # fmt: skip
        fields: dict[str, str | int] = {"why": typed["why"], "n": now.n}
        return page_between(session, workshop, between, "its words", send, "words", fields)
    if not changed:
        web.say("Nothing changed: these are its words.", "notice")
    elif before and before[0].signed:
        web.say(
            "Saved. People agreed with the words before, so ask them again: nobody has agreed "
            "with these.", undo=undo_at(),
        )  # fmt: skip
    else:
        web.say("Saved its new words.", undo=undo_at())
    return _back(purpose, workshop_id, recommendation_id)


@for_the_team
def move_recommendation(
    use: Use, purpose: str, workshop_id: int, recommendation_id: int
) -> Response:
    """Move it up or down among its kind."""
    way = request.form.get("way", "")
    if way not in ("up", "down", "first"):
        raise BadInput("Choose whether to move it up or down.")
    return _act(
        use, purpose, workshop_id,
        lambda use, workshop: recommending.move(
            web.session(), use, workshop, recommendation_id, way
        ),
        "Moved.", f"line-{recommendation_id}",
    )  # fmt: skip


@for_the_team
def withdraw(use: Use, purpose: str, workshop_id: int, recommendation_id: int) -> Response:
    """Withdraw it."""
    return _act(
        use, purpose, workshop_id,
        lambda use, workshop: recommending.withdraw(
            web.session(), use, workshop, recommendation_id
        ),
        "Withdrawn. Those after it moved up by one.", "list",
    )  # fmt: skip


@for_the_team
def bring_back(use: Use, purpose: str, workshop_id: int, recommendation_id: int) -> Response:
    """Bring back what was withdrawn."""
    return _act(
        use, purpose, workshop_id,
        lambda use, workshop: recommending.bring_back(
            web.session(), use, workshop, recommendation_id
        ),
        "Brought back.", f"line-{recommendation_id}",
    )  # fmt: skip


@for_the_team
def choose_evidence(use: Use, purpose: str, workshop_id: int, recommendation_id: int) -> Response:
    """Say what it stands on."""
    session, form = web.session(), request.form
    workshop, use = meeting_for(session, use, workshop_id)
    changed = evidence.choose(
        session, use, workshop, recommendation_id,
        clusters=form.getlist("cluster", web.number), passages=form.getlist("item", web.number),
        shown={card.item_id for card in passages(session, use, workshop).cards},
    )  # fmt: skip
    if changed:
        web.say("Saved what it stands on.", undo=undo_at())
    else:
        web.say("Nothing changed.", "notice")
    return _back(purpose, workshop_id, recommendation_id, "evidence")


@for_the_team
def write_support(use: Use, purpose: str, workshop_id: int, recommendation_id: int) -> Page:
    """Write down how those of a group stand to it who did not say so on a phone."""
    session, form = web.session(), request.form
    workshop, use = meeting_for(session, use, workshop_id)
    group_id = form.get("group", 0, web.number)
    errors, counts = {}, {}
    for says, field in FIELDS.items():
        try:
            counts[says.value] = rules.count_of(form.get(field, ""), says.words.lower())
        except BadInput as no:
            errors[field] = no.sentence
    if not errors:
        try:
            changed = supporting.write_down(
                session, use, workshop, recommendation_id, group_id, counts=Counts.of(counts),
                minority=form.get("minority", ""), seen_n=form.get("n", 0, web.number),
                seen=form.get("seen"),
            )  # fmt: skip
        except BadInput as no:
            errors["minority"] = no.sentence
        except Conflict as no:
            errors[""] = no.sentence
    if errors:
        typed = {name: form.get(name, "") for name in (*FIELDS.values(), "minority")}
        again = page(use, workshop, recommendation_id, errors, typed, group_id)
        return again, 409 if "" in errors else 422
    if changed:
        web.say("Saved the figures of this group.", undo=undo_at())
    else:
        web.say("Nothing changed.", "notice")
    return _back(purpose, workshop_id, recommendation_id, "support")


@for_the_team
def sign(use: Use, purpose: str, workshop_id: int, recommendation_id: int) -> Response:
    """Write down that a group agrees with its words, or does not any more."""
    session, form = web.session(), request.form
    workshop, use = meeting_for(session, use, workshop_id)
    agrees = form.get("agrees") == "yes"
    changed = signing.sign(
        session, use, workshop, recommendation_id, form.get("group", 0, web.number),
        form.get("n", 0, web.number), agrees,
    )  # fmt: skip
    if changed:
        said = "The group agrees with these words." if agrees else "The group's agreement is gone."
        web.say(f"Written down: {said[0].lower()}{said[1:]}", undo=undo_at())
    else:
        web.say("Nothing changed.", "notice")
    return _back(purpose, workshop_id, recommendation_id, "agree")


def page(
    use: Use, workshop: Workshop, recommendation_id: int,
    errors: Mapping[str, str] | None = None, typed: Mapping[str, str] | None = None,
    group_id: int | None = None,
) -> str:  # fmt: skip
    """The page, with what was typed where something is wrong with it. Raises NotFound."""
    session = web.session()
    found = recommending.one(session, workshop, recommendation_id)
    shown = passages(session, use, workshop)
    [line] = lines(session, workshop.id, {card.item_id for card in shown.cards}, ids=[found.id])
    groups = grouping.groups(session, workshop.id)
    chosen = request.args.get("group", 0, web.number) if group_id is None else group_id
    group = next((one for one in groups if one.id == chosen), groups[0] if groups else None)
    return web.render(
        "synthesis/recommendation.html", use=use, workshop=workshop, line=line,
        # Nothing stands on invented words.
        cards=[card for card in shown.cards if card.place is not None],
        clusters=sides(session, workshop).clusters, errors=errors, typed=typed or {},
        history=recommending.history(session, found.id), groups=groups,
        names={one.id: one.name for one in groups}, pieces=rules.pieces, fields=FIELDS,
        of_group={one.group_id: one for one in line.groups},
        group=group, mark=supporting.mark(session, line.text_id, group.id) if group else "",
        has=current_app.view_functions,
        here={"purpose": workshop.use, "workshop_id": workshop.id},
    )  # fmt: skip


def _act(
    use: Use, purpose: str, workshop_id: int, act: Callable[[Use, Workshop], None], sentence: str,
    anchor: str,
) -> Response:  # fmt: skip
    workshop, use = meeting_for(web.session(), use, workshop_id)
    act(use, workshop)
    web.say(sentence, undo=undo_at())
    return redirect(
        url_for("synthesis.answer", purpose=purpose, workshop_id=workshop_id, _anchor=anchor), 303
    )


def _back(
    purpose: str, workshop_id: int, recommendation_id: int, anchor: str | None = None
) -> Response:
    return redirect(
        url_for(
            "synthesis.recommendation", purpose=purpose, workshop_id=workshop_id,
            recommendation_id=recommendation_id, _anchor=anchor,
        ),
        303,
    )  # fmt: skip


def add_to(bp: Blueprint) -> None:
    """Give the pages here their addresses."""
    bp.get(ONE)(recommendation)
    bp.post(f"{ONE}/words")(reword)
    bp.post(f"{ONE}/move")(move_recommendation)
    bp.post(f"{ONE}/withdraw")(withdraw)
    bp.post(f"{ONE}/back")(bring_back)
    bp.post(f"{ONE}/evidence")(choose_evidence)
    bp.post(f"{ONE}/support")(write_support)
    bp.post(f"{ONE}/agree")(sign)
