"""Coding sentence by sentence: for a keyboard, a screen reader, or no JavaScript."""

from __future__ import annotations

from flask import redirect, request, url_for

from storybank import web
from storybank.coding import service
from storybank.coding.models import Coding
from storybank.coding.rules import part_of, runs
from storybank.coding.showing import Desk, desk_of
from storybank.coding.views_desk import Page, codes_sent, on_purpose, tell
from storybank.coding.voices import AskedOnceMore
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput, Conflict
from storybank.stories import drawing
from storybank.stories.canon import sentences as sentences_in
from storybank.stories.rules import Place
from storybank.stories.speaking import Spoken, spoken

A_PAGE = 25


@uses(Purpose.STUDY)
def sentences(use: Use, story_id: int) -> Page:
    """Twenty-five sentences, each with a box to tick; ``?p=`` opens at a paragraph."""
    shown = desk_of(web.session(), use, story_id)
    return _page(use, shown, request.args.get("page", 0, int), {})


@uses(Purpose.STUDY)
def put_on_sentences(use: Use, story_id: int) -> Page:
    """Put the ticked codes on the ticked sentences; neighbours become one passage."""
    shown = desk_of(web.session(), use, story_id)
    story, form = shown.story, request.form
    page, errors = form.get("page", 1, int), {}
    if form.get("version", 0, int) != story.version:
        raise Conflict("The story has changed since you opened it. Open it again and tick anew.")
    places: list[Place] = []
    try:
        places = [Place(story_id, story.version, *run) for run in _stretches(shown)]
        service.check_open(web.session(), use, places)
    except BadInput as no:
        places = []
        errors["first" if form.getlist("sentence") else "sentences"] = no.sentence
    made: list[Coding] = []
    try:
        if places:
            made = service.apply_all(
                web.session(), use, places, codes_sent(), on_purpose=on_purpose()
            )
    except AskedOnceMore as no:
        errors["aside"] = no.sentence
    except BadInput as no:
        errors["codes"] = no.sentence
    if errors:
        return _page(use, shown, page, errors), 422
    before = {card.id for card in shown.codings}
    added = len([one for one in made if one.id not in before])
    tell(added, codes_sent(), back="sentences", page=page)
    where = f"p{shown.number_of(places[0])}"
    return redirect(  # type: ignore[return-value]
        url_for("coding.sentences", story_id=story_id, page=page, _anchor=where), 303
    )


def _stretches(shown: Desk) -> list[tuple[int, int]]:
    form, story = request.form, shown.story
    every = sentences_in(story.text, story.blocks)
    found = runs(every, story.blocks, form.getlist("sentence", type=int))
    first, last = form.get("first", ""), form.get("last", "")
    if not first.strip() and not last.strip():
        return found
    if len(found) > 1:
        raise BadInput("To code part of a sentence, tick one sentence, or some in a row.")
    return [part_of(story.text, *found[0], first, last)]


def _page(use: Use, shown: Desk, page: int, errors: dict[str, str]) -> str:
    story = shown.story
    every = sentences_in(story.text, story.blocks)
    if not page:
        page = _page_of(every, shown, request.args.get("p", 1, int))
    pages = max(1, -(-len(every) // A_PAGE))
    page = min(max(1, page), pages)
    first = (page - 1) * A_PAGE
    lines, seen = [], 0
    for number, (start, end) in enumerate(every[first : first + A_PAGE], first):
        place = Place(story.story_id, story.version, start, end)
        paragraph = shown.number_of(place)
        lines.append(
            {
                "number": number,
                "words": drawing.words(story.text[start:end]),
                "left_out": drawing.all_left_out(story.text[start:end]),
                "paragraph": paragraph if paragraph != seen else None,
                "codings": shown.between(start, end),
                "whole": (start, end),
                "asked": spoken(story.asides, start, end) is Spoken.INTERVIEWER,
            }
        )
        seen = paragraph
    return web.render(
        "coding/sentences.html",
        use=use,
        desk=shown,
        story=story,
        lines=lines,
        count=len(every),
        page=page,
        pages=pages,
        errors=errors,
        ticked=request.form.getlist("sentence", type=int),
        codes=codes_sent(),
        first=request.form.get("first", ""),
        last=request.form.get("last", ""),
    )


def _page_of(every: list[tuple[int, int]], shown: Desk, number: int) -> int:
    blocks = shown.story.blocks
    start = blocks[min(max(1, number), len(blocks)) - 1].start
    return sum(begin < start for begin, _ in every) // A_PAGE + 1
