"""The desk: a story, what is coded in it, and the codebook beside it."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Response, current_app, jsonify, redirect, request, url_for

from storybank import web
from storybank.codebook import service as codebook
from storybank.coding import reading as codings_of
from storybank.coding import service
from storybank.coding.own import hold_story
from storybank.coding.settings import Setting, is_on
from storybank.coding.showing import Desk, desk_of, one_of, places_of
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput, NotFound
from storybank.stories import files, notes, reading
from storybank.stories.canon import sentences
from storybank.stories.reading import StoryText
from storybank.stories.rules import Place
from storybank.undoing import service as undoing
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
        "coding/desk.html", use=use, desk=shown, story=shown.story, turn=turn_of(use),
        shortcuts=is_on(web.session(), use, Setting.SHORTCUTS),
        has_suggestions=has("suggest.on_story"), has_memos=has("memos.part"),
        has_rounds=has("agreement.finish"), file_notes=notes.of(web.session(), use, story_id),
        heard=files.to_play(web.session(), use, story_id),
    )  # fmt: skip


@uses(Purpose.STUDY)
def rows(use: Use, story_id: int) -> Page:
    """Some paragraphs as they stand now, by ``?start=&end=``, for a page that is open."""
    shown = desk_of(web.session(), use, story_id)
    start, end = request.args.get("start", 0, int), request.args.get("end", 0, int)
    place = Place(story_id, shown.story.version, start, max(start, end))
    return _parts(use, shown, [place])


@uses(Purpose.STUDY)
def sentence_places(use: Use, story_id: int) -> Page:
    """Where the sentences are, as JSON [[start, end], ...], for the keyboard to step through."""
    story = reading.story(web.session(), use, story_id)
    return jsonify(sentences(story.text, story.blocks))


@uses(Purpose.STUDY)
def put_on(use: Use, story_id: int) -> Page:
    """Put the ticked codes on the selected words."""
    place, quote = place_sent(story_id)
    codes = codes_sent()
    session = web.session()
    hold_story(session, story_id)
    story = reading.story(session, use, story_id)
    before = codings_of.last_number(session)
    made = service.apply(
        session, use, place, codes, quote=quote, story=story, on_purpose=on_purpose()
    )  # fmt: skip
    tell(len([one for one in made if one.id > before]), codes=codes)
    return changed(use, story_id, places_of(made), story=story)


def place_sent(story_id: int) -> tuple[Place, str]:
    """The selected words as a page sent them: their place, and what they were seen to be.

    Raises BadInput where there are none.
    """
    form = request.form
    quote = form.get("quote")
    if quote is None:
        raise BadInput("Select some words first.")
    version, start, end = (form.get(name, 0, web.number) for name in ("version", "start", "end"))
    return Place(story_id, version, start, end), quote


def tell(added: int, codes: Iterable[int] = (), **back: str | int) -> None:
    """Say how many codings an act added; an act that added none leaves nothing to undo.

    Where some of ``codes`` were merged into others meanwhile, that is said too. ``back`` says
    where undoing leads: the name and numbers of a page.
    """
    merged = codebook.told(web.session(), codes)
    if added:
        said = f"{plural(added, 'code')} put on. {merged or ''}".strip()
        web.say(said, undo=url_for("coding.undo"), fields=back)
    else:
        web.say("You had put that on before.", "notice")


def codes_sent() -> list[int]:
    """The numbers of the codes that were ticked."""
    return request.form.getlist("code", type=web.number)


def on_purpose() -> bool:
    """Did they say that an interviewer's words are to be coded as well?"""
    return request.form.get("aside") == "yes"


def wants_part() -> bool:
    """Did a page that is open ask for its changed parts, rather than for a page?"""
    return request.headers.get("HX-Request") == "true"


def changed(
    use: Use,
    story_id: int,
    places: Iterable[Place],
    codebook: bool = False,
    story: StoryText | None = None,
) -> Page:
    """After an act at the desk: its changed paragraphs, or the desk anew.

    ``codebook``: the list of codes has changed too. ``story``: as the act has read it.
    """
    shown = desk_of(web.session(), use, story_id, story)
    current = [place for place in places if place.version == shown.story.version]
    if wants_part():
        return _parts(use, shown, current, codebook)
    return _to_paragraph(shown, current[0] if current else None)


def back_to(use: Use, story_id: int, places: Iterable[Place]) -> Page:
    """After an act: the page it came from, the desk, or only the changed parts of it."""
    back = request.form.get("back", "")
    if back not in ("codings", "sentences") or wants_part():
        return changed(use, story_id, places)
    page = request.form.get("page", 0, int) or None
    if back == "sentences":
        return go(url_for("coding.sentences", story_id=story_id, page=page))
    paragraph = request.form.get("paragraph", 0, int) or None
    return go(url_for("coding.codings", story_id=story_id, paragraph=paragraph, page=page))


def go(target: str) -> Response:
    """Lead there after a form was sent."""
    return redirect(target, 303)  # type: ignore[return-value]


def elsewhere(target: str) -> Page:
    """Lead the whole page there, also where only a part was asked for."""
    if wants_part():
        return Response(status=204, headers={"HX-Redirect": target})
    return go(target)


def undoers() -> undoing.Undoers:
    """How each kind of act is taken back."""
    found: undoing.Undoers = current_app.extensions["storybank"].undoers
    return found


def turn_of(use: Use) -> dict[str, str]:
    """What ``undo`` and ``redo`` would do now, in a few words; each only where there is any."""
    session = web.session()
    found = {"undo": undoing.last(session, use), "redo": undoing.undone(session, use)}
    return {
        verb: undoers()[act.kind].says(act)
        for verb, act in found.items()
        if act is not None and act.kind in undoers()
    }


def _parts(use: Use, shown: Desk, places: Iterable[Place], codebook: bool = False) -> str:
    taken = None
    number = request.values.get("taken", type=int)
    if number is not None:
        try:
            taken = one_of(web.session(), use, number)
        except NotFound:  # It was taken off: its panel goes too.
            taken = None
    return web.render(
        "coding/_changed.html", desk=shown, rows=shown.rows_at(places), turn=turn_of(use),
        was_taken=number is not None, one=taken, codebook=codebook, has_memos=has("memos.new"),
    )  # fmt: skip


def _to_paragraph(shown: Desk, place: Place | None) -> Response:
    where = f"p{shown.number_of(place)}" if place else None
    return go(url_for("coding.desk", story_id=shown.story.story_id, _anchor=where))


def has(endpoint: str) -> bool:
    """Is there such a page in this house?"""
    return endpoint in current_app.view_functions
