"""What somebody who holds a card is told: whether it may still be used, and nothing more."""

from __future__ import annotations

from storybank import web
from storybank.paper.collecting import usable_until
from storybank.people.limits import limit_cards


@limit_cards
@web.open_page
def card(letters: str) -> str:
    """May this card still be used? Asked of the door at this moment.

    A card that was stopped and one that never was look the same.
    """
    return web.render("paper/card.html", until=usable_until(web.session(), letters))
