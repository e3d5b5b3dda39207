"""Printing cards: written down first, then shown as sheets of paper."""

from __future__ import annotations

from flask import redirect, request, url_for

from storybank import web
from storybank.consent.rules import Use
from storybank.errors import BadInput
from storybank.web.jinja import plural
from storybank.workshops import cards as cards_of
from storybank.workshops import printing, rules
from storybank.workshops.forms import numbers_sent
from storybank.workshops.views_packs import Page, for_a_room, page_of_pack, said


@for_a_room
def print_pack(use: Use, purpose: str, pack_id: int) -> Page:
    """Write the print down, then show the cards."""
    typed = request.form.get("copies", "")
    [copies] = numbers_sent(typed.strip())[:1] or [0]
    try:
        count = printing.record_print(web.session(), use, pack_id, copies)
    except BadInput as problem:
        field = "" if 1 <= copies <= rules.MAX_COPIES else "copies"
        return page_of_pack(use, pack_id, {field: problem.sentence}, typed), 422
    web.say(f"Written down: {plural(copies, 'copy', 'copies')} of {plural(count, 'card')}.")
    return redirect(url_for("workshops.cards", purpose=purpose, pack_id=pack_id), 303)


@for_a_room
def cards(use: Use, purpose: str, pack_id: int) -> str:
    """The cards, laid out for printing; the gate is asked once more."""
    session = web.session()
    view = cards_of.view(session, use, pack_id)
    problem = None
    try:
        printing.check_printable(view)
    except BadInput as trouble:
        problem = trouble.sentence
    else:
        if not printing.written_down(session, view):
            problem = "This pack has changed, or was not printed yet. Go to the pack to print it."
    return web.render(
        "workshops/cards.html", use=use, view=view, problem=problem, hidden=said(view.hidden),
        here={"purpose": purpose, "pack_id": pack_id},
        sheets=[] if problem else printing.sheets(view.cards),
        only={"workshop": "workshop", "decide": "meeting", "teach": "teaching"}[purpose],
    )  # fmt: skip
