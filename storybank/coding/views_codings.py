"""Codings one by one: those on a story, those with a code; taking off, and undoing."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Response, current_app, redirect, request, url_for

from storybank import web
from storybank.codebook import service as codebook
from storybank.coding import reading as codings_of
from storybank.coding import service
from storybank.coding.showing import desk_of, places_of, shelf_of
from storybank.coding.views_desk import Page, changed, wants_part
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.stories import reading
from storybank.stories.rules import Place
from storybank.undoing import service as undoing

A_PAGE = 50
A_PAGE_OF_PASSAGES = 25


@uses(Purpose.STUDY)
def codings(use: Use, story_id: int, paragraph: int | None = None) -> Page:
    """Every coding on a story, or on the paragraph with this number."""
    shown = desk_of(web.session(), use, story_id)
    cards = shown.codings if paragraph is None else shown.in_paragraph(paragraph)
    if wants_part():
        return web.render("coding/_here.html", desk=shown, cards=cards, paragraph=paragraph)
    pages = max(1, -(-len(cards) // A_PAGE))
    page = min(max(1, request.args.get("page", 1, int)), pages)
    return web.render(
        "coding/codings.html",
        use=use,
        desk=shown,
        story=shown.story,
        cards=cards[(page - 1) * A_PAGE : page * A_PAGE],
        count=len(cards),
        paragraph=paragraph,
        page=page,
        pages=pages,
    )


@uses(Purpose.STUDY)
def remove(use: Use, coding_id: int) -> Page:
    """Take one of one's own codings off."""
    coding = service.remove(web.session(), use, coding_id)
    web.say("1 code taken off.", undo=url_for("coding.undo"), fields=_where_from())
    return _back(use, coding.story_id, places_of([coding]))


@uses(Purpose.STUDY)
def undo(use: Use) -> Page:
    """Undo what the person did last, wherever that was."""
    done = undoing.undo(web.session(), use, _undoers())
    if done is None:
        web.say("There is nothing to undo.", "notice")
        return _elsewhere(url_for("coding.stories"))
    web.say(f"Undone: {done.sentence}", undo=url_for("coding.redo"), label="Do it again")
    return _after(use, done)


@uses(Purpose.STUDY)
def redo(use: Use) -> Page:
    """Do again what the person undid last."""
    done = undoing.redo(web.session(), use, _undoers())
    if done is None:
        web.say("There is nothing to do again.", "notice")
        return _elsewhere(url_for("coding.stories"))
    web.say(f"Done again: {done.sentence}", undo=url_for("coding.undo"))
    return _after(use, done)


def _undoers() -> undoing.Undoers:
    found: undoing.Undoers = current_app.extensions["storybank"].undoers
    return found


def _after(use: Use, done: undoing.Done) -> Page:
    """Lead to what looks different now."""
    if done.story_id is None:
        return _elsewhere(url_for("coding.stories"))
    if wants_part() and request.form.get("story", type=int) != done.story_id:
        return _elsewhere(url_for("coding.desk", story_id=done.story_id))
    return _back(use, done.story_id, done.places)


@uses(Purpose.STUDY)
def code(use: Use, key: str) -> Page:
    """A code, and every passage that carries it."""
    session = web.session()
    card = codebook.code(session, key)
    count = codings_of.count_with_code(session, use, card.id)
    pages = max(1, -(-count // A_PAGE_OF_PASSAGES))
    page = min(max(1, request.args.get("page", 1, int)), pages)
    cards = codings_of.page_with_code(
        session, use, card.id, A_PAGE_OF_PASSAGES, (page - 1) * A_PAGE_OF_PASSAGES
    )
    excerpts = reading.excerpts(session, use, [one.place for one in cards])
    words = {excerpt.place: excerpt for excerpt in excerpts}
    return web.render(
        "coding/code.html",
        use=use,
        code=card,
        style=shelf_of(session).style(card.id),
        passages=[(one, words[one.place]) for one in cards if one.place in words],
        count=count,
        apart=codings_of.count_apart(session, card.id),
        page=page,
        pages=pages,
    )


def _where_from() -> dict[str, str | int]:
    """The page an act came from, as hidden fields: its name and its numbers, nothing else."""
    sent = request.form
    numbers = {name: sent.get(name, 0, int) for name in ("paragraph", "page")}
    return {"back": "codings", **numbers} if sent.get("back") == "codings" else {}


def _back(use: Use, story_id: int, places: Iterable[Place]) -> Page:
    """After an act: the page it came from, the desk, or only the changed parts of it."""
    back = request.form.get("back", "")
    if back not in ("codings", "sentences") or wants_part():
        return changed(use, story_id, places)
    page = request.form.get("page", 0, int) or None
    if back == "sentences":
        return _go(url_for("coding.sentences", story_id=story_id, page=page))
    paragraph = request.form.get("paragraph", 0, int) or None
    return _go(url_for("coding.codings", story_id=story_id, paragraph=paragraph, page=page))


def _go(target: str) -> Response:
    return redirect(target, 303)  # type: ignore[return-value]


def _elsewhere(target: str) -> Page:
    """Lead the whole page there, also where only a part was asked for."""
    if wants_part():
        return Response(status=204, headers={"HX-Redirect": target})
    return _go(target)
