"""The desk: a story, what is coded in it, and the codebook beside it."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Response, current_app, jsonify, redirect, request, url_for

from storybank import web
from storybank.coding import reading as codings_of
from storybank.coding import service
from storybank.coding.showing import Desk, desk_of, places_of
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput
from storybank.stories import reading
from storybank.stories.canon import sentences
from storybank.stories.rules import Place
from storybank.web.jinja import plural

Page = str | Response | tuple[str, int]


@uses(Purpose.STUDY)
def desk(use: Use, story_id: int) -> Page:
    """The whole story with its codings; ``?at=`` leads to the paragraph of a code point."""
    shown = desk_of(web.session(), use, story_id)
    at = request.args.get("at", type=int)
    if at is not None:
        return _to_paragraph(shown, Place(story_id, shown.story.version, at, at + 1))
    return web.render(
        "coding/desk.html", use=use, desk=shown, story=shown.story, has_suggestions=_suggests()
    )


@uses(Purpose.STUDY)
def rows(use: Use, story_id: int) -> Page:
    """Some paragraphs as they stand now, by ``?start=&end=``, for a page that is open."""
    shown = desk_of(web.session(), use, story_id)
    start, end = request.args.get("start", 0, int), request.args.get("end", 0, int)
    place = Place(story_id, shown.story.version, start, max(start, end))
    return web.render("coding/_changed.html", desk=shown, rows=shown.rows_at([place]))


@uses(Purpose.STUDY)
def sentence_places(use: Use, story_id: int) -> Page:
    """Where the sentences are, as JSON [[start, end], ...], for the keyboard to step through."""
    story = reading.story(web.session(), use, story_id)
    return jsonify(sentences(story.text, story.blocks))


@uses(Purpose.STUDY)
def put_on(use: Use, story_id: int) -> Page:
    """Put the ticked codes on the selected words."""
    form = request.form
    place = Place(
        story_id,
        form.get("version", 0, web.number),
        form.get("start", 0, web.number),
        form.get("end", 0, web.number),
    )
    codes = codes_sent()
    quote = form.get("quote")
    if quote is None:
        raise BadInput("Select some words first.")
    before = coding_numbers(use, place)
    made = service.apply(web.session(), use, place, codes, quote=quote)
    tell(len([one for one in made if one.id not in before]))
    return changed(use, story_id, places_of(made))


def coding_numbers(use: Use, place: Place) -> set[int]:
    """The numbers of the codings on a story before an act."""
    cards = codings_of.on_story(web.session(), use, place.story_id, place.version)
    return {card.id for card in cards}


def tell(added: int, **back: str | int) -> None:
    """Say how many codings an act added; an act that added none leaves nothing to undo.

    ``back`` says where undoing leads: the name and numbers of a page.
    """
    if added:
        web.say(f"{plural(added, 'code')} put on.", undo=url_for("coding.undo"), fields=back)
    else:
        web.say("You had put that on before.", "notice")


def codes_sent() -> list[int]:
    """The numbers of the codes that were ticked."""
    return request.form.getlist("code", type=web.number)


def wants_part() -> bool:
    """Did a page that is open ask for its changed parts, rather than for a page?"""
    return request.headers.get("HX-Request") == "true"


def changed(use: Use, story_id: int, places: Iterable[Place]) -> Page:
    """After an act at the desk: its changed paragraphs, or the desk anew."""
    shown = desk_of(web.session(), use, story_id)
    current = [place for place in places if place.version == shown.story.version]
    if wants_part():
        return web.render("coding/_changed.html", desk=shown, rows=shown.rows_at(current))
    return _to_paragraph(shown, current[0] if current else None)


def _to_paragraph(shown: Desk, place: Place | None) -> Response:
    where = f"p{shown.number_of(place)}" if place else None
    return redirect(  # type: ignore[return-value]
        url_for("coding.desk", story_id=shown.story.story_id, _anchor=where), 303
    )


def _suggests() -> bool:
    return "suggest.on_story" in current_app.view_functions
