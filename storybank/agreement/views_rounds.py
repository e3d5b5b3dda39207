"""Pages of rounds: who codes what, how far they are, what is mine to do."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for

from storybank import web
from storybank.agreement import service
from storybank.agreement.choosing import Page
from storybank.agreement.rules import Pick
from storybank.agreement.service import Progress, Task
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput
from storybank.stories import reading

A_PAGE = 50
SHOWN = 5
"""How many of one's own stories the first page names."""

PICKS = (
    (Pick.ALL, "All stories that may be studied"),
    (Pick.NUMBERS, "These stories"),
    (Pick.FIRST, "The first ones"),
    (Pick.EVERY, "Every so many, from the whole list"),
    (Pick.RANDOM, "Some, drawn by chance"),
)


@uses(Purpose.STUDY)
def rounds(use: Use) -> str:
    """The rounds there are, and what the person asking is to code next."""
    session = web.session()
    every = service.rounds(session, use)
    mine = service.tasks(session, use)
    return web.render(
        "agreement/rounds.html",
        use=use,
        open=[one for one in every if one.closed_at is None],
        closed=[one for one in every if one.closed_at is not None],
        mine=mine[:SHOWN],
        count=len(mine),
        titles=_titles(use, mine[:SHOWN]),
        coders=service.coders(session),
    )


@uses(Purpose.STUDY)
def new(use: Use) -> Page:
    """Make a round."""
    session = web.session()
    form: dict[str, Any] = {"blind": "yes", "pick": "all", "seed": "1"}
    errors: dict[str, str] = {}
    if request.method == "POST":
        form = {**request.form, "coder": request.form.getlist("coder", type=web.number)}
        if request.form.get("blind", "") not in ("yes", "no"):
            errors["blind"] = "Say whether they code blind."
        try:
            made = service.make(
                session, use, request.form.get("name", ""), form["coder"], _pick(),
                note=request.form.get("note", ""), blind=form.get("blind") == "yes",
                numbers=request.form.get("numbers", ""),
                n=request.form.get(f"n_{_pick().value}", 0, web.number),
                seed=request.form.get("seed", 1, web.number),
            )  # fmt: skip
        except BadInput as no:
            errors[_field(no.sentence)] = no.sentence
        if not errors:
            web.say("The round is made.", undo=url_for("coding.undo"), fields={"back": "together"})
            return redirect(url_for("agreement.round_", round_id=made.id), 303)
        session.rollback()
    shown = web.render(
        "agreement/new.html", use=use, form=form, errors=errors,
        coders=service.coders(session), picks=PICKS, there=len(service.studied(session, use)),
    )  # fmt: skip
    return (shown, 422) if errors else shown


def _pick() -> Pick:
    asked = request.form.get("pick", "")
    if asked not in set(Pick):
        raise BadInput("Choose which stories.")
    return Pick(asked)


def _field(sentence: str) -> str:
    """The field that a sentence is about."""
    for word, field in (
        ("name", "name"), ("note", "note"), ("coders", "coder"), ("who codes", "coder"),
    ):  # fmt: skip
        if word in sentence:
            return field
    return "pick"


@uses(Purpose.STUDY)
def round_(use: Use, round_id: int) -> str:
    """One round: how far each coder is, story by story."""
    one = service.progress(web.session(), use, round_id)
    pages = max(1, -(-len(one.done) // A_PAGE))
    page = min(max(1, request.args.get("page", 1, int)), pages)
    numbers = sorted(one.done)[(page - 1) * A_PAGE : page * A_PAGE]
    return web.render(
        "agreement/round.html",
        use=use,
        round=one,
        numbers=numbers,
        titles=reading.titles(web.session(), use, numbers),
        me=use.actor.account_id,
        page=page,
        pages=pages,
        finding=_finding(one),
    )


def _finding(one: Progress) -> str:
    if not one.given:
        return "None of its stories may be studied now."
    if one.finished == one.given:
        return "Everybody has finished."
    slowest = min(one.coders, key=lambda coder: one.of(coder)[0] / max(1, one.of(coder)[1]))
    done, given = one.of(slowest)
    return (
        f"{round(100 * one.finished / one.given)}% is done. {one.coders[slowest]} has most left: "
        f"{given - done} of {given}."
    )


@uses(Purpose.STUDY)
def close(use: Use, round_id: int) -> Page:
    """Close a round, or open it again."""
    closed = request.form.get("closed", "1") != "0"
    service.close(web.session(), use, round_id, closed)
    said = "The round is closed." if closed else "The round is open again."
    web.say(said, undo=url_for("coding.undo"), fields={"back": "together"})
    return redirect(url_for("agreement.round_", round_id=round_id), 303)


@uses(Purpose.STUDY)
def mine(use: Use) -> str:
    """What the person asking is to code, or has finished."""
    done = request.args.get("show") == "done"
    every = service.tasks(web.session(), use, done)
    pages = max(1, -(-len(every) // A_PAGE))
    page = min(max(1, request.args.get("page", 1, int)), pages)
    some = every[(page - 1) * A_PAGE : page * A_PAGE]
    return web.render(
        "agreement/mine.html", use=use, tasks=some, count=len(every), done=done, page=page,
        pages=pages, titles=_titles(use, some),
    )  # fmt: skip


@uses(Purpose.STUDY)
def finish(use: Use) -> Page:
    """Say that one has coded a story of a round."""
    service.finish(web.session(), use, *_sent())
    web.say(
        "Finished. You can see the others' codes on it now.",
        undo=url_for("coding.undo"),
        fields={"back": "together"},
    )
    return _next()


@uses(Purpose.STUDY)
def reopen(use: Use) -> Page:
    """Go back to coding a story of a round."""
    round_id, story_id = _sent()
    service.reopen(web.session(), use, round_id, story_id)
    web.say(
        "The story is open to you again.", undo=url_for("coding.undo"), fields={"back": "together"}
    )
    return redirect(url_for("coding.desk", story_id=story_id), 303)


def _next() -> Page:
    target = url_for("agreement.mine")
    if request.headers.get("HX-Request") == "true":
        return "", 204, {"HX-Redirect": target}
    return redirect(target, 303)


def _sent() -> tuple[int, int]:
    sent = request.form
    return sent.get("round_id", 0, web.number), sent.get("story_id", 0, web.number)


def _titles(use: Use, tasks: list[Task]) -> dict[int, reading.Title]:
    return reading.titles(web.session(), use, {task.story_id for task in tasks})
