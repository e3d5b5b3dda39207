"""Codings one by one: those on a story, those with a code; taking off."""

from __future__ import annotations

from flask import request, url_for

from storybank import web
from storybank.codebook import service as codebook
from storybank.coding import reading as codings_of
from storybank.coding import service
from storybank.coding.showing import desk_of, places_of, shelf_of
from storybank.coding.views_desk import Page, back_to, wants_part
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.stories import reading

A_PAGE = 50
A_PAGE_OF_PASSAGES = 25


@uses(Purpose.STUDY)
def codings(use: Use, story_id: int, paragraph: int | None = None) -> Page:
    """Every coding on a story, or on the paragraph with this number."""
    shown = desk_of(web.session(), use, story_id)
    check = request.args.get("check") == "1"
    cards = shown.codings if paragraph is None else shown.in_paragraph(paragraph)
    if check:
        cards = [card for card in cards if card.to_check]
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
        check=check,
        page=page,
        pages=pages,
    )


@uses(Purpose.STUDY)
def remove(use: Use, coding_id: int) -> Page:
    """Take one of one's own codings off."""
    coding = service.remove(web.session(), use, coding_id)
    web.say("1 code taken off.", undo=url_for("coding.undo"), fields=_where_from())
    return back_to(use, coding.story_id, places_of([coding]))


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
