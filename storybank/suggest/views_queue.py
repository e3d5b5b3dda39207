"""Pages that list what waits: in all stories, in one, and a page of it to answer together."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from storybank import web
from storybank.codebook import service as codebook
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput
from storybank.stories import reading
from storybank.suggest import service, switch, together
from storybank.suggest.queues import A_PAGE, Order
from storybank.suggest.state import state_of
from storybank.suggest.switch import Mode
from storybank.suggest.together import Said, Saying
from storybank.suggest.views_cards import Page, back_to, for_cards, seal, unseal
from storybank.web.jinja import plural


@uses(Purpose.STUDY)
def queue(use: Use) -> Page:
    """What waits in every story that may be studied: ``?order=``, ``?code=``, ``?page=``."""
    return web.render("suggest/queue.html", **_asked(use, "suggest.queue"))


@uses(Purpose.STUDY)
def read_together(use: Use) -> Page:
    """A page of the same, each card with its answers below it, to be sent together."""
    return web.render("suggest/together.html", **_asked(use, "suggest.read_together"))


@uses(Purpose.STUDY)
def answer_together(use: Use) -> Page:
    """Take the answers of such a page: only of what stood on it, and stands as it did."""
    by_lot, shown = unseal(use, request.form.get("shown", ""))
    said = {
        number: Saying(word)
        for number in shown
        if (word := request.form.get(f"say-{number}", "")) in tuple(Saying)
    }
    try:
        result = together.answer(web.session(), use, shown, said, by_lot)
    except BadInput as no:
        web.say(no.sentence, "notice")
        return back_to("suggestions")
    undoes = {"undo": url_for("coding.undo"), "fields": {"back": "suggestions"}}
    if result.left == len(said):
        web.say(_sentence(result), "notice")
    else:
        web.say(_sentence(result), **undoes)  # type: ignore[arg-type]
    return back_to("suggestions")


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
        mode=switch.mode(session, use, story_id),
        hidden=not switch.may_see(session, use, story_id),
        state=state_of(session),
        **for_cards(use, url_for("suggest.on_story", story_id=story_id, page=page)),
    )


def _asked(use: Use, endpoint: str) -> dict[str, Any]:
    """A page of the queue as the address asks for it."""
    session, asked = web.session(), request.args
    order = Order(word) if (word := asked.get("order")) in tuple(Order) else Order.STRONGEST
    codes = codebook.codes_by_id(session)
    code = next((card for card in codes.values() if card.key == asked.get("code")), None)
    found = service.queue(session, use, asked.get("page", 1, int), order, code.id if code else None)
    chosen: dict[str, Any] = {"order": order.value} | ({"code": code.key} if code else {})
    own = switch.chosen(session, use)
    return {
        "use": use, "queue": found, "order": order, "orders": tuple(Order), "code": code,
        "choices": [(card, n) for card in codes.values() if (n := found.counts.get(card.id))],
        "args": chosen, "endpoint": endpoint, "state": state_of(session), "own": own,
        "off": own is Mode.OFF, "kept": switch.kept_back(session, use),
        "sealed": seal(use, order is Order.TEACH, found.cards),
        **for_cards(use, url_for(endpoint, page=found.page, **chosen)),
    }  # fmt: skip


def _sentence(said: Said) -> str:
    parts = [
        f"{plural(said.confirmed, 'code')} put on in your name" if said.confirmed else "",
        f"{said.declined} declined" if said.declined else "",
        f"{said.put_off} put off until tomorrow" if said.put_off else "",
    ]
    done = ", ".join(part for part in parts if part)
    left = ""
    if said.left:
        left = (
            f"{said.left} {'was' if said.left == 1 else 'were'} answered by somebody else, or "
            "changed, since the page was shown: nothing was done there."
        )
    return " ".join(
        part for part in (f"{done[0].upper()}{done[1:]}." if done else "", left) if part
    )
