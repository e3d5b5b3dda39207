"""What storytellers say to the codes on their words: for researchers, to think about."""

from __future__ import annotations

from flask import request

from storybank import web
from storybank.coding import checks as checking
from storybank.coding import reading as codings_of
from storybank.coding.showing import shelf_of
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.stories import reading

A_PAGE = 25


@uses(Purpose.STUDY)
def checks(use: Use) -> str:
    """Every coding that its storyteller has answered for, the last answer first."""
    session = web.session()
    counts = checking.tally(session, use)
    pages = max(1, -(-(counts.yes + counts.not_meant) // A_PAGE))
    page = min(max(1, request.args.get("page", 1, int)), pages)
    said = checking.checked(session, use, A_PAGE, (page - 1) * A_PAGE)
    cards = {card.id: card for card in codings_of.with_ids(session, use, list(said))}
    words = {
        excerpt.place: excerpt
        for excerpt in reading.excerpts(session, use, [card.place for card in cards.values()])
    }
    return web.render(
        "coding/checks.html", use=use, counts=counts, shelf=shelf_of(session),
        page=page, pages=pages,
        lines=[
            (cards[number], words[cards[number].place], answer)
            for number, answer in said.items()
            if number in cards and cards[number].place in words
        ],
    )  # fmt: skip
