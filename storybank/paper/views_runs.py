"""What was made of a pack: to fetch it again, and to count what came back."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.consent.rules import Use
from storybank.errors import BadInput
from storybank.paper import collecting, printing, rules
from storybank.paper.deck import deck, deck_of_run
from storybank.paper.files import answer
from storybank.paper.sheets import Made
from storybank.paper.views_making import for_a_room
from storybank.web.jinja import plural

NOT_A_NUMBER = "Write how many came back, as a number."


@for_a_room
def run(use: Use, purpose: str, pack_id: int, run_id: int) -> str:
    """One making: its files, and what came back of it."""
    found, made_of = deck_of_run(web.session(), use, pack_id, run_id)
    return web.render(
        "paper/run.html", use=use, deck=made_of, run=found, form=rules.form_named(found.form),
        files=rules.FILES, here={"purpose": purpose, "pack_id": pack_id, "run_id": run_id},
        pack={"purpose": purpose, "pack_id": pack_id},
    )  # fmt: skip


@for_a_room
def file(use: Use, purpose: str, pack_id: int, run_id: int, file: str) -> Response:
    """The page to print or the file, of those cards that may still be shown."""
    session = web.session()
    found, made_of = deck_of_run(session, use, pack_id, run_id)
    form = rules.form_named(found.form)
    if not form.words:
        made_of = deck(session, use, pack_id)
    first = printing.first_sheet(session, found) if form.key == "answers" else 1
    made = Made(form, made_of, found.copies, first)
    return answer(made, file, here={"purpose": purpose, "pack_id": pack_id})


@for_a_room
def count(use: Use, purpose: str, pack_id: int, run_id: int) -> Response:
    """Note how many copies of a making came back or were destroyed."""
    returned = _sent()
    before = collecting.count_run(web.session(), use, pack_id, run_id, returned)
    web.say(
        f"Noted: {plural(returned, 'copy', 'copies')} came back or were destroyed.",
        undo=url_for("paper.count", purpose=purpose, pack_id=pack_id, run_id=run_id),
        fields={"returned": before},
    )
    return _back(purpose, pack_id, "made")


@for_a_room
def collected(use: Use, purpose: str, pack_id: int, run_id: int, card_id: int) -> Response:
    """Note how many copies of one card came back or were destroyed."""
    returned = _sent()
    before = collecting.count_card(web.session(), use, pack_id, run_id, card_id, returned)
    web.say(
        f"Noted: {plural(returned, 'copy', 'copies')} of that card came back or were destroyed.",
        undo=url_for(
            "paper.collected", purpose=purpose, pack_id=pack_id, run_id=run_id, card_id=card_id
        ),
        fields={"returned": before},
    )
    return _back(purpose, pack_id, "collect")


def _sent() -> int:
    try:
        return web.number(request.form.get("returned", "").strip()[:20])
    except ValueError:
        raise BadInput(NOT_A_NUMBER) from None


def _back(purpose: str, pack_id: int, where: str) -> Response:
    return redirect(url_for("paper.make", purpose=purpose, pack_id=pack_id, _anchor=where), 303)
