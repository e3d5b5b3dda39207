"""Pages of suggestions: the queue, one story's, and a person's answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for

from storybank import web
from storybank.codebook import service as codebook
from storybank.codebook.service import CodeCard
from storybank.coding.drawing import style_of
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.people.rules import local_path, path_of
from storybank.stories import reading
from storybank.suggest import service
from storybank.suggest.queues import A_PAGE, Order
from storybank.suggest.views_sample import sample, sample_draw, sample_save, sample_skip

Page = str | Response

bp = Blueprint(
    "suggest",
    __name__,
    template_folder="templates",
    static_folder="static",
    static_url_path="/suggestions/static",
)
ID = "<int(max=2147483647):{}>"
STORY, ONE = ID.format("story_id"), ID.format("suggestion_id")


@bp.get("/suggestions")
@uses(Purpose.STUDY)
def queue(use: Use) -> Page:
    """What waits in every story that may be studied: ``?order=``, ``?code=``, ``?page=``."""
    session = web.session()
    order = _order(request.args.get("order"))
    codes = codebook.codes_by_id(session)
    counts = service.count_by_code(session, use)
    code = next((card for card in codes.values() if card.key == request.args.get("code")), None)
    found = service.queue(
        session, use, request.args.get("page", 1, int), order, code.id if code else None
    )
    chosen: dict[str, Any] = {"order": order.value} | ({"code": code.key} if code else {})
    return web.render(
        "suggest/queue.html",
        use=use,
        queue=found,
        order=order,
        orders=tuple(Order),
        code=code,
        choices=[(card, counts[card.id]) for card in codes.values() if card.id in counts],
        args=chosen,
        **_for_cards(use, url_for("suggest.queue", page=found.page, **chosen)),
    )


@bp.get(f"/suggestions/story/{STORY}")
@uses(Purpose.STUDY)
def on_story(use: Use, story_id: int) -> Page:
    """What waits in one story."""
    session = web.session()
    cards = service.waiting(session, use, story_id)
    pages = max(1, -(-len(cards) // A_PAGE))
    page = min(max(1, request.args.get("page", 1, int)), pages)
    return web.render(
        "suggest/on_story.html",
        use=use,
        title=reading.titles(session, use, [story_id])[story_id],
        cards=cards[(page - 1) * A_PAGE : page * A_PAGE],
        count=len(cards),
        page=page,
        pages=pages,
        **_for_cards(use, url_for("suggest.on_story", story_id=story_id, page=page)),
    )


@bp.get(f"/suggestions/story/{STORY}/_part")
@uses(Purpose.STUDY)
def part(use: Use, story_id: int) -> Page:
    """The first of what waits in one story, for a page that shows it beside the text."""
    cards = service.waiting(web.session(), use, story_id)
    here = path_of(request.headers.get("HX-Current-URL"), request.host)
    return web.render(
        "suggest/_part.html",
        use=use,
        story_id=story_id,
        cards=cards[:A_PAGE],
        count=len(cards),
        **_for_cards(use, here or url_for("suggest.on_story", story_id=story_id)),
    )


@bp.post(f"/suggestions/{ONE}/confirm")
@uses(Purpose.STUDY)
def confirm(use: Use, suggestion_id: int) -> Page:
    """Put the suggested code on, in the name of the person who asks."""
    made = service.confirm(web.session(), use, suggestion_id)
    names = _names(coding.code_id for coding in made)
    return _answered(suggestion_id, f"Put on in your name: {names}.")


@bp.post(f"/suggestions/{ONE}/change")
@uses(Purpose.STUDY)
def change(use: Use, suggestion_id: int) -> Page:
    """Put another code on instead."""
    codes = request.form.getlist("code", type=web.number)
    if not codes:
        web.say("Choose a code first.", "notice")
        return _back(f"suggestion-{suggestion_id}")
    made = service.change(web.session(), use, suggestion_id, codes)
    names = _names(coding.code_id for coding in made)
    return _answered(suggestion_id, f"Put on in your name: {names}.")


@bp.post(f"/suggestions/{ONE}/decline")
@uses(Purpose.STUDY)
def decline(use: Use, suggestion_id: int) -> Page:
    """Say that the code does not fit."""
    service.decline(web.session(), use, suggestion_id)
    return _answered(suggestion_id, "Declined. It is not suggested again here.")


@bp.post(f"/suggestions/{ONE}/undo")
@uses(Purpose.STUDY)
def undo(use: Use, suggestion_id: int) -> Page:
    """Take one's own answer back."""
    service.undo(web.session(), use, suggestion_id)
    web.say("Undone. The suggestion waits again.")
    return _back(f"suggestion-{suggestion_id}")


def _order(word: str | None) -> Order:
    return Order(word) if word in tuple(Order) else Order.STRONGEST


def _for_cards(use: Use, back: str) -> dict[str, Any]:
    """What every list of cards needs: the codes to choose from, and where an answer leads."""
    families = codebook.families(web.session())
    styles = {family.key: style_of(at) for at, family in enumerate(families)}
    return {"families": families, "styles": styles, "back": back, "coder": use.actor.name}


def _names(code_ids: Iterable[int]) -> str:
    codes: dict[int, CodeCard] = codebook.codes_by_id(web.session())
    return ", ".join(codes[code_id].name for code_id in code_ids)


def _answered(suggestion_id: int, sentence: str) -> Response:
    """To the next card, with a way to undo."""
    back = request.form.get("back", "")
    web.say(
        sentence,
        undo=url_for("suggest.undo", suggestion_id=suggestion_id),
        fields={"back": back} if local_path(back) else None,
    )
    following = request.form.get("next", 0, int)
    return _back(f"suggestion-{following}" if following else "suggestions")


def _back(anchor: str) -> Response:
    path = (local_path(request.form.get("back")) or url_for("suggest.queue")).partition("#")[0]
    return redirect(f"{path}#{anchor}", 303)  # type: ignore[return-value]


# One sentence at a time, drawn by lot.
SAMPLE = f"/suggestions/sample/{ID.format('sample_id')}"
bp.get("/suggestions/sample")(sample)
bp.post("/suggestions/sample/draw")(sample_draw)
bp.post(SAMPLE)(sample_save)
bp.post(f"{SAMPLE}/skip")(sample_skip)
