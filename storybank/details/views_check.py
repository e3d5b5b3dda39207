"""One story: its likely details marked, an answer to each, and a person's sign-off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.clock import now
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.details import looking, putting_in, reading, service, showing
from storybank.details.acts import UNDOERS
from storybank.details.carrying import Carry
from storybank.details.measured import INVENTED, WITHOUT_NAMES, in_ten
from storybank.details.rules import NEUTRAL, Answer, Kind, Tier
from storybank.details.views_stories import PURPOSES
from storybank.errors import BadInput, Conflict
from storybank.undoing import service as undoing
from storybank.web.jinja import plural

Page = str | Response | tuple[str, int]
for_checking = uses(*PURPOSES, arg="purpose")
SAID = {
    Answer.REPLACE: "to be replaced",
    Answer.KEEP: "kept as they are",
    Answer.NOT_ONE: "not details",
    None: "waiting again",
}
EXAMPLES = ("[name 1]", "[a hospital]", "[a ward]", "[place 1]", "[organisation 1]")


@for_checking
def check(use: Use, purpose: str, story_id: int) -> Page:
    """The story with each suggestion marked, and beside it what to answer."""
    return page_of(use, story_id)


def page_of(use: Use, story_id: int, errors: Mapping[str, str] | None = None, **typed: Any) -> str:
    """The page of one story, with what is wrong in a form if anything."""
    page = reading.page(web.session(), use, story_id)
    found = INVENTED if page.state.look and page.state.look.with_names else WITHOUT_NAMES
    return web.render(
        "details/check.html", use=use, page=page, body=showing.body(page), errors=errors,
        here={"purpose": use.purpose.value, "story_id": story_id}, typed=typed,
        likely=page.of(Tier.LIKELY), possible=page.of(Tier.POSSIBLE), kinds=list(Kind),
        steward=use.purpose is Purpose.KEEP, figures=found, in_ten=in_ten,
        examples=(*EXAMPLES, *dict.fromkeys(NEUTRAL.values())),
        turn=_turn(use),
        late=bool(
            page.state.looking and page.state.look
            and now() - page.state.look.asked_at > looking.FORGOTTEN
        ),
    )  # fmt: skip


@for_checking
def look(use: Use, purpose: str, story_id: int) -> Page:
    """Have the house look through this story."""
    looking.ask(web.session(), use, [story_id])
    return _back(purpose, story_id)


@for_checking
def answer(use: Use, purpose: str, story_id: int) -> Page:
    """Answer one mention, or every mention of a thing."""
    form = request.form
    said = form.get("said", "")
    if said not in (*Answer, "none"):
        raise BadInput("Choose what to do with it.")
    chosen = None if said == "none" else Answer(said)
    ids = form.getlist("detail", type=web.number)
    try:
        count = service.answer(
            web.session(), use, story_id, form.get("version", 0, web.number), ids, chosen,
            form.get("instead", ""),
        )  # fmt: skip
    except BadInput as problem:
        return page_of(use, story_id, {f"instead-{form.get('thing', '')}": problem.sentence}), 422
    if count:
        web.say(f"{plural(count, 'mention')}: {SAID[chosen]}.", undo=_undo(purpose))
    return _back(purpose, story_id, _next(use, story_id, form.get("thing", 0, web.number)))


@for_checking
def add(use: Use, purpose: str, story_id: int) -> Page:
    """Point to a detail that the house did not find."""
    form = request.form
    words, kind = form.get("words", ""), form.get("kind", "")
    try:
        thing, count = service.add(
            web.session(), use, story_id, form.get("version", 0, web.number), words,
            Kind(kind) if kind in set(Kind) else Kind.OTHER,
        )  # fmt: skip
    except BadInput as problem:
        return page_of(use, story_id, {"words": problem.sentence}, words=words, kind=kind), 422
    if count:
        web.say(f"Added: {plural(count, 'mention')}.", undo=_undo(purpose))
    else:
        web.say("It was in the list, and stands among the likely ones now.", "notice")
    return _back(purpose, story_id, f"thing-{thing}")


@for_checking
def sign(use: Use, purpose: str, story_id: int) -> Page:
    """Say that one has looked; a steward puts in what is to be replaced with it."""
    session, form = web.session(), request.form
    version = form.get("version", 0, web.number)
    if form.get("looked") != "yes":
        problem = {"looked": "Tick the box when you have read the story."}
        return page_of(use, story_id, problem), 422
    page = reading.page(session, use, story_id)
    try:
        if page.to_replace and use.purpose is Purpose.KEEP:
            _, count = putting_in.put_in(session, use, story_id, version, carriers())
            web.say(
                f"{plural(count, 'mention')} replaced in a new version, and the story is signed.",
                undo=url_for("details.put_back", story_id=story_id), fields={"all": "yes"},
            )  # fmt: skip
        else:
            service.sign(session, use, story_id, version)
            web.say("Thank you. You have signed for this story.", undo=_undo(purpose))
    except Conflict as problem:
        session.rollback()
        return page_of(use, story_id, {"looked": problem.sentence}), 409
    return _back(purpose, story_id, "sign")


@for_checking
def undo(use: Use, purpose: str) -> Page:
    """Undo what the person did last."""
    done = undoing.undo(web.session(), use, _undoers())
    if done is None:
        web.say("There is nothing to undo.", "notice")
    else:
        again = url_for("details.redo", purpose=purpose)
        web.say(f"Undone: {done.sentence}", undo=again, label="Do it again")
    return _after(purpose, done)


@for_checking
def redo(use: Use, purpose: str) -> Page:
    """Do again what the person undid last."""
    done = undoing.redo(web.session(), use, _undoers())
    if done is None:
        web.say("There is nothing to do again.", "notice")
    else:
        web.say(f"Done again: {done.sentence}", undo=_undo(purpose))
    return _after(purpose, done)


def carriers() -> tuple[Carry, ...]:
    """Who holds places in stories, and moves them into a new version."""
    found: tuple[Carry, ...] = current_app.extensions["storybank"].carriers
    return found


def _undoers() -> undoing.Undoers:
    found: undoing.Undoers = current_app.extensions["storybank"].undoers
    return found


def _turn(use: Use) -> dict[str, str]:
    """What undoing and doing again would do now, in a few words; each only where there is any."""
    session = web.session()
    found = {"undo": undoing.last(session, use), "redo": undoing.undone(session, use)}
    return {
        verb: _undoers()[act.kind].says(act)
        for verb, act in found.items()
        if act is not None and act.kind in UNDOERS
    }


def _undo(purpose: str) -> str:
    return url_for("details.undo", purpose=purpose)


def _after(purpose: str, done: undoing.Done | None) -> Response:
    if done is None or done.story_id is None:
        return redirect(url_for("details.stories", purpose=purpose), 303)
    return _back(purpose, done.story_id)


def _back(purpose: str, story_id: int, anchor: str | None = None) -> Response:
    where = url_for("details.check", purpose=purpose, story_id=story_id, _anchor=anchor)
    return redirect(where, 303)


def _next(use: Use, story_id: int, thing: int) -> str:
    """Where to go on: the next thing that waits, or the one just answered."""
    page = reading.page(web.session(), use, story_id)
    same = next((one for one in page.things if one.number == thing), None)
    if same is None or same.waiting:
        return f"thing-{thing}"
    tiers = page.of(same.tier)
    later = tiers[tiers.index(same) + 1 :]
    return next((f"thing-{one.number}" for one in later if one.waiting), f"thing-{thing}")
